"""How many, which one, and what goes with what: set-up questions answered from the written rules."""

# ruff: noqa: E501 (a pattern is read whole)

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import ROUND_CEILING, Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.chat.answers import Draft
from assistant.chat.rules.bounds import Bound, Each, Mention, Products, bounds, eaches, number_of
from assistant.chat.rules.bounds import words_of as concepts_of
from assistant.chat.rules.case import decimal
from assistant.chat.rules.reading import STATEMENT, Point, Policy, all_points
from assistant.chat.texts.plain import plain
from assistant.chat.typed.phrases import join
from assistant.db.tables import Product
from assistant.governance.access import Principal, visible
from retrieval.scanners.number_words import NUMBER_WORDS, number_in_words

_MOST_PRODUCTS = 3000
_HOW_MANY = re.compile(r"\bhow many\b(?P<what>[^,.;?]{0,60})", re.IGNORECASE)
_AT_MOST = re.compile(
    r"\b(?:at (?:the )?most|up to how many|up to what|max(?:imum)?|how many .{0,40}\b(?:on|per|for|with|into) (?:a|an|one|the|single)\b)", re.IGNORECASE,
)  # fmt: skip
_AT_LEAST = re.compile(
    r"\b(?:at least|minimum|do we need|do i need|are needed|does (?:that|it) take|needed|have to|has to|would it|required)\b",
    re.IGNORECASE,
)
_WHICH = re.compile(r"\b(?:which|what)\b", re.IGNORECASE)
_OF_FIT = re.compile(
    r"\b(?:needs?|takes?|carr(?:y|ies)|(?:has|have|had) to|must|fits?|goes?|go|works?|runs?|allowed|right|(?:at (?:the )?)?(?:most|least)|max\w*|up to|smallest|biggest|sold with|combin\w+"
    r"|together|compatible|suits?|enough|handle|hang|use|buy|offer|quote|propose|recommend|allow\w*|can|may|would)\b",
    re.IGNORECASE,
)
# What was sold or reported is counted, and no matter of what goes together.
_COUNTED_ROWS = re.compile(
    r"\b(?:sold(?! (?:with|together|on)\b)|ordered|orders?|tickets?|cases?|deals?|leads|revenue|invoices?|customers? (?:have|has|own|bought)|last (?:month|quarter|year)|this (?:month|quarter|year)|in 20\d\d|opened|discount|price|cost|warranty|who)\b",
    re.IGNORECASE,
)
_NOT = re.compile(
    r"\b(?:not|never|can't|cannot|isn't|don't|doesn't|mustn't|without|no)\b", re.IGNORECASE
)
_TIE_ASKED = re.compile(
    r"\b(?:needs?|takes?|fits?|works? with|runs? (?:with|on)|goes? (?:with|on|together)|go (?:with|on|together)|sold with|together|combin\w+|compatible|allowed|must|has to|have to|requires?|at least)\b",
    re.IGNORECASE,
)
_TIES = re.compile(
    r"\b(?:fits?|takes?|works? (?:only )?with|runs? (?:only )?(?:with|on)|needs?|requires?|goes? (?:only )?(?:with|on)|go (?:only )?(?:with|on)|sold with|combined|compatible|must be|has to be|is for|are for|only|not with|not on|at least)\b",
    re.IGNORECASE,
)


def answer_setup(
    session: Session, principal: Principal, question: str, found: Sequence[Policy]
) -> list[Draft]:
    """The number, the product or the statement that the rules give for the products named."""
    how_many = _HOW_MANY.search(question)
    if _COUNTED_ROWS.search(question) or not (how_many or _OF_FIT.search(question)):
        return []
    products = products_of(session, principal)
    rules = [one for one in found if one.kind == "policy"]
    points = all_points(rules)
    named = [one for one in products.mentions(question, small=True)
             if not _WITHOUT.search(question[: one.start])]  # fmt: skip
    listed = [one for point in points for one in bounds(point, products)]
    counts = [
        (count, after | _kinds_beside(at, named, products), at)
        for count, after, at in _counts(question, named)
    ]
    if how_many is not None:
        return _how_many(question, how_many, named, counts, listed, points, products)
    if _WHICH.search(question):
        chosen = _which(question, named, counts, listed, products)
        return chosen or (
            _tied(question, named, points, products) if _TIE_ASKED.search(question) else []
        )
    return []


