"""Accounts and their people: some grew out of converted leads, the rest are older."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random

from assistant.demo import world
from assistant.demo.engagement import domain_of
from assistant.demo.numbering import Numbering
from assistant.demo.people import (
    INDUSTRIES,
    TITLES,
    CompanyNames,
    PersonName,
    ascii_slug,
    person_name,
)
from assistant.demo.places import (
    BY_ISO2,
    COUNTRIES,
    OTHER_WEIGHT,
    WEIGHTS,
    City,
    Country,
    Phone,
    phone_in,
)
from assistant.demo.timing import Calendar, working_moment

_ROLE_OF = {
    "executive": "decision maker",
    "director": "decision maker",
    "manager": "champion",
    "specialist": "user",
    "student": "user",
}
_FORMER_SHARE = 0.1


@dataclass(slots=True)
class Registrar:
    """Founds the accounts of a block and hires their people."""

    block: world.Block
    numbering: Numbering
    calendar: Calendar
    random: Random
    companies: CompanyNames
    _phones: int = 0
    _addresses: set[str] = field(default_factory=set)

    def found_accounts(self) -> None:
        """Accounts of the converted leads first, then older ones until the block has sixty."""
        for index, lead in enumerate(self.block.leads):
            if lead.converted and self.numbering.left("account"):
                self.block.leads[index] = self._convert(lead)
        while self.numbering.left("account"):
            self.block.accounts.append(self._older_account())

    def hire_contacts(self) -> None:
        """Everybody else who works at the accounts, until the block has its 150 contacts."""
        self._addresses |= {contact.email for contact in self.block.contacts}
        peopled = {contact.account for contact in self.block.contacts}
        for account in self.block.accounts:
            if account.id not in peopled:
                self._hire(account)
        told = set(self.block.keys.values())
        strangers = [account for account in self.block.accounts if account.id not in told]
        while self.numbering.left("contact"):
            self._hire(self.random.choice(strangers))

    def _convert(self, lead: world.Lead) -> world.Lead:
        country = BY_ISO2[lead.country]
        legal_form = next(form for form in country.legal_forms if lead.company.endswith(form))
        account = self._account(
            name=lead.company.removesuffix(legal_form).strip(),
            legal_form=legal_form,
            country=country,
            domain=lead.email.partition("@")[2],
            industry=lead.industry,
            employees=lead.employees,
            created=lead.decided or lead.opened,
            status="prospect",
        )
        person = world.Contact(
            id=self.numbering.next("contact"),
            account=account.id,
            name=lead.name,
            title=lead.title,
            seniority=lead.seniority,
            role=_ROLE_OF[lead.seniority],
            email=lead.email,
            phone=lead.phone,
            created=account.created,
        )
        self.block.accounts.append(account)
        self.block.contacts.append(person)
        return replace(lead, account=account.id, contact=person.id)

    def _older_account(self) -> world.Account:
        random = self.random
        country = random.choices(COUNTRIES, [WEIGHTS.get(c.iso2, OTHER_WEIGHT) for c in COUNTRIES])[
            0
        ]
        industry = random.choice(sorted(INDUSTRIES))
        name = self.companies.next(country.iso2, industry)
        day = self.calendar.today - timedelta(days=random.randint(560, 1400))
        return self._account(
            name=name,
            legal_form=random.choice(country.legal_forms),
            country=country,
            domain=domain_of(name, country),
            industry=industry,
            employees=int(10 ** random.uniform(1.2, 3.5)),
            created=working_moment(day, random.randint(8, 15), random.randrange(60)),
            status="former" if random.random() < _FORMER_SHARE else "customer",
        )

    def _account(
        self,
        *,
        name: str,
        legal_form: str,
        country: Country,
        domain: str,
        industry: str,
        employees: int,
        created: datetime,
        status: str,
    ) -> world.Account:
        city = self.random.choice(country.cities)
        renewal = self.calendar.today + timedelta(days=self.random.randint(10, 350))
        return world.Account(
            id=self.numbering.next("account"),
            name=name,
            legal_form=legal_form,
            domain=domain,
            country=country.iso2,
            city=city.name,
            region=city.region,
            postcode=self._postcode(city),
            street=self._street(country),
            phone=self._phone(country, city),
            industry=industry,
            employees=employees,
            owner=country.rep,
            status=status,
            currency=country.currency,
            created=created,
            renewal_on=renewal if status == "customer" else None,
        )

    def _hire(self, account: world.Account) -> None:
        random = self.random
        name = self._fresh_name(account)
        country = BY_ISO2[account.country]
        title, seniority, _ = random.choices(TITLES[:-1], [weight for _, _, weight in TITLES[:-1]])[
            0
        ]
        later = timedelta(days=random.randint(1, 60))
        self.block.contacts.append(
            world.Contact(
                id=self.numbering.next("contact"),
                account=account.id,
                name=name,
                title=title,
                seniority=seniority,
                role=_ROLE_OF[seniority],
                email=f"{ascii_slug(name.given)}.{ascii_slug(name.family)}@{account.domain}",
                phone=self._extension_or_own(account, country),
                created=min(account.created + later, self.calendar.midnight - timedelta(days=2)),
                deleted=random.random() < 0.02,
                fourfold=random.random() < 0.03,
            )
        )

    def _fresh_name(self, account: world.Account) -> PersonName:
        """A name whose address is not taken at the company."""
        while True:
            name = person_name(self.random, account.country)
            address = f"{ascii_slug(name.given)}.{ascii_slug(name.family)}@{account.domain}"
            if address not in self._addresses:
                self._addresses.add(address)
                return name

    def _extension_or_own(self, account: world.Account, country: Country) -> Phone:
        if self.random.random() < 0.4:
            return replace(account.phone, extension=str(self.random.randint(11, 89)))
        city = next(
            (city for city in country.cities if city.area == account.phone.area), country.cities[0]
        )
        return self._phone(country, city)

    def _phone(self, country: Country, city: City) -> Phone:
        self._phones += 1
        return phone_in(country, city, 100 + self.block.number * 211 + self._phones)

    def _postcode(self, city: City) -> str:
        letters, digits = "ABDEFGHJLNPQRSTUWXY", "123456789"
        return "".join(
            self.random.choice(letters)
            if mark == "A" and place >= 2
            else self.random.choice(digits)
            if mark == "9" and place >= 1
            else mark
            for place, mark in enumerate(city.postcode)
        )

    def _street(self, country: Country) -> str:
        number, street = self.random.randint(1, 180), self.random.choice(country.streets)
        before = country.iso2 in ("GB", "IE", "US", "CA", "FR")
        return f"{number} {street}" if before else f"{street} {number}"
