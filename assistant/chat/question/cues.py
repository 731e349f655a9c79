"""The words by which questions say what they are after; general English, no names of anybody."""

# ruff: noqa: E501 (a pattern or a phrase is read whole)

from __future__ import annotations

import re


def _any(*parts: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(parts)})\b", re.IGNORECASE)


# Kinds of records, in the order in which they win where a question names several. Group words
# such as "customers" come last: "which customers have open tickets" counts tickets.
KINDS: dict[str, re.Pattern[str]] = {
    "ticket": _any(
        r"(?:support |service )?tickets?", "support cases?", "cases?", "complaints?",
        "support requests?", "service requests?", "incidents?",
    ),
    "invoice": _any("invoices?", "invoiced", "bills?", "billed"),
    "payment": _any("payments?"),
    "quote": _any("quotes?", "quotations?", "offers?", "proposals? sent"),
    "lead": _any("leads?", "prospects?"),
    "order": _any(
        "orders?", "ordered", "purchases?", "purchased", "bought", "buy", "buys", "revenue",
        r"sales(?! ?(?:reps?|people|persons?|teams?|cycles?|managers?))", "turnover", "book(?:ed)?", "bookings?", "sold", "spend", "spent",
    ),
    "deal": _any("deals?", "opportunit(?:y|ies)", "pipeline", "sign(?:ed)?", "renewals?"),
    "task": _any("tasks?", r"to-?dos?", "to dos?", "follow-?ups?"),
    "interaction": _any(
        "calls?", "called", "e-?mails?", "e-?mailed", "meetings?", "met", "visits?", "visited",
        "chats?", "interactions?", "conversations?", "touch(?: ?points?|es)", "activit(?:y|ies)",
        "contacted", "spoke", "spoken", "talked", "heard from", "mentions?",
    ),
    "note": _any("call notes?", "notes?", "(?:note )?drafts?", "drafted (?:call )?notes?"),
    "contact": _any("contacts?", "people", "persons?", "decision[- ]makers?", "champions?"),
    "product": _any("products?", "skus?"),
    "article": _any("articles?", "help pages?"),
    "policy": _any("polic(?:y|ies)", "rules?"),
    "account": _any("accounts?", "customers?", "clients?", "compan(?:y|ies)", "organi[sz]ations?"),
    "call": _any(r"(?:recorded|uploaded|transcribed) calls?", "recordings?", "call recordings?"),
}  # fmt: skip
CHANNELS: dict[str, re.Pattern[str]] = {
    "call": _any("calls?", "called", "phoned?", "phone calls?"),
    "email": _any("e-?mails?", "e-?mailed"),
    "meeting": _any("meetings?", "met"),
    "visit": _any("visits?", "visited"),
    "chat": _any("chats?"),
    "social": _any("social(?: media)? (?:mentions?|posts?)", "mentions?"),
}
# Conditions that code decides; other values (a stage, a priority) are matched against the rows.
CONDITIONS: dict[str, dict[str, re.Pattern[str]]] = {
    "ticket": {
        "unanswered": _any("unanswered", "(?:awaiting|waiting for) (?:an? |the )?(?:first )?"
                           "(?:answer|reply|response)",
                           "(?:(?:with|have|has|having|got|received) )?(?:no|without)(?: an?| any)?"
                           "(?: first)? (?:responses?|repl(?:y|ies)|answers?)"),
        "answered": _any("answered", "replied to", "responded to"),
        "open": _any("open", "unresolved", "unsolved", "unfinished", "not yet solved", "pending", "still waiting", "outstanding"),
        "closed": _any("closed?", "closes", "resolved?", "resolves", "solved?", "solves", "fixed",
                       "completed?", "settled"),
    },
    "deal": {
        "won": _any("closed won", "won", "win", "wins", "winning", "signed", "sold", "closed[- ]won"),
        "lost": _any("closed lost", "lost", "lose", "losing", "closed[- ]lost"),
        "open": _any("open", "active", "ongoing", "running", "in (?:the|our|my) pipeline",
                     "pipeline"),
        "closed": _any("closed"),
    },
    "lead": {
        "converted": _any(
            "(?:converted|convert|became|become|turned? into)"
            "(?: (?:in)?to)?(?: (?:an? )?(?:deals?|opportunit(?:y|ies)|customers?))?"
        ),
        "not converted": _any("unconverted"),
        "open": _any("open"),
    },
    "invoice": {
        "overdue": _any("overdue", "past due", "late", "in arrears"),
        "unpaid": _any("unpaid", "open", "outstanding", "not paid", "owe[sd]?", "owing",
                       "still due"),
        "paid": _any("paid", "settled"),
    },
    "order": {"cancelled": _any("cancell?ed", "cancell?ations?")},
    "interaction": {
        "outgoing": _any("outgoing", "outbound", "(?:did|do|have|has) we (?:send|sen[dt]|make|made|write|written)",
                         "we (?:sent|made|wrote)", "sent by us", "(?:sent )?from us"),
        "incoming": _any("incoming", "inbound", "(?:did|do|have) we (?:receive|received|get|got)",
                         "we (?:received|got)", "(?:sent|wrote|called|written) (?:to )?us"),
    },
    "note": {
        "waiting": _any(
            "(?:to )?(?:wait(?:s|ing)?|await(?:s|ing)?|pending|ready)(?: (?:for|to be))?"
            "(?: (?:my |a |the )?(?:review(?:ed)?|confirm(?:ed|ation)|approv(?:al|ed)))?",
            "(?:to|for) (?:be )?(?:review(?:ed)?|confirm(?:ed|ation)?)", "drafts?", "drafted",
            "unconfirmed", "unreviewed", "open", "in review",
        ),
        "confirmed": _any("confirmed", "approved", "signed(?: off)?"),
        "rejected": _any("rejected"),
    },
    "task": {
        "overdue": _any("overdue", "late", "past due"),
        "open": _any("open", "to do", "outstanding", "pending", "left", "unfinished"),
        "done": _any("done", "completed", "finished"),
    },
    "quote": {
        "expired": _any("expired", "lapsed"),
        "valid": _any("valid", "open", "current"),
    },
    "payment": {"failed": _any("failed", "bounced", "declined"), "received": _any("received")},
    "product": {"active": _any("active", "current"), "inactive": _any("inactive", "retired")},
}  # fmt: skip
# Which moment a period is about; without any of these words it is the kind's first moment.
MOMENTS: dict[str, dict[str, re.Pattern[str]]] = {
    "ticket": {
        "closed": _any("closed?", "closes", "resolved?", "resolves", "solved?", "fixed",
                       "completed?"),
        "opened": _any("opened", "created", "raised", "reported", "came in", "filed", "received"),
    },
    "deal": {
        "closed": _any("won", "win", "sign(?:s|ed)?", "sold", "lost", "lose", "closed"),
        "expected": _any("closing", "close", "expected", "due", "forecast"),
        "opened": _any("opened", "created", "started"),
    },
    "lead": {
        "converted": _any("converted", "became", "turned into"),
        "opened": _any("opened", "created", "came in", "new"),
    },
    "invoice": {
        "paid": _any("paid", "settled"),
        "due": _any("due", "fall(?:s|ing)? due"),
        "issued": _any("issued", "sent", "billed", "invoiced"),
    },
    "quote": {"valid": _any("expires?", "expiring", "valid"), "issued": _any("issued", "sent")},
    "task": {"done": _any("done", "completed", "finished"), "due": _any("due", "overdue")},
    "note": {"confirmed": _any("confirmed", "signed(?: off)?")},
    "order": {"ordered": _any("placed?", "ordered")},
    "account": {
        "renewal": _any("renewals?", "renews?", "renewing", "up for renewal"),
        "recorded": _any("new", "added", "created", "registered", "signed up", "acquired"),
    },
    "contact": {"recorded": _any("new", "added", "created")},
}  # fmt: skip

