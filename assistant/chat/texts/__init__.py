"""Answers from what people wrote and said: quoted, or put into words and checked against it."""
