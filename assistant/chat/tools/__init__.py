"""What other programs may do here on a person's behalf: read under their access, and propose."""

from assistant.chat.tools.model import Bench, Tool, run_tool
from assistant.chat.tools.proposing import PROPOSING
from assistant.chat.tools.reading import READING

TOOLS: dict[str, Tool] = {tool.name: tool for tool in (*READING, *PROPOSING)}

__all__ = ["PROPOSING", "READING", "TOOLS", "Bench", "Tool", "run_tool"]