COUNT = _any("how many", "(?:the )?number of", "count(?! on)", "how often", "how frequently")
SUM = _any(
    "how much", "total(?:s|led)?", "sum", "in all", "revenue", "turnover", "worth", "value",
    "spen[dt]", "book(?:ed)?", "bookings", "net", "amounts", "balances?", "money", "owe[sd]?", "outstanding amount", r"sales(?! ?(?:reps?|people|persons?|teams?|cycles?|managers?))",
)  # fmt: skip
AVERAGE = _any("average", "averages", "mean", "on average", "typical", "typically")
DURATION = _any(
    "how long", "time to", "took", "takes?", "fastest", "quickest", "slowest", "quickly", "fast",
    "quicker", "faster", "slower", "resolution times?", "response times?", "sales cycle",
    "cycle times?", "length of the sale", "how quickly", "how fast", "longest", "shortest",
    "lead time", "from opening to closing", "sales cycles?", "average time",
    "clos(?:e|es|ed) (?:the )?(?:fastest|quickest|slowest)",
)  # fmt: skip
RESPONSE = _any("respon(?:d|se|ded|ds)", "answer(?:ed)?", "repl(?:y|ied|ies)", "first response")
SHARE = _any(
    "what (?:share|part|proportion|percentage|fraction)", "shares?", "percentage", "percent",
    "proportion", "fraction", r"(?:conversion|win|close|success) rates?", "rate of conversion",
    "lead conversion", "conversion", r"converts? (?:the )?(?:best|worst|most|least)",
)  # fmt: skip
WINNING = _any("win rates?", "close rates?", "success rates?", "won", "win", "signed")
CONVERSION = _any("conver(?:t|ts|ted|sion)", "became", "become", "turn(?:s|ed)? into")
HANDOVERS = _any(
    r"hand(?:ed|s|ing)?[- ]?(?:over|off)s?", "handovers?", "hand-overs?", "handoffs?",
    r"pass(?:ed|es|ing)? (?:\w+ ){0,3}?(?:on|over|along|to someone else|to others|to another)",
    r"giv(?:e|en|es|ing) (?:\w+ ){0,3}?away", r"gave (?:\w+ ){0,3}?away", "hand-?overs?",
    "transferr?(?:ed|s|ing)?", "reassign(?:ed|ments?|s)?", "passed (?:the )?(?:most|fewest)",
)  # fmt: skip
LATEST = _any("latest", "last", "most recent(?:ly)?", "newest", "recently")
FIRST = _any("first", "earliest", "oldest")
MOST = _any(
    "most", "most expensive", "most often", "priciest", "highest", "largest", "biggest", "best", "top", "greatest", "maximum",
    "strongest", "longest", "slowest",
)  # fmt: skip
LEAST = _any(
    "cheapest", "least expensive", "fewest", "least", "lowest", "smallest", "worst", "minimum", "weakest", "shortest",
    "fastest", "quickest",
)  # fmt: skip
SUPERLATIVE = re.compile(f"{MOST.pattern}|{LEAST.pattern}", re.IGNORECASE)
# "Best" and "quickest" are good ends of a duration, not of an amount.
QUICK = _any("fastest", "quickest", "shortest", "best", "quickly", "quicker", "faster", "fast")
SLOW = _any("slowest", "longest", "worst", "slower")
COMMON = _any(
    r"most (?:common|frequent|often|frequently)", r"(?:main|top|biggest|usual|chief) (?:problems?|"
    r"issues?|reasons?|complaints?|causes?|topics?)", "(?:writ(?:e|es|ing)|wrote|complain(?:s|ed)?|report(?:s|ed)?|ask(?:s|ed)?)(?: in)?(?: to us)?"
    " about (?:the )?most", "about (?:the )?most", "most (?:about|for)",
)  # fmt: skip
TREND = _any(
    r"(?:per|by|each|every) (?:single )?(?:day|week|month|quarter|year)",
    r"(?:week|month|quarter|year)[- ](?:by|over|against|on)[- ](?:week|month|quarter|year)",
    "trends?", "over time", "(?:a|one|any|single|which|what) (?:single )?(?:week|month|quarter)[■ ]+(?:in which|stands?|stood|that|where|of|with|had|this|last|saw|when)",
    "outliers?", "in which (?:week|month|quarter|year)", "than usual", r"in any (?:single |one )?(?:week|month|quarter|year)",
    r"which (?:day|week|month|quarter|year)", "(?:week|month|quarter|year)ly", "jump(?:ed)?",
    "stands? out", "spikes?", "spiked",
)  # fmt: skip
UNIT = re.compile(r"\b(week|month|quarter|year)(?:ly|s)?\b", re.IGNORECASE)
LIST = _any(
    "(?:do|does|did) (?:■+|we|you|i|they|he|she) (?:still |currently )?have",
    "is there",
    "list",
    "show(?: me)?",
    "which",
    "what are",
    "give me",
    "name",
    "find",
    "are there",
)
COMPARE = _any(
    "against (?:the )?(?:team|others|everyone|everybody|rest|average)",
    "compared? (?:with|to)(?: the)? (?:team|others|everyone|rest|average)", "versus the team",
    "than the (?:team|others|rest)",
)  # fmt: skip
MINE = re.compile(
    r"\b(?:my|mine|myself)\b|\b(?:by|for|to|with|from) me\b"
    # "Can I see", "I want to know" speak of the asking, not of whose the rows are.
    r"|\b(?<!can )(?<!may )(?<!could )(?<!should )i(?:['’](?:ve|m))?\b"
    r"(?! (?:want|need|see|get|would|am (?:looking|interested)|like|wish|look))",
    re.IGNORECASE,
)
FOLLOWS = _any(
    "they", "them", "their", "theirs", "it", "its", "he", "she", "his", "her", "him",
    "that one", "this one", "the same",
)  # fmt: skip
REFERS = re.compile(
    r"\b(?:that|this|the same|those|these)\s+(?:\w+\s+)?(?P<noun>account|customer|client|company|deal|"
    r"opportunity|lead|contact|person|ticket|order|invoice|quote|offer|product|call)\b",
    re.IGNORECASE,
)
ELLIPSIS = re.compile(
    r"^\s*(?:and|what about|how about|and what about|or|same for)\b", re.IGNORECASE
)