def products_of(session: Session, principal: Principal) -> Products:
    """The products that the person may see."""
    query = select(Product.sku, Product.name, Product.family).where(
        Product.sku.is_not(None), visible(principal, Product.id)
    )
    return Products(
        {str(sku): (name, family or "")
         for sku, name, family in session.execute(query.limit(_MOST_PRODUCTS))}
    )  # fmt: skip


def _counts(
    question: str, named: Sequence[Mention]
) -> Iterator[tuple[Decimal, frozenset[str], int]]:
    """The numbers of a question that are no part of a name, with the words after them."""
    for match in re.finditer(r"(?<![\w-])\d[\d.,]*(?![\w-])", question):
        if not any(one.start <= match.start() < one.end for one in named):
            number = number_of(match[0].rstrip(".,"))
            if number is not None:
                yield number, _after(question, match.end()), match.end()
    for match in NUMBER_WORDS.finditer(question):
        number = number_in_words(match)
        if number is not None and match[0].casefold() != "one":
            yield number, _after(question, match.end()), match.end()


def _kinds_beside(at: int, named: Sequence[Mention], products: Products) -> frozenset[str]:
    """What the product is that is named right after a number: "two Aurora 5"."""
    return frozenset(
        word for one in named if 0 <= one.start - at <= 2 for word in products.kinds(one)
    )


def _after(question: str, at: int) -> frozenset[str]:
    return concepts_of(" ".join(re.split(r"[,.;?]", question[at:])[0].split()[:4]))


def _how_many(
    question: str, how_many: re.Match[str], named: Sequence[Mention],
    counts: Sequence[tuple[Decimal, frozenset[str], int]], listed: Sequence[Bound],
    points: Sequence[Point], products: Products,
) -> list[Draft]:  # fmt: skip
    wanted = concepts_of(how_many["what"])
    each = _each(question, wanted, counts, points)
    if each or not _OF_FIT.search(question):
        return each
    held = [(one, mention) for mention in named for one in listed
            if one.most is not None and products.same(one.product, mention)]  # fmt: skip
    if not held:
        return []
    asked_of = [pair for pair in held if how_many.start() < pair[1].start < how_many.end()
                and how_many["what"].casefold().find(pair[1].text.casefold()) < _HEAD]  # fmt: skip
    if not asked_of and _AT_LEAST.search(question) and len({id(one) for one, _ in held}) == 1:
        asked_of = held
    if asked_of and counts and not _AT_MOST.search(question):
        bound = asked_of[0][0]
        count = _count_for(bound, counts)
        if count is not None and bound.most:
            pieces = (count / bound.most).to_integral_value(ROUND_CEILING)
            return _said(
                f"{decimal(pieces)} × {bound.product.text}: each up to {decimal(bound.most)}, for {decimal(count)}.",
                bound,
            )
    if _AT_MOST.search(question) or not counts:
        about = [pair for pair in held if pair[0].unit & (wanted | concepts_of(question))]
        if not about:  # "up to how many does it carry?" names nothing else to be counted
            about = [pair for pair in held if wanted <= _CARRIES | products.kinds(pair[1])]
        ends = {pair[0].most for pair in about}
        if len(ends) == 1:
            bound = about[0][0]
            return _said(
                f"{decimal(bound.most or Decimal(0))} at most with {bound.product.text}.", bound
            )
    return []


_CARRIES = concepts_of(
    "can could may does do one single carry carries take takes hold holds handle put go goes fit fits hang "
    "run runs serve control most at to up max maximum"
)
_HEAD = 12  # letters after "how many" within which what is counted begins


