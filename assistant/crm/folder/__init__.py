"""A folder of files that belong together: what each holds, told from all of them at once."""

from assistant.crm.folder.planning import Sheet, read_folder
from assistant.crm.folder.taking import TakenSheet, take_sheets

__all__ = ["Sheet", "TakenSheet", "read_folder", "take_sheets"]
