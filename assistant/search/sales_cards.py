"""What is said of accounts, contacts, leads, deals and products."""

from __future__ import annotations

from assistant.db.tables import Account, Contact, Deal, Lead, Product, Record
from assistant.search.content import Content, Known, Piece
from assistant.search.wording import clause, day, employees, money, say, sentences, spoken


def account(row: Account, record: Record, known: Known) -> Content:
    """An account: what it is, where, and who looks after it."""
    place = ", ".join(part for part in (row.city, row.region, row.country) if part)
    card = sentences(
        f"{row.name} is an account{clause('in', row.industry)}.",
        say(f"{row.name} is located in {{}}.", place),
        say(f"{row.name} is owned by {{}}.", known.name(record.owner_id)),
        say(f"The status of {row.name} is {{}}.", row.status),
        say(f"{row.name} has {{}}.", employees(row.employees)),
        say(f"The annual revenue of {row.name} is {{}}.", money(row.annual_revenue, row.currency)),
        say(f"{row.name} renews on {{}}.", row.renewal_on),
        say(f"The web domain of {row.name} is {{}}.", row.domain),
        say(f"The phone number of {row.name} is {{}}.", row.phone),
        say(f"{row.name} belongs to {{}}.", known.name(row.parent_account_id)),
    )
    about = Piece("description", row.description or "", f"About {row.name}")
    return Content((Piece("card", card), about), names=(row.name,))


def contact(row: Contact, record: Record, known: Known) -> Content:
    """A person: who they are, where, and how to reach them."""
    at = known.name(row.account_id)
    card = sentences(
        f"{row.name} is a contact{clause('at', at)}.",
        say(f"{row.name} works as {{}}.", row.title),
        say(f"The role of {row.name} is {{}}.", row.contact_role),
        say(f"The e-mail address of {row.name} is {{}}.", row.email),
        say(f"The phone number of {row.name} is {{}}.", row.phone),
        say(f"The mobile number of {row.name} is {{}}.", row.mobile),
        say(f"{row.name} is based in {{}}.", row.city),
        say(f"{row.name} is looked after by {{}}.", known.name(record.owner_id)),
    )
    return Content((Piece("card", card),), names=(row.name, at), contact_id=row.id)


def lead(row: Lead, record: Record, known: Known) -> Content:
    """A lead: who they are and how far they came."""
    card = sentences(
        f"{row.name} is a lead{clause('from', row.company)}.",
        say(f"{row.name} works as {{}}.", row.title),
        say(f"The status of the lead {row.name} is {{}}.", row.status),
        say(f"The lead {row.name} came through {{}}.", row.lead_source),
        say(f"The lead {row.name} is owned by {{}}.", known.name(record.owner_id)),
        say(f"The e-mail address of {row.name} is {{}}.", row.email),
        say(f"The phone number of {row.name} is {{}}.", row.phone),
        say(f"The industry of the lead {row.name} is {{}}.", row.industry),
        say(f"The company of {row.name} has {{}}.", employees(row.employees)),
        say(f"The lead {row.name} was opened on {{}}.", row.opened_at),
        say(f"The lead {row.name} was converted on {{}}.", row.converted_at),
        say(f"The lead {row.name} became the deal {{}}.", known.name(row.deal_id)),
    )
    about = Piece("description", row.description or "", f"About the lead {row.name}")
    return Content(
        (Piece("card", card), about),
        names=(row.name, row.company, known.name(row.account_id)),
        contact_id=row.contact_id,
        deal_id=row.deal_id,
        occurred_at=row.opened_at,
    )


def deal(row: Deal, record: Record, known: Known) -> Content:
    """A deal: its worth, its stage and how it got there."""
    at = known.name(row.account_id)
    outcome = None if row.won is None else ("won" if row.won else "lost")
    the = f"The deal {row.name}"
    card = sentences(
        f"{row.name} is a deal{clause('with', at)}.",
        say(f"{the} is at the stage {{}}.", row.stage),
        say(f"{the} is worth {{}}.", money(row.amount, row.currency)),
        say(f"{the} is expected to close on {{}}.", row.close_on if outcome is None else None),
        f"{the} was {outcome}{clause('on', row.closed_at)}." if outcome else None,
        say(f"{the} was lost because: {{}}", row.lost_reason),
        say(f"{the} is owned by {{}}.", known.name(record.owner_id)),
        say(f"The contact of the deal {row.name} is {{}}.", known.name(row.contact_id)),
        say(f"{the} is of the type {{}}.", row.deal_type),
        say(f"{the} was opened on {{}}.", row.opened_at),
        say(f"The next step of the deal {row.name} is: {{}}", row.next_step),
        *(
            f"{the} entered the stage {spoken(stay.stage)} on {day(stay.entered_at)}."
            for stay in known.stages.get(row.id, ())
        ),
    )
    about = Piece("description", row.description or "", f"Deal {row.name}{clause('with', at)}")
    return Content(
        (Piece("card", card), about),
        names=(row.name, at, known.name(row.contact_id)),
        contact_id=row.contact_id,
        deal_id=row.id,
        occurred_at=row.closed_at or row.opened_at,
    )


def product(row: Product, _record: Record, _known: Known) -> Content:
    """A product and its list price; the floor price is not for everyone and stays out."""
    card = sentences(
        f"{row.name} is a product{clause('of the family', row.family)}.",
        say(f"The SKU of {row.name} is {{}}.", row.sku),
        say(f"The list price of {row.name} is {{}}.", money(row.list_price, row.currency)),
        say(f"The least quantity of {row.name} is {{}}.", row.min_quantity),
        say(f"The greatest quantity of {row.name} is {{}}.", row.max_quantity),
        f"{row.name} is no longer sold." if row.active is False else None,
    )
    about = Piece("description", row.description or "", f"About the product {row.name}")
    return Content((Piece("card", card), about), names=(row.name, row.sku))