def _each(
    question: str,
    wanted: frozenset[str],
    counts: Sequence[tuple[Decimal, frozenset[str], int]],
    points: Sequence[Point],
) -> list[Draft]:
    """So many for each of so many."""
    asked = concepts_of(question)
    best: tuple[int, Each, Decimal] | None = None
    for one in (each for point in points for each in eaches(point)):
        if not (one.what & (wanted or asked)) or not one.what & asked:
            continue
        for count, kinds, _ in counts:
            if one.who and one.who <= kinds:
                score = len(one.who & kinds)
                if best is None or score > best[0]:
                    best = (score, one, count)
    if best is None:
        return []
    _, one, count = best
    text = one.point.policy.body[one.start : one.end].strip()
    return [Draft(f"{decimal(count * one.number)} for {decimal(count)}.", (one.point.cite(one.start, one.end),), computed=True),
            Draft(f"The rule says: “{plain(text)}”", (one.point.cite(one.start, one.end),), computed=True)]  # fmt: skip


def _count_for(
    bound: Bound, counts: Sequence[tuple[Decimal, frozenset[str], int]]
) -> Decimal | None:
    fitting = [count for count, after, _ in counts if after & bound.unit]
    return fitting[0] if fitting else counts[0][0] if len(counts) == 1 else None


def _which(
    question: str, named: Sequence[Mention], counts: Sequence[tuple[Decimal, frozenset[str], int]],
    listed: Sequence[Bound], products: Products,
) -> list[Draft]:  # fmt: skip
    """Of the choices beside each other the smallest that does what is wanted."""
    asked = concepts_of(question)
    groups: dict[tuple[str, frozenset[str]], list[Bound]] = {}
    for one in listed:
        groups.setdefault((one.point.policy.id, _kind(one, listed)), []).append(one)
    scored = sorted(
        (
            (_about(group, asked, named, products) + 3 * _counted(group, counts), number)
            for number, group in enumerate(groups.values())
        ),
        reverse=True,
    )
    if not scored or scored[0][0] < 2:
        return []
    group = list(groups.values())[scored[0][1]]
    fitting = [
        (count, after) for count, after, _ in counts if any(one.unit & after for one in group)
    ]
    if not fitting and len(counts) == 1:
        fitting = [counts[0][:2]]
    if len({count for count, _ in fitting}) != 1:
        return []
    count = fitting[0][0]
    group = _of_kind(question, group, named, products)
    does = [one for one in group if one.does(count)]
    if not does or (len(does) == len(group) and not _LEAST.search(question)):
        return []
    does.sort(key=lambda one: (one.most is None, one.most or Decimal(0)))
    best = does[0]
    return _said(f"{best.product.text} for {decimal(count)}.", best)


def _counted(group: Sequence[Bound], counts: Sequence[tuple[Decimal, frozenset[str], int]]) -> bool:
    """Whether a number of the question is of what the choices are measured in."""
    return any(one.unit & after for one in group for _, after, _ in counts)


_WITHOUT = re.compile(r"\b(?:no|without|not|isn't)\s+(?:an?\s+|the\s+)?$", re.IGNORECASE)


def _of_kind(
    question: str, group: Sequence[Bound], named: Sequence[Mention], products: Products
) -> list[Bound]:
    """Those of the choices that are what is asked for: compressors where one is."""
    head = _head(question)
    of_head = [one for one in group if products.kinds(one.product) & head]
    shared = [one for one in group if any((one.product.words & m.words) - _FIGURES for m in named)]
    return of_head or shared or list(group)


def _head(question: str) -> frozenset[str]:
    """The words of what "which" or "what" asks for."""
    found = [
        *re.finditer(
            r"\b(?:which|what(?:'s| is)?)\b(?P<head>(?:\s+(?!(?:do|does|did|is|are|has|have|had|can|could|must|may|would|should|fits?|goes|go|works?|needs?|takes?|of)\b)[\w'-]+){1,4})",
            question,
            re.IGNORECASE,
        )
    ]
    return concepts_of(found[-1]["head"]) - _LIGHT if found else frozenset()


_LEAST = re.compile(r"\b(?:smallest|least|cheapest|lowest|minimum|enough|right)\b", re.IGNORECASE)
_LIGHT = concepts_of(
    "single right smallest biggest best other kind sort type model one thing least plan plans edition "
    "package version product products machine device item article that"
)


