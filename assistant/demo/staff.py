"""The people of Kelvane, the company whose organisation the demo is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

DOMAIN = "kelvane.example"

Role = Literal["rep", "support", "manager", "ops", "privacy"]


@dataclass(frozen=True, slots=True)
class Colleague:
    """One user; a rep has the ISO codes of countries, an agent has categories of tickets."""

    key: str
    name: str
    role: Role
    team: str
    territory: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()

    @property
    def email(self) -> str:
        """The address to sign in with."""
        return f"{self.key}.{self.name.split()[-1].lower()}@{DOMAIN}"

    @property
    def crm_id(self) -> str:
        """The id the CRM export knows this user by."""
        return f"U-{1 + [colleague.key for colleague in STAFF].index(self.key):02d}"


NORTH, SOUTH, SUPPORT = "Sales North", "Sales South & Americas", "Support"

STAFF: tuple[Colleague, ...] = (
    Colleague("priya", "Priya Raman", "rep", NORTH, ("GB", "IE")),
    Colleague("oskar", "Oskar Lindqvist", "rep", NORTH, ("SE", "NO", "DK", "FI")),
    Colleague("hanna", "Hanna Brandt", "rep", NORTH, ("DE", "AT", "CH", "NL", "BE")),
    Colleague("lucia", "Lucía Ferrer", "rep", SOUTH, ("ES", "PT", "FR", "IT")),
    Colleague("marcus", "Marcus Bell", "rep", SOUTH, ("US", "CA")),
    Colleague("ingrid", "Ingrid Solheim", "manager", NORTH),
    Colleague("rafael", "Rafael Monteiro", "manager", SOUTH),
    Colleague("noor", "Noor Aziz", "manager", SUPPORT),
    Colleague("samir", "Samir Haddad", "support", SUPPORT, (), ("Connectivity", "Firmware")),
    Colleague(
        "greta", "Greta Nowak", "support", SUPPORT, (), ("Reports", "Access", "Integrations")
    ),
    Colleague(
        "jonas", "Jonas Weber", "support", SUPPORT, (), ("Sensors", "Calibration", "Billing")
    ),
    Colleague("wen", "Wen Zhao", "ops", "Operations"),
    Colleague("marguerite", "Marguerite Dubois", "privacy", "Operations"),
)

BY_KEY: dict[str, Colleague] = {colleague.key: colleague for colleague in STAFF}
REPS: tuple[Colleague, ...] = tuple(c for c in STAFF if c.role == "rep")
