"""What Kelvane sells: thirty products, with the limits that the set-up rules speak of."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

# What one euro of list price is in the other price lists; the company sets it once a year.
PRICE_LIST_RATES: dict[str, Decimal] = {
    "EUR": Decimal(1),
    "GBP": Decimal("0.86"),
    "USD": Decimal("1.10"),
}


@dataclass(frozen=True, slots=True)
class Product:
    """A product; prices are euros, `maximum` is the most of it that one order may hold."""

    sku: str
    name: str
    family: str
    list_price: Decimal
    floor_price: Decimal
    minimum: int | None
    maximum: int | None
    description: str
    weight: int  # how often it is ordered, relative to the others

    def price_in(self, currency: str) -> Decimal:
        """The list price in another price list, in whole units where it is not euros."""
        rate = PRICE_LIST_RATES[currency]
        if rate == 1:
            return self.list_price
        return (self.list_price * rate).quantize(Decimal(1), ROUND_HALF_UP)


def _product(row: str) -> Product:
    sku, name, family, listed, floor, least, most, weight, description = (
        part.strip() for part in row.split("|")
    )
    return Product(
        sku=sku,
        name=name,
        family=family,
        list_price=Decimal(listed),
        floor_price=Decimal(floor),
        minimum=int(least) if least else None,
        maximum=int(most) if most else None,
        description=description,
        weight=int(weight),
    )


_FILE = Path(__file__).parent / "content" / "products.txt"

PRODUCTS: tuple[Product, ...] = tuple(
    _product(row)
    for row in _FILE.read_text(encoding="utf-8").splitlines()
    if row and not row.startswith("#")
)
BY_SKU: dict[str, Product] = {product.sku: product for product in PRODUCTS}

# Discount limits of the rule POL-203, in per cent of the list price.
REP_LIMIT, MANAGER_LIMIT, JOINT_LIMIT, LONG_TERM_BONUS = 12, 20, 28, 3
# Set-up rules of POL-207.
SENSORS_PER_GATEWAY: dict[str, int] = {"KV-G4": 40, "KV-GM": 12, "KV-GV": 4}


def discount_limit(who: str, months: int) -> int:
    """The most that `who` (rep, manager, joint) may give on a commitment of `months`."""
    limit = {"rep": REP_LIMIT, "manager": MANAGER_LIMIT, "joint": JOINT_LIMIT}[who]
    return limit + (LONG_TERM_BONUS if months >= 24 else 0)
