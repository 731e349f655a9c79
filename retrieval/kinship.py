"""Words that may stand for one another in what is said of customers, records and calls.

Wider than `retrieval.synonyms`: a word may have several relatives that are no relatives of each
other ("order" is a purchase, and a request). So a word counts as said where a relative of it is,
and nothing more is concluded from that: what is bound to what, and what is the opposite of what,
rests on the narrow meanings alone.
"""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache

from retrieval.stems import fold, stem
from retrieval.synonyms import concept
from retrieval.words import words

# One relation to a line. A word with a hyphen is left whole.
_RELATED = """
    order purchase buy procure
    order ask request instruct
    order booking
    charge bill invoice cost fee price
    pay settle transfer remit clear
    owe due outstanding unpaid payable open balance remaining overdue
    receive get arrive deliver come accept obtain
    reach arrive get
    send dispatch mail forward submit post
    ship dispatch
    send write email message
    return back send
    refund reimburse repay credit
    reimburse credit
    money budget fund cash amount sum
    budget fund money allocate reserve earmark
    price rate figure amount cost tariff
    quote offer propose proposal bid price
    offer deal terms conditions
    value worth amount volume size
    total sum altogether amount overall come
    ceiling limit maximum cap upper
    floor minimum lowest
    discount reduction rebate off
    deposit prepayment advance
    fee charge rate
    loss lose damage cost
    profit margin
    tax vat

    end finish expire over conclude terminate last
    expire expiry valid validity end lapse
    start begin launch commence kick-off
    renew renewal extend prolong continue
    last take run long period duration
    period time term interval span
    term duration length period contract commitment
    remain left stay keep still
    keep retain store hold stay
    wait pend outstanding await hold
    postpone delay defer push slip move late later back
    schedule plan book appoint set fix date
    appointment meeting visit call
    visit come tour trip site walk
    plan intend aim want
    expect forecast estimate anticipate close plan
    estimate forecast rough guess about
    target goal aim
    deadline due date by until
    date day time
    recent latest last newest
    early soon before
    previous former earlier last before
    next upcoming following coming
    night tonight evening
    morning a.m
    hour time
    monthly month
    yearly annual year

    create open log enter record register raise set
    record log list note enter show
    open create raise
    solve resolve complete settle done
    solve fix resolve repair answer
    answer reply respond response solution
    question ask query
    assign give handle route responsible
    handle manage process treat
    reassign handover transfer pass move hand hand-over
    hand pass transfer give move switch
    handover pass transfer take
    escalate raise refer pass
    owner responsible charge belong lead rep seller salesperson
    manage lead head run supervise
    lead head run boss
    manager head lead boss
    member belong team part
    team department group
    work employ job belong team
    employ staff people worker employee headcount
    people person staff employee worker team
    colleague coworker people
    report work manager boss
    report say state tell complain message
    represent act speak
    contact reach person correspond
    requester ask raise report send submit open file
    submit file send raise hand
    customer client account buyer company policyholder
    company firm business organisation customer account
    prospect lead
    supplier vendor provider seller
    name call title know
    role job position title post
    first-name name

    sign signature signing signed
    approve approval authorise sign-off accept agree clear release allow ok
    release approve free
    decide decision choose determine
    agree agreement accept consent approve
    confirm confirmation acknowledge verify
    promise commit pledge assure undertake
    commit commitment promise
    reject refuse decline
    cancel terminate withdraw abandon
    allow permit may can
    need require necessary demand insist condition
    need want require
    want wish ask prefer need request
    prefer rather favour
    like want glad happy
    condition provided if
    think believe consider regard find feel say
    worry concern fear afraid
    complain complaint unhappy
    satisfied happy pleased
    keen enthusiastic eager interest
    know aware tell
    tell inform notify say mention explain announce
    notice notify inform announce
    explain say tell
    suggest propose recommend
    speak talk discuss conversation
    call phone ring telephone
    mention name say
    write email message letter
    remind reminder
    compare comparison
    claim complaint
    check test verify review inspect examine look
    review check look read
    test try pilot trial
    pilot trial test
    show display demonstrate
    view look see visit read
    look see view
    see view look seen
    learn hear told find
    hear tell

    use run employ operate
    install set fit mount put
    fit install suit
    suit fit convenient
    replace exchange swap change new
    repair fix mend replace
    break fail fault defect damage
    fail break fault offline down
    fault problem issue error cause defect
    cause reason because why
    offline down drop disconnect
    online connected live
    block stop prevent
    stop end block prevent
    connect connection link
    change alter modify adjust
    set put adjust change
    raise increase up grow rise higher
    increase raise up grow
    reduce lower cut less fewer decrease drop down
    cut reduce
    add extra additional further include more
    extra additional further more add
    remove delete drop
    include cover contain part comprise
    cover include insure insurance protect
    insurance cover policy
    exclude without
    attach attachment enclose
    missing lack absent short
    lack no without missing
    spare replacement
    part component piece
    piece unit item
    unit piece device machine
    device unit machine equipment hardware
    model version product type variant
    product item article goods model
    goods product item parcel
    parcel package packet pack
    carrier courier
    stock warehouse available inventory
    available stock offer
    weight weigh heavy
    length long
    capacity volume size hold
    loud noise sound
    quick fast speed soon
    size large big
    place site location
    site location place branch
    base locate headquarter seat
    address location
    country land
    machine device unit
    vehicle truck lorry van
    truck lorry
    boat ship vessel
    seat licence user
    user seat person
    licence seat subscription
    subscription plan licence
    plan package tier edition
    security safe protect
    safe certain sure secure

    win won gain
    lose fail fall
    compete competitor rival
    undercut under below cheaper
    stage phase step status
    status state stage
    probability chance likelihood likely
    chance probability possible
    urgent priority critical
    priority urgency
    source origin come
    channel source way
    category type kind
    auto automatic automatically
    current present today
    active live current
    draft prepare write draw
    prepare draw write draft create
    issue date give send
    renewal contract
    contract agreement policy
    agreement contract
    certificate certification
    document paper file
    summary overview
    note remark comment
    comment remark note say
    list table overview
    number count figure
    average mean
    rate share percentage
    share part portion
    half part
    number reference
    step task action
    task job step action
    action step measure
    job task work
"""


# What has become of a thing: of these each is another thing, however close in other sentences.
_STATES = frozenset(
    concept(word)
    for word in words(
        "deliver ship pay cancel refund return win lose overdue renew close agree decide sign "
        "confirm accept approve"
    )
)


def _relatives() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for line in _RELATED.strip().splitlines():
        kin = {concept(fold(word)) for word in words(line)} | {stem(fold(w)) for w in words(line)}
        for word in kin:
            found[word] |= kin
    return {word: frozenset(kin) for word, kin in found.items()}


_RELATIVES = _relatives()


@lru_cache(maxsize=20_000)
def kin(meaning: str) -> frozenset[str]:
    """The meanings that may be said instead of this one, itself among them."""
    if meaning in _STATES:
        return frozenset({meaning})
    return _RELATIVES.get(meaning, frozenset()) | {meaning}
