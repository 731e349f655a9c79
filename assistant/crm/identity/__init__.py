"""Identity: which records are one person or one organisation, with the reasons.

Values in, weights and verdicts out; `store` keeps trained tables of weights. What is done about a
pair is decided in `merging`, which also looks up whom an arriving record is to be compared with.
"""

from assistant.crm.identity.blocking import blocking_keys
from assistant.crm.identity.bulk import find_groups, find_pairs
from assistant.crm.identity.candidate import FIELDS, Candidate
from assistant.crm.identity.columns import read_candidates
from assistant.crm.identity.scoring import (
    SAME_FROM,
    UNSURE_FROM,
    Match,
    Reason,
    Verdict,
    explain,
    explain_pairs,
    probability_of,
    verdict_of,
)
from assistant.crm.identity.training import train
from assistant.crm.identity.weights import Weights

__all__ = [
    "FIELDS",
    "SAME_FROM",
    "UNSURE_FROM",
    "Candidate",
    "Match",
    "Reason",
    "Verdict",
    "Weights",
    "blocking_keys",
    "explain",
    "explain_pairs",
    "find_groups",
    "find_pairs",
    "probability_of",
    "read_candidates",
    "train",
    "verdict_of",
]
