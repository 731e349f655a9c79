"""A question in plainer words: the same question, with fewer ways of putting it to read.

Whatever only says how the answer should look, or only repeats that everything is meant, goes; what
is left out, limits on groups, and measures get one form each. Nothing that narrows is lost.
"""

# ruff: noqa: E501, ISC004 (a pattern or a phrase is read whole)

from __future__ import annotations

import re
from collections.abc import Callable

_NUMBER = r"(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty)"
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?(?:\s+(?:19|20)\d\d)?"
)
_GONE = r"(?:cancell?ed|cancell?ations?|voided|void|returned)"
_LEFT_OUT = rf"(?:{_GONE}|lost|closed|open|paid|unpaid|draft|inactive|archived|deleted|failed|expired|overdue)"
_ROWS = (
    r"(?:\s+(?:orders?|ones?|deals?|opportunit(?:y|ies)|tickets?|cases?|invoices?|tasks?|leads?|"
    r"quotes?|payments?|products?|accounts?))?"
)
_GROUPED = (
    r"(?:people|persons?|those|reps?|agents?|colleagues|sellers|states?|regions?|countries|cities|"
    r"accounts?|customers?|products?|categories|types?|sources?|teams?|industries|only those|ones|"
    r"everyone|anybody|anyone)"
)
_UNITS = (
    r"(?:hours?|days?|weeks?|minutes?|months?|percent|per cent|%|decimals?|full days|whole days)"
)
_PROBLEM = r"(?:problems?|issues?|categor(?:y|ies)|complaints?|topics?|reasons?|causes?|defects?|faults?|objections?)"


def _rules(*pairs: tuple[str, str]) -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(pattern, re.IGNORECASE), told) for pattern, told in pairs)


