"""The generated demo organisation: a cold-chain company, its customers, their calls, the truth.

`generate` writes the messy exports of four source systems and, beside them, what is really so.
"""

from assistant.demo.generation import generate
from assistant.demo.organisation import DemoCall, DemoFile, DemoOrganisation, DemoUser

__all__ = ["DemoCall", "DemoFile", "DemoOrganisation", "DemoUser", "generate"]
