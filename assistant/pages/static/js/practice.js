// Practice: evidence is opened as in a review; the form does the rest.

import { followEvidence } from "./evidence.js";
import { switchParts } from "./parts.js";

followEvidence(switchParts());
