"""Questions people ask, with the right answers: by kind, asker and what may be shown to them."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.demo.ledger import Ledger
from assistant.demo.sheets import Json
from assistant.demo.staff import BY_KEY, Colleague
from assistant.demo.world import Account

KIND_NAMES: dict[int, str] = {
    1: "lead readiness",
    2: "lead assignment",
    3: "ticket assignment",
    4: "knowledge answer",
    5: "conduct check",
    6: "offer check",
    7: "product set-up check",
    8: "task against stage",
    9: "stage correction",
    10: "call insight",
    11: "which one is meant",
    12: "time to resolve",
    13: "hand-overs",
    14: "month against month",
    15: "most common problem",
    16: "best place",
    17: "sales totals",
    18: "length of the sale",
    19: "conversion",
    20: "another customer's private data",
    21: "internal workings",
    22: "confidential rules",
}
# More ids than this say nothing to a reader, and make the file of a large demo unwieldy.
MOST_RECORDS = 400


@dataclass(frozen=True, slots=True)
class Question:
    """A question with its gold.

    status: answered, ambiguous, abstained or refused. value: what the answer has to hold; several
    values all have to be there. records: external ids, of which the answer cites some. span: words
    of a record or call that carry the answer. accept: other honest statuses. never: what must not
    appear. none: the right answer is that nothing applies.
    """

    kind: int
    text: str
    asker: str
    asker_role: str
    status: str = "answered"
    value: tuple[str, ...] = ()
    unit: str = ""
    records: tuple[str, ...] = ()
    span: str = ""
    accept: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    none: bool = False

    def as_json(self) -> dict[str, Json]:
        """The row that is written; absent parts are left out."""
        expect: dict[str, Json] = {"status": self.status}
        if self.value:
            expect["value"] = self.value[0] if len(self.value) == 1 else list(self.value)
        if self.records and len(self.records) <= MOST_RECORDS:
            expect["records"] = list(self.records)
        optional: dict[str, Json] = {
            "unit": self.unit,
            "span": self.span,
            "accept": list(self.accept),
            "never": list(self.never),
            "none": self.none,
        }
        expect |= {name: value for name, value in optional.items() if value}
        return {
            "question": self.text,
            "asker_role": self.asker_role,
            "asker": self.asker,
            "kind": self.kind,
            "name": KIND_NAMES[self.kind],
            "expect": expect,
        }


def by(key: str) -> tuple[str, str]:
    """Address and role of a colleague, as asker."""
    return BY_KEY[key].email, BY_KEY[key].role


def sees_deals_of(colleague: Colleague, account: Account) -> bool:
    """May the colleague see leads, deals and quotes of this account?"""
    if colleague.role in ("ops", "privacy"):
        return True
    if colleague.role in ("rep", "manager"):
        return BY_KEY[account.owner].team == colleague.team
    return False


def sees_orders_and_tickets_of(colleague: Colleague, account: Account) -> bool:
    """May the colleague see orders, invoices and tickets of this account?"""
    return colleague.role == "support" or sees_deals_of(colleague, account)


def visible_accounts(ledger: Ledger, colleague: Colleague) -> dict[str, Account]:
    """The accounts whose orders and tickets count for this asker."""
    return {
        key: account
        for key, account in ledger.accounts.items()
        if sees_orders_and_tickets_of(colleague, account)
    }