def _kind(bound: Bound, listed: Sequence[Bound]) -> frozenset[str]:
    """What is measured: those that share a unit are choices beside each other."""
    same = [
        one
        for one in listed
        if one.point.policy.id == bound.point.policy.id and one.unit & bound.unit
    ]
    return same[0].unit if same else bound.unit


def _about(
    group: Sequence[Bound], asked: frozenset[str], named: Sequence[Mention], products: Products
) -> int:
    score = 0
    score += 2 * bool(any(one.unit & asked for one in group))
    words = frozenset(word for one in group for word in one.product.words)
    score += 3 * bool(any(mention.words & words for mention in named))
    kinds = frozenset(word for one in group for word in products.kinds(one.product))
    return score + min(2, len(kinds & asked))


def _tied(
    question: str, named: Sequence[Mention], points: Sequence[Point], products: Products
) -> list[Draft]:
    """The statement that says what goes with the products named, or what may not."""
    asked = concepts_of(question)
    denied = bool(_NOT.search(re.split(r"\b(?:which|what)\b", question, flags=re.IGNORECASE)[-1]))
    head = _head(question)
    scored: list[tuple[float, Point, int, int]] = []
    for point in points:
        for statement in STATEMENT.finditer(point.text):
            text = statement[0] if denied else _BUT_NOT.split(statement[0])[0]
            if not _TIES.search(text):
                continue
            here = products.mentions(text)
            words = frozenset(word for one in here for word in one.words)
            hit = sum(bool((mention.words & words) - _FIGURES) for mention in named)
            said = concepts_of(text)
            kinds = frozenset(word for one in here for word in products.kinds(one))
            kinds |= concepts_of(" ".join(_partners(text, here, named, products)))
            if head and not head & (said | kinds):
                continue
            shared = len(said & asked)
            if not hit and (shared < _MANY or not head & said):
                continue
            whole = sum(mention.words <= words for mention in named)
            fits = 1.0 if bool(_NOT.search(text)) == denied else 0.0
            scored.append((hit + whole + 0.5 * shared + fits, point, statement.start(),
                           statement.start() + len(text)))  # fmt: skip
    scored.sort(key=lambda one: -one[0])
    if not scored or scored[0][0] < _SURE:
        return []
    _, point, start, end = scored[0]
    place = point.cite(point.start + start, point.start + end)
    text = place.quote
    partners = _partners(text, products.mentions(text), named, products)
    drafts = [Draft(f"The rule says: “{plain(text.strip(' ;,'))}”", (place,), computed=True)]
    if partners:
        drafts.insert(0, Draft(f"{join(partners)}.", (place,), computed=True))
    return drafts


def _partners(
    text: str, here: Sequence[Mention], named: Sequence[Mention], products: Products
) -> list[str]:
    """The products of the statement that the question does not name, by name or by what they
    alone are called."""
    own_side = {_late(text, one) for one in here if any(products.same(one, m) for m in named)}
    others = [
        one.text for one in here
        if not any(products.same(one, other) for other in named) and own_side != {_late(text, one)}
    ]  # fmt: skip
    if others:
        return others
    own = frozenset(word for one in named for word in products.kinds(one))
    found = [products.called(word) for word in concepts_of(text) - own]
    return next((names for names in found if len(names) == 1), [])


def _late(text: str, mention: Mention) -> bool:
    """Whether the product stands behind the verb that ties two."""
    tie = _TIES.search(text)
    return tie is not None and mention.start >= tie.start()


_BUT_NOT = re.compile(r",?\s+but not\b|,\s*not\b", re.IGNORECASE)
_SURE = 3.0
_MANY = 3
_FIGURES = frozenset(str(number) for number in range(200))


def _said(first: str, bound: Bound) -> list[Draft]:
    place = bound.point.cite(bound.start, bound.end)
    return [Draft(first, (place,), computed=True),
            Draft(f"The rule says: “{plain(place.quote.strip())}”", (place,), computed=True)]  # fmt: skip