_POLITE = _rules(
    (
        r"^\s*(?:(?:hi|hello|hey|ok(?:ay)?|so|well|um+|quick question|question|just wondering)\b[\s,:!.-]*)+(?=\S)",
        "",
    ),
    (
        r"\b(?:can|could|would|will) you (?:please |kindly )?(?:tell|show|give|find) (?:me|us)\b(?: about\b)?"
        r"|\b(?:please |pls |plz )?tell me\b(?! about)|\bi(?:['’]d| would) (?:like|love) to know\b|\bdo you (?:happen to )?know\b"
        r"|\bany idea\b|\bi (?:want|need) to know\b|\bplease\b|\bpls\b|\bplz\b|\bthanks?(?: you)?\b(?=[\s.!]*$)",
        "",
    ),
)
_LOOKS = _rules(
    (
        rf"[\s,;:(-]*\(?\b(?:(?:rounded |round |given )?(?:to |with |in )?(?:{_NUMBER}) decimals?(?: places?)?(?: is fine| please)?"
        r"|(?:the )?(?:account |customer |product |case |ticket |order |so |quote )?(?:names?|numbers?|no\.)(?: only)?(?:,)? please"
        r"|names? only|yes ?(?:or|/) ?no|which(?: one)?s?\?$|give (?:me )?the (?:absolute )?(?:difference|number|name|month|value)"
        r"|as a (?:number|percentage|percent)|in absolute (?:terms|numbers))\b\s*\)?(?=[\s.,;:?!)]|$)",
        " ",
    ),
    (
        rf"[\s,;]*\(\s*(?:in )?{_UNITS}\s*\)|[\s,]+\b(?:expressed |given |measured )?in {_UNITS}(?=[\s,.;:?!)]|$)(?! (?:ago|old))",
        " ",
    ),
    (
        r",\s*(?:units?|pieces|percent|number|count|absolute)\s*(?=[,.;?!]|$)|\.\s*units?\b\s*,?",
        " ",
    ),
    (
        r"[\s,(]*\b(?:over |across |for |in )?(?:the )?(?:whole|entire|full|complete|all(?: the)?) (?:history|time|period|data(?: set)?)\b\)?"
        r"|[\s,(]*\b(?:of )?all[- ]time\b\)?|[\s,(]*\b(?:over )?everything(?: (?:we|i|you) have)?\b\)?(?! (?:not|that|which|is))|\boverall\b|\baltogether\b"
        r"|\bto date\b(?<!year to date)(?<!quarter to date)(?<!month to date)|(?<=\d\d\d\d) so far\b|\bthis year so far\b(?=\b)",
        " ",
    ),
    (r"\(\s*(?:transcripts?|calls?|e-?mails?|notes?) only\s*\)", " "),
    (
        r"\b(?:right now|at the moment|as of (?:today|now)|at present|currently|nowadays|these days)\b",
        " ",
    ),
)
_PERIODS = _rules(
    (r"\b(?P<a>this|last|past|next|current|previous) yr\b", r"\g<a> year"),
    (r"(?<!in )\b(?P<a>20\d\d) (?:to date|so far|year to date)\b", r"in \g<a>"),
    (
        r"\b(?P<a>\d+|two|three|four|five|six|seven|eight|nine|ten) (?P<b>\w+) or (?P<c>more|fewer|less)\b",
        r"\g<a> or \g<c> \g<b>",
    ),
    (
        rf"\b(?:(?:over|in|during|for|within) )?(?:the )?(?:last|past|previous)\s+[\w ]{{1,24}}?\s*\((?P<a>{_MONTH})\s*(?:-|–|to|until)\s*(?P<b>{_MONTH})\s*,\s*",
        r"between \g<a> and \g<b> (",
    ),
    (
        r"\b(?P<a>past due|overdue|unpaid|outstanding|still open) (?:as of )?(?:today|now)\b",
        r"\g<a>",
    ),
    (
        rf"\b(?:(?:over|in|during|for|within) )?(?:the )?(?:last|past|previous)\s+[\w ]{{1,24}}?\s*\((?P<a>{_MONTH})\s*(?:-|–|to|until)\s*(?P<b>{_MONTH})\)",
        r"between \g<a> and \g<b>",
    ),
    (
        rf"\bin (?P<a>{_MONTH}) and (?P<b>{_MONTH}) (?:together|combined)\b",
        r"between \g<a> and \g<b>",
    ),
    (r"\bsince the (?:very )?(?:beginning|start|first) of\b", "since"),
    (
        r"\bfrom (?P<a>[A-Za-z]+(?: \d{4})?) (?:to|until|till|through) (?:today|now|this day)\b",
        r"since \g<a>",
    ),
    (
        r"\b(?:in )?(?:mid|early|late)[- ](?=(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b)",
        "in ",
    ),
    (
        rf"\b(?P<u>month|week|quarter)s? of the (?P<w>last|past) (?P<n>{_NUMBER}|eleven|twelve|eighteen)(?=[\s,.;?!]*$)",
        r"\g<u> of the \g<w> \g<n> \g<u>s",
    ),
    (r"\b1st half\b", "first half"),
    (r"\b2nd half\b", "second half"),
    (r"\b(?P<a>first|second) half of (?P<b>(?:19|20)\d\d)\b", r"\g<a> half of \g<b>"),
    (r"\bjanuary to today\b", "since January"),
)
_WITHOUT = _rules(
    (
        rf"[\s,(]*\b(?<!customers )(?<!accounts )(?<!companies )(?<!clients )(?<!contacts )(?<!have )(?<!has )(?<!had )(?<!deals )(?<!are there )(?:without|excluding|excl\.?|except(?: for)?|not counting|not including|leaving (?:out|aside)|disregarding|ignoring|omitting|minus|w/o|other than|with no|no|(?:are )?not)\s+"
        rf"(?:any |the |all )?{_GONE}{_ROWS}\b\)?(?:\s+(?:included|counted))?",
        " not cancelled ",
    ),
    (
        rf"[\s,(]*\b(?:excluding|excl\.?|except(?: for)?|not counting|not including|leaving (?:out|aside)|disregarding|ignoring|omitting|other than)\s+"
        rf"(?:any |the |all )?(?P<a>{_LEFT_OUT}){_ROWS}\b\)?",
        r" not \g<a> ",
    ),
    (
        rf"[\s,(.]*\b(?:the )?{_GONE}{_ROWS}\s+(?:(?:are|were|is) )?(?:excluded|not included|not counted|left out|out|aside|apart|taken out|(?:do|does|should|must|shall)(?: not|n['’]t) count|don['’]t count)\b\)?",
        " not cancelled ",
    ),
    (rf"\bnon[- ]{_GONE}\b", "not cancelled"),
    (r"\(?\s*everything (?:that is |that's )?not (?P<a>closed|paid|done)\s*\)?", r" not \g<a> "),
)
_LIMITS = _rules(
    (
        rf"[\s,(.]*\b(?:leaving out|excluding|ignoring|without|except(?: for)?|not counting) (?:all |the |any )?{_GROUPED} (?:with|having|that have|who have) (?:fewer|less) than (?P<n>{_NUMBER})\b",
        r" with at least \g<n>",
    ),
    (
        rf"[\s,(.]*\bonly (?:the |those )?{_GROUPED} (?:with|having|that have|who have) (?=at least|at most|more than|fewer than)",
        " with ",
    ),
    (
        rf"\b(?:min\.?|minimum(?: of)?|no fewer than|not less than|not fewer than)\s+(?P<n>{_NUMBER})\b",
        r"at least \g<n>",
    ),
    (rf"\b(?P<n>{_NUMBER})\s+or\s+more\b|\b(?P<m>\d+)\+", r"at least \g<n>\g<m>"),
    (rf"\b(?P<n>{_NUMBER})\s+or\s+(?:fewer|less)\b", r"at most \g<n>"),
    (
        rf"[\s,(]*\b(?:(?:going by|counting|looking(?: only)? at|considering|among|taking) (?:only )?(?:{_GROUPED} )?)?(?:who have |that have |which have |who |with |having |of )?"
        rf"(?P<l>at least|at most|more than|fewer than) (?P<n>{_NUMBER})(?P<o>(?: (?:such|solved|closed|resolved|won|converted|of) (?:ones|them|those|cases|tickets|deals|leads|orders))| of them| of those| such| each| ones)?\s*\)?(?=[\s,.;?!]|$)(?!\s*(?:%|percent|times|days?|weeks?|months?|years?|hours?|[€$£]|[A-Z]{{3}}\b|employees|people|staff|seats|users|thousand|million|k\b))",
        r" with \g<l> \g<n> ",
    ),
)
_MEASURES = _rules(
    (
        r"\bhow many (?:full |whole )?(?:days|hours|weeks|minutes|months) (?=(?:did|do|does|has|have|is|was|it|on)\b)",
        "how long ",
    ),
    (
        r"\baverage (?:number of )?(?:days|hours|weeks|minutes|time) (?=from|to|until|between|for|of|spent|a)",
        "average time ",
    ),
    (
        r"\b(?:took|needed|takes|needs|required) the (?:most|longest) (?:days|hours|time|weeks)\b",
        "took the longest",
    ),
    (
        r"\b(?:took|needed|takes|needs|required) the (?:fewest|least|shortest) (?:days|hours|time|weeks)\b",
        "took the shortest",
    ),
    (r"\b(?:needed|required) (?:the )?longest\b", "took the longest"),
    (
        r"\b(?:from|between) (?:the )?(?:creation|created|creating|opening|opened|open|start|date of creation|created date)(?: date)? (?:to|until|till|and) (?:the )?"
        r"(?:close|closing|closed|won|winning|signing|signature|signed|solution|solved|solving|resolution|resolved|closure|close date)(?: date)?\b",
        "from opening to closing",
    ),
    (
        r"\b(?:is|was|are) at the bottom(?: of the (?:list|ranking))?(?: with| by| for| in)\b",
        "has the lowest",
    ),
    (
        r"\b(?:is|was|are) at the top(?: of the (?:list|ranking))?(?: with| by| for| in)\b",
        "has the highest",
    ),
    (
        r"^\s*(?:our |the )?(?:top|best) (?:seller|salesperson|sales ?person|sales ?rep|rep|performer)\b(?! with)(?: by\b)?",
        "who has the highest sales",
    ),
    (r"\bbooked (?P<net>net )?(?:revenue|sales|value)\b", r"\g<net>revenue"),
    (r"\bbooked net\b", "net revenue"),
    (
        r"\bnet (?:bookings?|order amounts?|order values?|sales|turnover|amounts?|values?|totals?)\b",
        "net revenue",
    ),
    (r"(?<=[\s(,])net amounts?\b", "net revenue"),
    (r"\bsum of (?:the )?(?:balances? due|open balances?|balances?)\b", ""),
)
_AMONG = _rules(
    (
        rf"^\s*among (?:our |the |all )?(?P<g>{_GROUPED}) (?P<w>with .{{3,80}}?),\s*(?:whose|which one'?s|which of them has|which has|who) (?P<r>.*)$",
        r"which \g<g> has \g<r> \g<w>",
    ),
    (r"\b(?:over|across|among|for|out of) all (?:of )?(?:our |the |your )?(?=[a-z]+s\b)", "of "),
)
_TOPMOST = _rules(
    (
        rf"\b(?:the )?(?:number one|number-one|no\.? ?1|# ?1|nr\.? ?1|leading|chief|primary|top|single biggest|biggest) (?:support |customer |ticket |case |product )?(?P<a>{_PROBLEM})\b",
        r"the most common \g<a>",
    ),
    (
        rf"\b(?P<a>{_PROBLEM}) (?:is|are|was|were|gets?|has been|do we see|comes up|come up|occurs?|appears?|shows up) (?:(?:being )?(?:reported|raised|logged|complained about|mentioned|seen|named|listed) )?(?:the )?most(?: often| frequently)?\b(?! common)",
        r"\g<a> is most common",
    ),
    (r"\bmost frequent (?P<a>support |ticket |case |issue )?(?=[a-z])", r"most common \g<a>"),
    (r"\b(?P<a>issue|problem|ticket|case|complaint) (?P<b>category|categories|types?)\b", r"\g<b>"),
    (
        r"\bwhat (?:is|are|was|does|do) (?P<a>.{2,60}?) (?:complain|complaining|writ(?:e|ing) in|contact(?:ing)? us|ask(?:ing)?)(?: to us)? about (?:the )?most(?: often)?\b",
        r"what is the most common problem of \g<a>",
    ),
)
_ASIDE = _rules(
    (
        r"[\s,]*\b(?:going|judging|measured) by (?=(?:cases|tickets|deals|orders|leads|those)\b)",
        ", ",
    ),
)
_DEFINED = _rules(
    (
        r"\(\s*(?:status )?(?:open|pending|on hold|hold|new|in progress|waiting|not started)(?:\s*(?:,|or|and|/)+\s*(?:open|pending|on hold|hold|new|in progress|waiting|not started))+\s*\)",
        " ",
    ),
    (
        r"[\s:,(]*\b(?:closed )?won (?:deals )?(?:divided by|out of|over|/) (?:all )?(?:closed|decided)(?: deals| ones| opportunities)?\b\)?",
        " ",
    ),
)
_TIDY = _rules(
    (r"(?P<a>[.?])\s*(?:percent|units?|%)\s*$", r"\g<a>"),
    (r"\(\s*[,;.]*\s*\)", " "),
    (r"\s+(?=[,.;?!])", ""),
    (r"([,;])(?:\s*[,;])+", r"\1"),
    (r"\s{2,}", " "),
    (r"[\s,;]+(?=\?|$)", ""),
)


def plainly(text: str) -> str:
    """The question in plainer words; a text of many lines stays as it is."""
    if len(text) > 600:
        return text
    told = text
    for rules in (
        _POLITE,
        _LOOKS,
        _PERIODS,
        _WITHOUT,
        _MEASURES,
        _AMONG,
        _DEFINED,
        _LIMITS,
        _ASIDE,
        _TOPMOST,
        _TIDY,
    ):
        for pattern, plain in rules:
            told = pattern.sub(_filled(plain), told)
    if told.count("(") != told.count(")"):
        told = re.sub(r"\s*[()]\s*", ", ", told).strip(" ,")
    told = told.strip()
    return told or text


def plain_periods(text: str) -> str:
    """The same question with its stretches of time in plainer words, and nothing else changed."""
    if len(text) > 600:
        return text
    for pattern, plain in (*_POLITE, *_PERIODS):
        text = pattern.sub(_filled(plain), text)
    return text.strip() or text


def _filled(plain: str) -> Callable[[re.Match[str]], str]:
    def fill(match: re.Match[str]) -> str:
        return re.sub(r"\\g<(\w+)>", lambda name: match[name[1]] or "", plain)

    return fill
