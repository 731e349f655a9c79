"""From scale, seed and day to the files of four source systems and the truth beside them."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from random import Random

from assistant.demo import (
    export_billing,
    export_crm,
    export_desk,
    export_marketing,
    export_sales,
    world,
)
from assistant.demo.building import build_world
from assistant.demo.calls import Call, tell_calls
from assistant.demo.hearing.samples import Sample, rehearsed, samples
from assistant.demo.identities import Identities, identify
from assistant.demo.ledger import Ledger
from assistant.demo.organisation import DemoCall, DemoFile, DemoOrganisation, DemoUser
from assistant.demo.questions_rules import rule_questions
from assistant.demo.questions_sales import sales_questions
from assistant.demo.questions_support import support_questions
from assistant.demo.questions_written import written_questions
from assistant.demo.recordings import written_down
from assistant.demo.sheets import Sheet, SheetWriter
from assistant.demo.staff import STAFF
from assistant.demo.timing import Calendar
from assistant.demo.truth import (
    Planted,
    TruthWriter,
    write_calls,
    write_questions,
    write_summary,
)

# What refers comes after what is referred to.
IMPORT_ORDER: tuple[Sheet, ...] = (
    export_crm.USERS,
    export_crm.PRODUCT_SHEET,
    export_crm.ACCOUNTS,
    export_billing.CUSTOMERS,
    export_crm.CONTACTS,
    export_desk.REQUESTERS,
    export_billing.BILLING_CONTACTS,
    export_marketing.SUBSCRIBERS,
    export_desk.ARTICLES,
    export_desk.POLICIES,
    export_sales.DEALS,
    export_sales.STAGES,
    export_crm.LEADS,
    export_marketing.PROSPECTS,
    export_sales.QUOTES,
    export_sales.QUOTE_LINES,
    export_sales.TASKS,
    export_sales.ACTIVITIES,
    export_desk.TICKETS,
    export_desk.TICKETS_LATE,
    export_desk.HANDOVERS,
    export_billing.ORDERS,
    export_billing.ORDERS_LATE,
    export_billing.ORDER_LINES,
    export_billing.INVOICES,
    export_billing.PAYMENTS,
    export_marketing.EVENTS,
    export_crm.ACCOUNTS_LATE,
)
# Contacts who may sign in from outside: what they must not learn is asked in their name.
_CUSTOMERS = (
    "tobias-keane",
    "niamh-corrigan",
    "denise-okoro",
    "katrin-voss",
    "ines-robledo",
    "joost-van-rijn",
    "maja-solve",
    "ray-tolland",
)
_LOST_REQUESTERS = 2
_ORPHANS = 3


def generate(folder: Path, *, scale: int, seed: int, now: datetime) -> DemoOrganisation:
    """Write the demo organisation under `folder`; the same arguments give the same bytes.

    `now` counts by its UTC day. ValueError for a scale below 1.
    """
    if scale < 1:
        raise ValueError(f"expected a scale of at least 1, got {scale}")
    calendar, ledger, planted = Calendar.of(now), Ledger(), Planted()
    calls = tell_calls(calendar)
    with SheetWriter(folder) as sheets:
        export_crm.export_company(sheets)
        export_desk.export_library(sheets, calendar)
        truth = TruthWriter(sheets)
        for block in build_world(scale=scale, seed=seed, calendar=calendar):
            known = identify(block, Random(f"{seed}/{block.number}/identities"))
            lost = _lose_requesters(block, known, planted)
            _export(sheets, block, known, lost, calendar, Random(f"{seed}/{block.number}/exports"))
            truth.enter(block, known)
            ledger.enter(block)
        _plant_strays(sheets, calendar, planted)
    _write_truth(folder, scale, seed, calendar, ledger, planted, calls)
    return _organisation(folder, scale, seed, calendar, ledger, calls)


def _export(
    sheets: SheetWriter,
    block: world.Block,
    known: Identities,
    lost: frozenset[str],
    calendar: Calendar,
    random: Random,
) -> None:
    export_crm.CrmExport(sheets, calendar, random, known).export(block)
    export_desk.DeskExport(sheets, random, known, lost).export(block)
    export_billing.BillingExport(sheets, random, known).export(block)
    export_marketing.MarketingExport(sheets, random, known).export(block)


def _lose_requesters(block: world.Block, known: Identities, planted: Planted) -> frozenset[str]:
    """Some requesters of the first block are missing from the desk's export; tickets stay."""
    if block.number:
        return frozenset()
    told = set(block.keys.values())
    lost = [contact for contact in known.requesters if contact not in told][:_LOST_REQUESTERS]
    planted.missing += [f"support:{known.requesters[contact]}" for contact in lost]
    planted.deleted += [f"crm:{contact.id}" for contact in block.contacts if contact.deleted]
    return frozenset(lost)