# What a noun by which rows are put together may have before it without being another.
_BESIDE_GROUP = (
    "issue|support|service|sales|ticket|case|deal|opportunity|lead|account|customer|product|order|"
    "invoice|billing|industry"
)
_FOREMOST = (
    "slowest|fastest|quickest|best|worst|strongest|weakest|busiest|top|highest|lowest|largest|"
    "biggest|smallest|most successful|most valuable"
)
_GROUP_WORDS: dict[str, str] = {
    "competitor": r"competitors?",
    "owner": r"reps?|agents?|engineers?|technicians?|salespersons?|account executives?|person|people|colleagues?|sellers?|sales ?(?:person|people|reps?)|"
    r"owners?|employees?|teammates?|account managers?|staff|one of us|of us",
    "account": r"accounts?|customers?|clients?|compan(?:y|ies)|organi[sz]ations?",
    "product": r"products?(?! (?:famil|line|categor))|items?",
    "region": r"regions?|areas?|territor(?:y|ies)|sites?|locations?",
    "state": r"states?|provinces?|count(?:y|ies)",
    "family": r"(?:product )?famil(?:y|ies)|product lines?",
    "country": r"countr(?:y|ies)",
    "city": r"cit(?:y|ies)|towns?",
    "industry": r"industr(?:y|ies)|sectors?|branch(?:es)?",
    "category": r"categor(?:y|ies)|problems?|issues?|topics?|complaints?|causes?|subjects?",
    "stage": r"stages?",
    "status": r"status(?:es)?",
    "currency": r"currenc(?:y|ies)",
    "priority": r"priorit(?:y|ies)",
    "source": r"(?:lead )?sources?|campaigns?",
    "channel": r"channels?",
    "type": r"types?(?: of (?:deals?|opportunit(?:y|ies)))?",
    "reason": r"(?:lost |loss )?reasons?",
    "method": r"methods?",
    "team": r"teams?",
}
GROUPS: dict[str, re.Pattern[str]] = {
    group: re.compile(
        rf"\b(?:which|what|whose|by|per|each|every|(?:top|best|worst) ?(?:\d+|\w+)?) "
        rf"(?:(?:of (?:the|our|my)|the|our|my|single|kind of|sort of|{_BESIDE_GROUP}) )?(?:{words})\b"
        # "Slowest agent by …", "region with the lowest …", "the worst lead source".
        rf"|\b(?:{_FOREMOST}) (?:(?:{_BESIDE_GROUP}) )?(?:{words})\b(?! (?:in|of|from) the)"
        rf"|^\s*(?:and )?(?:the )?(?:{_BESIDE_GROUP} )?(?:{words}) (?:with|having|that|which|who) (?:the )?"
        rf"(?={_FOREMOST}|most|fewest|least)",
        re.IGNORECASE,
    )
    for group, words in _GROUP_WORDS.items()
}
GROUP_NOUNS = {group: _any(words) for group, words in _GROUP_WORDS.items()}
WHO = re.compile(r"\b(?:who|whose|whom)\b", re.IGNORECASE)

