"""Made sets of duplicates: households, colleagues, organisations; seeded, of any size."""

from __future__ import annotations

import random
import string
from collections.abc import Callable, Mapping
from pathlib import Path

import assistant.crm.identity

Row = dict[str, str]

ONSETS = (
    "B", "Br", "C", "Ch", "D", "Dr", "F", "Fl", "G", "Gr", "H", "J", "K",
    "L", "M", "N", "P", "Pr", "R", "S", "Sch", "St", "T", "Tr", "V", "W",
)  # fmt: skip
MIDDLES = ("a", "e", "i", "o", "u", "ai", "ea", "ee", "ou")
ENDS = ("ll", "n", "r", "s", "ck", "nd", "rt", "m", "ns", "tz", "rd", "x")
TAILS = ("son", "man", "er", "ton", "ley", "berg", "wood", "field", "ini", "ez", "ic", "", "", "")
STREETS = ("Street", "Road", "Avenue", "Lane", "Close", "Drive", "Court", "Place")
TRADES = (
    "Logistics", "Consulting", "Systems", "Foods", "Energy", "Media", "Partners", "Engineering",
    "Software", "Textiles", "Pharma", "Motors", "Tools", "Travel", "Plastics", "Design",
)  # fmt: skip
LEGAL = {
    "GB": ("Ltd", "Limited", "PLC", ""), "US": ("Inc.", "LLC", "Corp", "Inc", ""),
    "DE": ("GmbH", "AG", "GmbH & Co. KG", ""), "FR": ("SARL", "SA", "S.A.S.", ""),
}  # fmt: skip
AREA = "ABDEFHJ"
MAILS = ("gmail.com", "outlook.com", "yahoo.com", "icloud.com")


