"""Words that say the same of a record, and words that say the opposite."""

from __future__ import annotations

from collections import defaultdict

from retrieval.stems import fold, stem
from retrieval.words import words

# One meaning to a line, as people in sales and support write it; the first names the concept.
_GROUPS = """
    pay paid settle settled
    close closed solve solved
    own owner owned owns handle handles handled handling responsible assigned assignee rep
    customer client account
    company firm business organisation organization
    worth amount value valued total totals sum
    cost price priced costs charge charged
    create created opened open opening registered
    staff employee employees headcount employ employs
    phone telephone tel mobile
    email e-mail mail
    located based headquartered headquarters
    locality city town
    job title position
    renew renewal renews renewed
    supplier vendor
    buy purchase purchased bought acquire acquired
    need require requires required requirement
    ask request requested asked
    want wish
    begin start starts started commence commenced
    end finish finished ended
    fault problem issue defect error
    repair fix fixes fixed repaired
    large big huge
    current present existing
    additional extra further
    deal opportunity
    ticket case
    invoice bill
    quote offer quotation proposal
    meeting appointment
    reduce lower lowered decrease decreased cut
    raise raised increase increased rise
    approve approved approval authorise authorize authorised authorized sign-off
    sign signed signs signature
    deliver delivered delivery
    send sent
    find found discover discovered

    warehouse depot
    site location
    deadline due
    late overdue delayed
    colour color colored coloured
    film movie
    car automobile vehicle
    picture photo photograph image

    country nation
    famous well-known renowned popular
    kid child
    help assist assistance support
    allow permit permitted
    show demonstrate demonstrated
    stop cease ceased
    speak talk
    expensive costly
    quick fast rapid
    annual yearly
    reason cause
    age old aged older
    stage phase
    boss supervisor
    colleague coworker co-worker
"""
_OPPOSITES = """
    open closed; open solved; open resolved; open completed; open done; paid overdue;
    paid outstanding; settled overdue; won lost; converted nurturing; active inactive;
    active discontinued; shipped pending; accepted rejected; approved rejected;
    approved declined; accepted declined; raise lower; raise reduce; increase decrease;
    grow shrink; grew fell;
    up down; more fewer; more less; most least; above below; over under;
    above under; over below; before after;
    large small; big small; large little; front back; upper lower; left right;
    earlier later; higher lower; longer shorter; larger smaller; bigger smaller; faster slower;
    cheaper dearer; rise fall; gain lose; first last; maximum minimum; start end; begin end;
    early late; paid unpaid; buy sell; enable disable; online offline; active inactive;
    satisfied dissatisfied; happy unhappy; inside outside; with without; always never;
    import export; incoming outgoing; new old; add remove; arrive leave; pass fail;
    cheap expensive; internal external; public private; include exclude; allow forbid;
    keep drop; hire dismiss; expand reduce; oldest newest; best worst; everyone nobody
"""


def _concepts() -> dict[str, str]:
    found: dict[str, str] = {}
    for line in _GROUPS.strip().splitlines():
        roots = [stem(fold(word)) for word in line.split()]
        for root in roots:
            found.setdefault(root, found.get(roots[0], roots[0]))
    return found


_CONCEPTS = _concepts()


def concept(word: str) -> str:
    """What a folded word means: its stem, or the first of the stems that mean the same."""
    root = stem(word)
    return _CONCEPTS.get(root, root)


def _opposites() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for pair in _OPPOSITES.replace("\n", " ").split(";"):
        one, other = words(pair)
        found[one].add(other)
        found[other].add(one)
    return {word: frozenset(others) for word, others in found.items()}


OPPOSITES = _opposites()