_NUMBER = r"\d[\d.,' ]*\d|\d|one|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty"
_SUPERLATIVES = (
    "largest|biggest|highest|smallest|lowest|best|worst|latest|most recent|newest|oldest|top|"
    "most valuable|most expensive|cheapest|youngest|earliest"
)
# How many rows are wanted: the number stands beside a superlative, or before the noun that a
# superlative or an order follows ("which 5 deals are the largest").
TOP_N = re.compile(
    rf"\b(?:top|best|worst|last|latest|first|newest|oldest|largest|biggest|highest|smallest|"
    rf"lowest|(?:which|what|list|show(?: me)?|give me|name|find)(?: (?:the|our|my))?)\s+"
    rf"(?P<count>{_NUMBER})(?!\s*(?:%|percent|days?|weeks?|months?|quarters?|years?|hours?))\b|"
    rf"\b(?P<before>{_NUMBER})\s+(?:\w+\s+)?(?:{_SUPERLATIVES})\b",
    re.IGNORECASE,
)
# By what rows are put in order, where they are not put together by it.
ORDER_BY = re.compile(
    r"\b(?:(?:sorted|ordered|ranked|in order) )?(?:by|of) (?:the |their |its )?"
    r"(?P<column>amount|size|value|worth|price|total|date|age|recency|score|likelihood)s?\b",
    re.IGNORECASE,
)
# What is done with records of each kind: it is said of any of them and leaves none out.
VERBS: dict[str, re.Pattern[str]] = {
    "ticket": _any(
        "handles?", "handled", "handling", "work(?:s|ed|ing)? on", "assigned(?: to)?",
        "raised?", "filed?", "submit(?:s|ted)?", "report(?:s|ed|ing)?", "opened", "received?", "logged",
        "created", "got", "in", "ask(?:ed)?", "dealt with", "writ(?:e|es|ing|ten)(?: in)?",
        "wrote(?: in)?", "contact(?:ed)? us", "complain(?:ed|ing)?",
    ),
    "order": _any(
        "plac(?:e|es|ed|ing)", "made", "make", "received?", "got", "came in", "sell", "sells",
        "buy", "buys", "generated?", "brought in", "bring in", "earn(?:ed)?", "taken?",
    ),
    "invoice": _any("sent", "send", "issued?", "received?", "wrote", "written", "billed"),
    "payment": _any("made", "pay", "paid", "received?", "sent", "came in", "got"),
    "quote": _any("sent", "send", "issued?", "made", "gave", "given", "written", "wrote",
                  "received?"),
    "deal": _any(
        "clos(?:e|es|ed|ing)", "handles?", "handled", "work(?:s|ed|ing)? on", "created",
        "opened", "assigned(?: to)?", "sit(?:s|ting)?", "stand(?:s|ing)?", "in progress",
    ),
    "lead": _any(
        "generated?", "came in", "created", "received?", "captured", "assigned(?: to)?",
        "handles?", "work(?:s|ed|ing)? on", "got", "come from", "came from", "opened",
    ),
    "task": _any("assigned(?: to)?", "to do", "created", "open", "have to do"),
    "interaction": _any("held", "had", "send", "write", "wrote", "written", "exchanged", "make", "made", "took place", "logged", "sent", "received?",
                        "recorded"),
    "call": _any("recorded", "uploaded", "made", "held", "had", "transcribed", "took place"),
    "note": _any("written", "wrote", "drafted", "made", "waiting", "review(?:ed)?"),
    "contact": _any("know", "work(?:s|ing)?(?: (?:at|for))?", "recorded"),
    "account": _any("served?", "located", "based", "recorded", "sell to", "looks? after"),
    "product": _any("sell", "offer", "carry"),
}  # fmt: skip
# Words that put two periods or two records side by side.
COMPARING = _any(
    "compared?(?: (?:to|with))?",
    "versus",
    "vs",
    "against",
    "than",
    "more",
    "less",
    "fewer",
    "higher",
    "lower",
    "between",
    "or",
    "and",
    "both",
)
# Common words that may change what is asked; a figure is given only where each is accounted for.
SUSPECT = _any(
    "not", "no", "never", "none", "nobody", "no one", "neither", "nor", "only", "other", "others",
    "another", "else", "except", "besides", "excluding", "apart", "than", "without", "recent",
    "recently", "latest", "last", "newest", "oldest", "first", "next", "previous", "second",
    "highest", "lowest", "most", "least", "less", "fewer", "more", "under", "over", "above",
    "below", "before", "after", "until", "since", "between", "against", "same", "new", "old",
    "hold", "holds", "held", "keep", "keeps", "kept", "gone", "went", "taken?", "working", "works",
    "given", "gave", "present", "past", "needs?", "wants?", "liked?", "split",
    "due", "closing", "expiring", "expected", "renewing",
    r"\w+n['’]t",
)  # fmt: skip

BOUND = re.compile(
    r"\b(?P<words>at least|no less than|more than|over|above|exceeding|larger than|greater than|"
    r"bigger than|worth more than|at most|up to|no more than|less than|fewer than|under|below)\s+"
    rf"(?P<currency>[$€£]|[A-Z]{{3}} )?\s*(?P<number>{_NUMBER})\s*(?P<scale>k|m|thousand|million)?\b"
    r"\s*(?P<after>[%$€£]|days?|weeks?|months?|hours?|years?|\w+)?",
    re.IGNORECASE,
)
