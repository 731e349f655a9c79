"""How good answers and notes are: scored against what people know of the same material."""