class Maker:
    """Names, places and numbers of one made world."""

    def __init__(self, seed: int, size: int) -> None:
        self.random = random.Random(seed)
        self.nicknames = _nicknames()
        self.given = sorted(self.nicknames)
        self.families = self._words(max(300, size // 12), TAILS)
        self.cities = [
            (name, f"{self.random.choice('BCDEGLMNS')}{number:02d}")
            for number, name in enumerate(self._words(80, ("ton", "ham", "ford", "burgh", "pool")))
        ]
        self.streets = [
            f"{name} {self.random.choice(STREETS)}"
            for name in self._words(max(200, size // 8), ("", "er", "s"))
        ]

    def _words(self, count: int, tails: tuple[str, ...]) -> list[str]:
        pick = self.random.choice
        found: dict[str, None] = {}
        while len(found) < count:
            middle = pick(MIDDLES) + pick(ENDS)
            more = pick(MIDDLES) + pick(ENDS) if len(found) > count // 3 else ""
            found[pick(ONSETS) + middle + more + pick(tails)] = None
        return list(found)

    def common(self, values: list[str]) -> str:
        """One of them, the first far oftener than the last, as names are."""
        return values[int(len(values) * self.random.random() ** 2.2)]

    def place(self) -> Row:
        """A house with its street, city and postcode."""
        city, area = self.random.choice(self.cities)
        return {
            "address": f"{self.random.randint(1, 180)} {self.random.choice(self.streets)}",
            "town": city,
            "zip": f"{area} {self.random.randint(1, 9)}{''.join(self.random.choices(AREA, k=2))}",
        }

    def phone(self) -> str:
        """A subscriber's number in national form."""
        return f"07{self.random.randint(100_000_000, 999_999_999)}"

    def birth(self, low: int = 1940, high: int = 2004) -> str:
        """A day of birth."""
        day, month = self.random.randint(1, 28), self.random.randint(1, 12)
        return f"{self.random.randint(low, high)}-{month:02d}-{day:02d}"

    def slip(self, text: str) -> str:
        """The text with a letter wrong, missing, doubled or changed about."""
        if len(text) < 3:
            return text
        place = self.random.randrange(len(text) - 1)
        letters = list(text)
        kind = self.random.randrange(4)
        if kind == 0:
            del letters[place]
        elif kind == 1:
            letters[place], letters[place + 1] = letters[place + 1], letters[place]
        elif kind == 2:
            letters.insert(place, letters[place])
        else:
            pool = string.digits if letters[place].isdigit() else string.ascii_lowercase
            letters[place] = self.random.choice(pool)
        return "".join(letters)


def people(size: int, seed: int = 7) -> list[Row]:
    """Households: twins, parents and children of one name, nicknames, marriages, moves."""
    make = Maker(seed, size)
    rows: list[Row] = []
    number = 0
    while len(rows) < size:
        for person in _household(make):
            number += 1
            copies = make.random.choices((1, 2, 3, 4), (60, 25, 10, 5))[0]
            rows += [
                {"truth": f"c{number}", **_seen(make, person, first=copy == 0)}
                for copy in range(copies)
            ]
    return _numbered(make, rows[:size])


def _household(make: Maker) -> list[Row]:
    place, family = make.place(), make.common(make.families)
    landline = make.phone()

    def person(given: str, birth: str, surname: str) -> Row:
        mail = f"{given}.{surname}{make.random.choice(['', birth[2:4], birth[5:7]])}"
        return {
            "fname": given, "lname": surname, "dob": birth, **place,
            "email": f"{mail}@{make.random.choice(MAILS)}".lower(),
            "telephone": landline if make.random.random() < 0.3 else make.phone(),
        }  # fmt: skip

    def given() -> str:
        return make.common(make.given).title()

    one = person(given(), make.birth(1940, 1980), family)
    kind = make.random.random()
    if kind < 0.6:
        return [one]
    if kind < 0.75:  # a couple
        return [one, person(given(), make.birth(1940, 1980), family)]
    if kind < 0.85:  # father and son of one name
        return [one, person(one["fname"], make.birth(1981, 2004), family)]
    birth = make.birth(1975, 2004)  # twins, with a parent
    return [one, person(given(), birth, family), person(given(), birth, family)]


def _seen(make: Maker, person: Row, *, first: bool) -> Row:
    """A person as one form was filled in; the first time mostly without fault."""
    row, chance = dict(person), make.random.random
    ease = 0.25 if first else 1.0
    if chance() < 0.2 * ease and person["fname"].lower() in make.nicknames:
        row["fname"] = make.random.choice(make.nicknames[person["fname"].lower()]).title()
    if chance() < 0.06 * ease:
        row["lname"] = make.common(make.families)  # married
    if chance() < 0.12 * ease:
        row |= make.place()  # moved
    if chance() < 0.25 * ease:
        row["email"] = f"{row['fname']}{row['lname']}@{make.random.choice(MAILS)}".lower()
    if chance() < 0.15 * ease:
        row["telephone"] = make.phone()
    _miswrite(make, row, ease)
    for column in row:
        if chance() < 0.08 * ease:
            row[column] = make.slip(row[column])
    for column, share in (("email", 0.3), ("telephone", 0.35), ("dob", 0.3), ("address", 0.2)):
        if chance() < share:
            row[column] = ""
    return row


def _miswrite(make: Maker, row: Row, ease: float) -> None:
    chance = make.random.random
    if chance() < 0.2:
        row["telephone"] = "+44 " + row["telephone"][1:]
    if chance() < 0.03 * ease:
        row["fname"], row["lname"] = row["lname"], row["fname"]
    if chance() < 0.04 * ease:
        row["dob"] = f"{row['dob'][:4]}-{row['dob'][8:]}-{row['dob'][5:7]}"


def colleagues(size: int, seed: int = 11) -> list[Row]:
    """Business contacts: one name column, an employer, its mail domain; people change jobs."""
    make = Maker(seed, size)
    rows: list[Row] = []
    firms = [_firm(make) for _ in range(max(size // 15, 4))]
    number = 0
    while len(rows) < size:
        number += 1
        firm = make.random.choice(firms)
        given, family = make.common(make.given).title(), make.common(make.families)
        person = {
            "Full Name": f"{given} {family}", "Employer": firm["Company Name"],
            "E-Mail": f"{given[0]}.{family}@{firm['Website']}".lower(),
            "Direct Line": make.phone(), "Town/City": firm["City"],
        }  # fmt: skip
        for copy in range(make.random.choices((1, 2, 3), (65, 25, 10))[0]):
            row, chance = dict(person), make.random.random
            if copy and chance() < 0.25:
                short = make.nicknames.get(given.lower(), [given])
                row["Full Name"] = f"{make.random.choice(short).title()} {family}"
            if copy and chance() < 0.15:
                row["Full Name"] = f"{family}, {given}"
            if copy and chance() < 0.12:
                other = make.random.choice(firms)
                row |= {"Employer": other["Company Name"], "Town/City": other["City"]}
                row["E-Mail"] = f"{given}.{family}@{other['Website']}".lower()
            for column in row:
                if copy and chance() < 0.08:
                    row[column] = make.slip(row[column])
                if chance() < 0.15 and column != "Full Name":
                    row[column] = ""
            rows.append({"truth": f"c{number}", **row})
    return _numbered(make, rows[:size])


def organisations(size: int, seed: int = 13) -> list[Row]:
    """Firms under several spellings, with sister firms in other countries and namesakes."""
    make = Maker(seed, size)
    rows: list[Row] = []
    number = 0
    while len(rows) < size:
        firm = _firm(make)
        firms = [firm]
        if make.random.random() < 0.1:  # a namesake elsewhere
            other = _firm(make)
            firms.append(other | {"Company Name": firm["Company Name"]})
        for one in firms:
            number += 1
            for copy in range(make.random.choices((1, 2, 3, 4), (55, 25, 12, 8))[0]):
                seen = _firm_seen(make, one) if copy else one
                rows.append({"truth": f"c{number}", **seen})
    return _numbered(make, rows[:size])


def _firm(make: Maker) -> Row:
    country = make.random.choice(sorted(LEGAL))
    word, trade = make.common(make.families), make.random.choice(TRADES)
    if make.random.random() < 0.3:
        word = f"{word} & {make.common(make.families)}"
    place = make.place()
    ending = {"GB": "co.uk", "US": "com", "DE": "de", "FR": "fr"}[country]
    bare = word.replace(" & ", "").lower()
    return {
        "Company Name": f"{word} {trade} {make.random.choice(LEGAL[country])}".strip(),
        "Website": f"{bare}{make.random.choice(['', trade.lower()])}.{ending}",
        "Switchboard": make.phone(), "City": place["town"], "Post Code": place["zip"],
        "Ctry": country, "VAT no.": f"{country}{make.random.randint(10**8, 10**9 - 1)}",
    }  # fmt: skip


def _firm_seen(make: Maker, firm: Mapping[str, str]) -> Row:
    row, chance = dict(firm), make.random.random
    words = row["Company Name"].split()
    if chance() < 0.5:
        legal = make.random.choice(LEGAL[row["Ctry"]])
        known = {form for forms in LEGAL.values() for form in forms}
        bare = [word for word in words if word not in known and word not in ("Co.", "KG", "GmbH")]
        row["Company Name"] = " ".join([*bare, legal]).replace(
            "& ", make.random.choice(["& ", "and "])
        )
    if chance() < 0.1:
        row["Company Name"] = " ".join(words[:-1]) if len(words) > 2 else row["Company Name"]
    if chance() < 0.1:
        row["Company Name"] = row["Company Name"].upper()
    if chance() < 0.2:
        row["Website"] = "https://www." + row["Website"] + "/"
    if chance() < 0.15:
        row["Switchboard"] = make.phone()
    if chance() < 0.1:
        place = make.place()
        row |= {"City": place["town"], "Post Code": place["zip"]}
    for column in row:
        if chance() < 0.06:
            row[column] = make.slip(row[column])
    for column, share in (("VAT no.", 0.6), ("Website", 0.3), ("Switchboard", 0.3), ("City", 0.1)):
        if chance() < share:
            row[column] = ""
    return row


def _numbered(make: Maker, rows: list[Row]) -> list[Row]:
    make.random.shuffle(rows)
    return [{"id": f"r{number:07d}", **row} for number, row in enumerate(rows)]


def _nicknames() -> dict[str, list[str]]:
    """The first name of each line of the product's table, with the others: general knowledge."""
    folder = Path(assistant.crm.identity.__file__).parent
    lines = (folder / "nicknames.txt").read_text(encoding="utf-8").splitlines()
    words = (line.split() for line in lines if line and line[0] != "#")
    return {first: others[:3] for first, *others in words if others}


SETS: dict[str, Callable[[int], list[Row]]] = {
    "people": people,
    "colleagues": colleagues,
    "organisations": organisations,
}