def _plant_strays(sheets: SheetWriter, calendar: Calendar, planted: Planted) -> None:
    """Rows that name what no file holds, and an account that was deleted."""
    export_crm.export_strays(sheets, calendar)
    planted.deleted.append("crm:A-999")
    for number in range(1, _ORPHANS + 1):
        ticket, order, person = f"47000{number}", f"SO-1000{number}", f"mk-x{number}"
        at = calendar.midnight - timedelta(days=100 + number, hours=-9)
        export_desk.write_orphan(sheets, ticket, at)
        export_billing.write_orphan(sheets, order)
        export_marketing.write_orphan(sheets, person, calendar, number)
        planted.missing += [f"support:{ticket}", f"billing:{order}", f"marketing:{person}"]


def _write_truth(
    folder: Path,
    scale: int,
    seed: int,
    calendar: Calendar,
    ledger: Ledger,
    planted: Planted,
    calls: tuple[Call, ...],
) -> None:
    write_calls(folder / "truth", calls)
    questions = [
        *written_questions(ledger),
        *rule_questions(ledger),
        *support_questions(ledger, calendar),
        *sales_questions(ledger, calendar),
    ]
    write_questions(folder / "truth", sorted(questions, key=lambda question: question.kind))
    write_summary(
        folder / "truth" / "truth.json",
        scale=scale,
        seed=seed,
        calendar=calendar,
        ledger=ledger,
        planted=planted,
    )


def _organisation(
    folder: Path,
    scale: int,
    seed: int,
    calendar: Calendar,
    ledger: Ledger,
    calls: tuple[Call, ...],
) -> DemoOrganisation:
    users = tuple(
        DemoUser(person.name, person.email, person.role, person.team, ",".join(person.territory))
        for person in STAFF
    ) + tuple(_customer(ledger.contacts[ledger.keys[key]]) for key in _CUSTOMERS)
    files = tuple(
        DemoFile(sheet.source, sheet.kind, folder / sheet.path)
        for sheet in IMPORT_ORDER
        if (folder / sheet.path).exists()
    )
    demo_calls = tuple(_call_file(folder, call, ledger.keys) for call in calls)
    return DemoOrganisation(
        folder, scale, seed, calendar.today, users, files, demo_calls, folder / "truth",
        tuple(_sample(one, calendar, ledger.keys) for one in samples() if rehearsed()),
    )  # fmt: skip


def _sample(sample: Sample, calendar: Calendar, keys: dict[str, str]) -> DemoCall:
    head = sample.header
    day = calendar.day_in_week(head.number("weeks_ago"), head.number("weekday"))
    return DemoCall(
        slug=sample.slug,
        title=head.text("title"),
        path=sample.recording,
        account=keys[head.text("account")],
        contact=keys[head.text("contact")],
        deal="",
        user_email=next(p.email for p in STAFF if p.key == head.text("rep")),
        started_at=datetime.combine(day, time.fromisoformat(head.text("time")), UTC),
        consent=head.text("consent"),
        channels=("rep", "customer"),
    )


def _customer(contact: world.Contact) -> DemoUser:
    return DemoUser(contact.name.full, contact.email, "customer", "", "")


def _call_file(folder: Path, call: Call, keys: dict[str, str]) -> DemoCall:
    path = folder / "calls" / f"{call.slug}.{call.format}"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(written_down(call), encoding="utf-8")
    return DemoCall(
        slug=call.slug,
        title=call.title,
        path=path,
        account=keys[call.account],
        contact=keys[call.contact],
        deal=keys[call.deal] if call.deal else "",
        user_email=next(p.email for p in STAFF if p.key == call.colleague),
        started_at=call.started_at,
        consent=call.consent,
    )
