"""Engine, sessions, tables and migrations; `tables` is the schema, `changes` its change stream."""

from assistant.db.engine import Sessions, make_engine
from assistant.db.schema import prepare
from assistant.db.tables import new_id

__all__ = ["Sessions", "make_engine", "new_id", "prepare"]
