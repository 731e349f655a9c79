"""From the columns of a stranger's file to the fields of a kind."""

from assistant.crm.mapping.guess import ASSIGNED_FROM, Guess, Samples
from assistant.crm.mapping.names import own_entities
from assistant.crm.mapping.service import guess_mapping

__all__ = ["ASSIGNED_FROM", "Guess", "Samples", "guess_mapping", "own_entities"]
