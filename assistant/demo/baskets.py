"""What customers put together: lines of quotes and orders that keep the set-up rules."""

from __future__ import annotations

from random import Random

from assistant.demo.catalogue import BY_SKU, PRODUCTS, SENSORS_PER_GATEWAY, Product
from assistant.demo.world import Line

_SENSORS = tuple(
    product
    for product in PRODUCTS
    if product.family == "Sensors"
    and product.sku not in ("KV-TAG", "KV-TAGX", "KV-CRYO", "KV-DISP")
)
# What is bought again and again without a gateway.
_REPEATS = tuple(
    product
    for product in PRODUCTS
    if product.sku not in ("KC-SSO", "KS-VAL", "KS-PILOT", "KC-ENT", "KC-RTA", "KC-ARC", "KC-CMP")
)


def first_order(random: Random, employees: int, currency: str) -> tuple[Line, ...]:
    """A new customer's set: sensors, gateways for them, seats, and what goes with it."""
    sensors = max(4, min(70, round(employees**0.5 * random.uniform(0.8, 2.2))))
    sensor = random.choices(_SENSORS, [product.weight for product in _SENSORS])[0]
    gateway = "KV-G4" if sensors > 12 else random.choice(("KV-GM", "KV-G4"))
    gateways = -(-sensors // SENSORS_PER_GATEWAY[gateway])
    seats = max(2, min(60, sensors // 2))
    basket = {sensor.sku: sensors, gateway: gateways, "KC-PRO" if seats > 8 else "KC-BAS": seats}
    if random.random() < 0.5:
        basket["KC-SMS"] = random.randint(1, 3)
    if random.random() < 0.4:
        basket["KS-CAL3"] = sensors
    if random.random() < 0.35:
        basket["KS-INST"] = random.randint(1, 2)
    if random.random() < 0.25 and seats > 8:
        basket["KC-RTA"] = min(25, seats, random.randint(3, 25))
    if random.random() < 0.2:
        basket["KS-TRN"] = 1
    return lines_of(basket, currency)


def repeat_order(random: Random, currency: str) -> tuple[Line, ...]:
    """Something more of what a customer already has."""
    chosen = random.choices(
        _REPEATS, [product.weight for product in _REPEATS], k=random.choice((1, 1, 2, 2, 3))
    )
    return lines_of({product.sku: _amount_of(random, product) for product in chosen}, currency)


def lines_of(basket: dict[str, int], currency: str) -> tuple[Line, ...]:
    """Lines at list price in the order of the catalogue."""
    return tuple(
        Line(product.sku, basket[product.sku], product.price_in(currency))
        for product in PRODUCTS
        if product.sku in basket
    )


def broken_rules(lines: tuple[Line, ...]) -> tuple[str, ...]:
    """Which set-up rules (POL-207) a set of lines breaks, in words; none is best."""
    amounts = {line.sku: line.quantity for line in lines}
    broken = [
        f"{BY_SKU[sku].name}: {amount}, at most {BY_SKU[sku].maximum}"
        for sku, amount in amounts.items()
        if (BY_SKU[sku].maximum or amount) < amount
    ]
    if "KV-CRYO" in amounts and "KV-G4" not in amounts:
        broken.append("Probe Cryo needs a Gateway G4")
    if {"KC-RTA", "KC-CMP", "KC-ARC", "KC-API"} & set(amounts) and "KC-BAS" in amounts:
        broken.append("needs Cloud Pro or Cloud Enterprise")
    if "KC-SSO" in amounts and "KC-ENT" not in amounts:
        broken.append("Single Sign-On needs Cloud Enterprise")
    if "KS-VAL" in amounts and "KC-CMP" not in amounts:
        broken.append("Validation Support only together with the Compliance Pack")
    plan_seats = sum(amounts.get(sku, 0) for sku in ("KC-BAS", "KC-PRO", "KC-ENT"))
    if plan_seats and amounts.get("KC-RTA", 0) > plan_seats:
        broken.append("Route Analytics for more people than plan seats")
    return tuple(broken)


def _amount_of(random: Random, product: Product) -> int:
    if product.maximum == 1:
        return 1
    least = product.minimum or 1
    usual = {"Sensors": 14, "Gateways": 2, "Software": 5, "Services": 6}[product.family]
    amount = max(least, round(random.triangular(1, 2.4 * usual, usual)))
    return min(amount, product.maximum or amount)
