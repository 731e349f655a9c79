"""The CRM's export: readable columns, ISO times, owners by user id, deletions as a flag."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from assistant.demo import export_sales, world
from assistant.demo.catalogue import PRODUCTS
from assistant.demo.identities import Identities
from assistant.demo.places import BY_ISO2
from assistant.demo.sheets import Cell, Sheet, SheetWriter
from assistant.demo.sloppiness import (
    company_text,
    country_text,
    email_text,
    iso,
    nothing,
    person_text,
    phone_text,
    website_text,
)
from assistant.demo.staff import BY_KEY, STAFF
from assistant.demo.timing import Calendar

USERS = Sheet("crm", "user", "users.csv")
PRODUCT_SHEET = Sheet("crm", "product", "products.csv")
ACCOUNTS = Sheet("crm", "account", "accounts.csv")
ACCOUNTS_LATE = Sheet("crm", "account", "accounts_late.csv")
CONTACTS = Sheet("crm", "contact", "contacts.csv")
LEADS = Sheet("crm", "lead", "leads.csv")


def export_company(sheets: SheetWriter) -> None:
    """Users and products, once for the whole demo."""
    for colleague in STAFF:
        sheets.write(
            USERS,
            {
                "User ID": colleague.crm_id,
                "Full Name": colleague.name,
                "Email": colleague.email,
                "Role": colleague.role,
                "Team": colleague.team,
            },
        )
    for product in PRODUCTS:
        sheets.write(
            PRODUCT_SHEET,
            {
                "Product ID": f"P-{product.sku}",
                "Product Code": product.sku,
                "Product Name": product.name,
                "Product Family": product.family,
                "Product Description": product.description,
                "List Price": str(product.list_price),
                "Floor Price": str(product.floor_price),
                "Currency": "EUR",
                "Minimum Quantity": product.minimum,
                "Maximum Quantity": product.maximum,
                "Active": "TRUE",
            },
        )


@dataclass(slots=True)
class CrmExport:
    """Writes one block the way the CRM would."""

    sheets: SheetWriter
    calendar: Calendar
    random: Random
    known: Identities

    def export(self, block: world.Block) -> None:
        """All rows of the block."""
        countries = {account.id: account.country for account in block.accounts}
        for account in block.accounts:
            self._account(account)
        for contact in block.contacts:
            self._contact(contact, countries[contact.account])
        for lead in block.leads:
            self._lead(lead)
        for deal in block.deals:
            export_sales.write_deal(self.sheets, deal)
        for quote in block.quotes:
            export_sales.write_quote(self.sheets, quote)
        for task in block.tasks:
            export_sales.write_task(self.sheets, task)
        for interaction in block.interactions:
            export_sales.write_activity(self.sheets, interaction)

    def _modified(self, created: datetime) -> datetime:
        """Some moment after the creation, at least five days ago."""
        latest = self.calendar.midnight - timedelta(days=5)
        span = max(0.0, (latest - created).total_seconds())
        return created + timedelta(seconds=round(span * self.random.random()))

    def _account(self, account: world.Account) -> None:
        modified = self._modified(account.created)
        row = self._account_row(account, modified)
        draw = self.random.random()
        if draw < 0.05:  # changed after the main export: the late row is the true one
            self.sheets.write(ACCOUNTS, row | {"Account Status": "prospect", "Phone": ""})
            later = self.calendar.midnight - timedelta(days=1, hours=self.random.randint(1, 9))
            self.sheets.write(ACCOUNTS_LATE, row | {"Last Modified Date": iso(later)})
        elif draw < 0.08:  # an old version that arrives after the new one must not win
            self.sheets.write(ACCOUNTS, row)
            earlier = modified - timedelta(days=200)
            stale: dict[str, Cell] = {
                "Employees": 1,
                "Account Status": "prospect",
                "Last Modified Date": iso(earlier),
            }
            self.sheets.write(ACCOUNTS_LATE, row | stale)
        else:
            self.sheets.write(ACCOUNTS, row)
        twin = self.known.account_twins.get(account.id)
        if twin:
            older: dict[str, Cell] = {
                "Account ID": twin,
                "Phone": nothing(self.random),
                "Billing Street": "",
            }
            before = iso(modified - timedelta(days=30))
            self.sheets.write(ACCOUNTS, row | older | {"Last Modified Date": before})

    def _account_row(self, account: world.Account, modified: datetime) -> dict[str, Cell]:
        random = self.random
        return {
            "Account ID": account.id,
            "Account Name": company_text(random, account.name, account.legal_form),
            "Website": website_text(random, account.domain),
            "Phone": phone_text(random, account.phone, national_share=0.4),
            "Billing Street": account.street,
            "Billing City": account.city,
            "Billing State/Province": account.region if random.random() > 0.1 else nothing(random),
            "Billing Zip/Postal Code": account.postcode,
            "Billing Country": country_text(random, account.country),
            "Industry": account.industry,
            "Employees": account.employees,
            "Owner ID": BY_KEY[account.owner].crm_id,
            "Account Status": account.status,
            "Renewal Date": account.renewal_on.isoformat() if account.renewal_on else "",
            "Account Currency": account.currency,
            "Created Date": iso(account.created),
            "Last Modified Date": iso(modified),
            "Is Deleted": "1" if account.deleted else "0",
        }

    def _contact(self, contact: world.Contact, iso2: str) -> None:
        random = self.random
        modified = self._modified(contact.created)
        row: dict[str, Cell] = {
            "Contact ID": contact.id,
            "Salutation": contact.name.prefix,
            "First Name": contact.name.given,
            "Last Name": contact.name.family,
            "Title": contact.title,
            "Role": contact.role if random.random() > 0.08 else nothing(random),
            "Account ID": contact.account,
            "Email": email_text(random, contact.email),
            "Phone": phone_text(random, contact.phone, national_share=0.4),
            "Mailing Country": country_text(random, iso2, blank_share=0.05),
            "Created Date": iso(contact.created),
            "Last Modified Date": iso(modified),
            "Is Deleted": "1" if contact.deleted else "0",
        }
        self.sheets.write(CONTACTS, row)
        twin = self.known.twins.get(contact.id)
        if twin is not None:
            hurried: dict[str, Cell] = {
                "Contact ID": twin.id,
                "Salutation": "",
                "First Name": twin.name.given,
                "Last Name": twin.name.family,
                "Title": nothing(random),
                "Role": "",
                "Email": twin.email.upper(),
                "Phone": row["Phone"] if twin.with_phone else "",
                "Last Modified Date": iso(modified - timedelta(days=3)),
            }
            self.sheets.write(CONTACTS, row | hurried)

    def _lead(self, lead: world.Lead) -> None:
        random = self.random
        converted = lead.converted
        row: dict[str, Cell] = {
            "Lead ID": lead.id,
            "Name": person_text(random, lead.name, reversed_share=0.3),
            "Company": lead.company,
            "Title": lead.title,
            "Email": email_text(random, lead.email),
            "Phone": phone_text(random, lead.phone, national_share=0.4),
            "Country": country_text(random, lead.country),
            "Industry": lead.industry,
            "No. of Employees": lead.employees,
            "Lead Source": lead.source,
            "Lead Status": lead.status,
            "Lead Owner ID": BY_KEY[lead.owner].crm_id,
            "Created Date": iso(lead.opened),
            "Converted Date": iso(lead.decided) if converted else "",
            "Account ID": lead.account if converted else "",
            "Contact ID": lead.contact if converted else "",
            "Opportunity ID": lead.deal if converted else "",
            "Last Modified Date": iso(lead.decided or lead.opened),
        }
        self.sheets.write(LEADS, row)
        if random.random() < 0.02:  # exported twice, as it sometimes happens
            self.sheets.write(LEADS, row)


def export_strays(sheets: SheetWriter, calendar: Calendar) -> None:
    """A test account and a doubled opportunity that were deleted, once for the whole demo."""
    moment = calendar.midnight - timedelta(days=90)
    country = BY_ISO2["GB"]
    sheets.write(
        ACCOUNTS,
        {
            "Account ID": "A-999",
            "Account Name": "TEST please ignore",
            "Website": "",
            "Phone": "",
            "Billing Street": "",
            "Billing City": "-",
            "Billing State/Province": "-",
            "Billing Zip/Postal Code": "",
            "Billing Country": country.name,
            "Industry": "N/A",
            "Employees": "",
            "Owner ID": BY_KEY["wen"].crm_id,
            "Account Status": "prospect",
            "Renewal Date": "",
            "Account Currency": "GBP",
            "Created Date": iso(moment),
            "Last Modified Date": iso(moment + timedelta(days=1)),
            "Is Deleted": "1",
        },
    )
