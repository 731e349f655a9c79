"""What an utterance does: asks, agrees, refuses, hedges, sets a condition, dictates."""

from __future__ import annotations

import re

from assistant.notes.phrases import any_of

_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "`": "'"})

_LISTENING = re.compile(
    r"(?:[\W_]*\b(?:yeah|yep|yes|yup|ok|okay|kay|right|sure|mm+|mm-hmm|m-hm|hmm+|uh-huh|uh|um|"
    r"oh|ah|"
    r"i see|got it|great|cool|nice|good|perfect|fine|alright|all right|exactly|true|wow|"
    r"makes sense|that makes sense|interesting|of course|absolutely|understood|"
    r"sounds good)\b[\W_]*)+",
    re.IGNORECASE,
)
_LISTENING_WORDS = 4

_ASKS_FIRST = re.compile(
    r"(?:and |so |but |okay |well |um |uh )*(?:(?:what|when|where|who|whom|whose|why|which|how)\b|"
    r"(?:do|does|did|is|are|was|were|can|could|would|will|shall|should|have|has|had|may|might|am)"
    r"(?:n't)? (?:you|we|i|they|he|she|it|that|this|there|the|your|anyone|anybody|everything)\b)"
)

_AGREES = any_of(
    r"yes|yeah|yep|yup|ya|sure|of course|absolutely|definitely|certainly|will do|can do|no problem",
    r"okay|ok|kay|'kay|alright|all right|done|deal|perfect|sounds? (?:good|great|fine|perfect)|"
    r"great",
    r"(?:that|it|this|(?:next |this )?\w+day|the \w+|\d+(?: ?[ap]m)?|morning|"
    r"afternoon)(?: at [\w: ]+)?(?: works| suits|(?: is|'s) (?:fine|good|okay|ok|perfect|"
    r"great|all right))|works for (?:me|us)",
    r"gladly|happy to|fine|agreed|right|please(?: do)?\b|exactly|correct|that's (?:right|"
    r"correct|fine|it)",
    r"that's exactly|consider it done|you got it|got it|you're right|true|indeed|leave it with me",
    r"(?:i'm )?on it|with pleasure|for sure|let's do (?:it|that)|that(?:'d| would| will|"
    r"'ll) (?:be|work)",
    r"(?:i|we)(?:'ll| will| can| shall)\b|i(?:'d| would) (?:love|like) (?:that|to)|go ahead|"
    r"cool|good",
    r"(?:i|we) (?:do|did|agree|have)\b|not a problem|not at all|send (?:it|that|those|them)",
)
_AGREES = re.compile(rf"\W*(?:(?:oh|well|um|uh|mm|so|and|i think)\W+)*(?:{_AGREES.pattern})")
_REFUSES = re.compile(
    r"\W*(?:(?:oh|well|um|uh|mm|so|honestly|actually|yeah)\W+)*(?:"
    r"no\b(?! problem| worries| doubt)|nope|nah|unfortunately|i'm afraid|afraid not|"
    r"not (?:really|yet|now)|never|"
    r"(?:i|we|it|that) (?:can't|cannot|couldn't|won't|don't think|wouldn't|didn't|don't|"
    r"doesn't|haven't)|"
    r"(?:i'd|we'd|i would|we would) rather(?! you did)|let's not|maybe not|i'm not|we're not|"
    r"it's not|"
    r"sorry,? (?:but )?(?:no|i can't|we can't)|that(?:'s| is) not)"
)

_HEDGES = any_of(
    r"maybe|perhaps|probably|possibly|potentially|presumably|might|could be|hopefully|likely|"
    r"tentative\w*",
    r"i (?:think|guess|believe|suppose|hope|assume|imagine|reckon)|we (?:think|hope|guess|believe)",
    r"not (?:\w+ )?(?:sure|certain|final|decided)|don't know (?:if|whether|yet)|no promises|"
    r"can't promise",
    r"roughly|approximately|around|about (?:a |an )?(?:\d|one|two|three|four|five|six|seven|"
    r"eight|nine|"
    r"ten|eleven|twelve|thirteen|fifteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|"
    r"hundred|half)",
    r"more or less|ballpark|or so|somewhere (?:between|around|in)|give or take|in principle|"
    r"in theory|may (?:not |well |also |or |still )?(?:be|have|come|need|want|go|take|change|add|"
    r"buy|move|not|get)|no guarantee|not (?:a promise|promised|allowed to promise)|isn't a promise|"
    r"can't (?:say|guarantee|be sure)|don't know (?:until|yet)|it depends|in (?:beta|test)|"
    r"(?:it|that|which)(?:'s| is) planned|(?:not|don't|wouldn't|won't|can't|couldn't) (?:want to )?"
    r"(?:swear|bet|bank|sell you|say guaranteed|say for sure)|"
    r"(?:my|a) guess|(?:just |only )?an idea|could be (?:it|that)|not (?:saying|promising)",
    r"should be able|(?:i'll|we'll|i will|we will|going to|gonna|i can|let me)? ?try to|"
    r"sort of|kind of|ish",
    r"as far as i know|from memory|off the top of my head|don't hold me|don't quote me|ideally",
)
_CONDITIONS = any_of(
    r"if|unless|provided(?: that)?|providing|assuming|as long as|so long as|on (?:the )?condition",
    r"subject to|pending|depend(?:s|ing)|contingent|once (?:we|i|you|they|he|she|it|that|this|"
    r"the|your|our|legal|everyone|\w+ (?:has|have|is|are|signs?|agrees?))|only when|only after|"
    r"until (?:then|we|i|they|legal)",
    r"in case|given that|would (?:need|have) to|as soon as",
    # A power with a limit is one on condition.
    r"(?:authority|sign|approve|decide|spend|order)\w*[^.]{0,30} (?:up to|below|under|only)",
)
_CONDITION_OPENING = re.compile(
    r"\W*(?:(?:but|and|well|that is|that's|though|although|only|of course|obviously|again)\W+)*(?:"
    r"if\b|unless|provided|providing|assuming|as long as|so long as|subject to|pending|"
    r"depend(?:s|ing)|"
    r"(?:it|that|this)(?: all)? depends|contingent|conditional|on (?:the )?condition|once\b|"
    r"only (?:if|when|after)|"
    r"(?:i|we)(?:'d| would)? (?:still|also|first)? ?(?:need|have) (?:legal|finance|procurement|"
    r"the board|approval|"
    r"sign|to (?:check|run|get|clear|ask))|"
    r"(?:legal|finance|procurement|security|the board|my boss|(?:the|our) \w+) (?:still |"
    r"first |also )*"
    r"(?:needs?|has|have|must|would need|will need|wants?) to (?:agree|approve|sign|review|"
    r"check|look|clear|ok)|"
    r"(?:i|we) (?:can't|cannot) (?:promise|say|guarantee|commit|be sure)|"
    r"no (?:promises|guarantees?)|"
    r"(?:it|that|this|there)(?:'s| is| isn't)(?: not| no)? (?:certain|sure|decided|final|promised|"
    r"(?:a )?(?:promise|guarantee))|it may\b)"
)

_MACHINE = (
    r"(?:software|recorder|transcript|minutes|ai|a\.i\.|assistant|rapport|copilot|chat ?bot|bot|"
    r"robot|note-? ?taker|transcriber|"
    r"language model)"
)
_TO_ASSISTANT = re.compile(
    r"(?:^|[.!?;:—–] *|\b(?:hey|hi|dear|hello|ok|okay|and|so|now|"
    rf"please) )(?:ai )?{_MACHINE}(?: ?[,:;—–]| please\b)"
    r"|\b(?:(?:note|message|instruction|memo|reminder|action item|action|task|to-?do)s? "
    r"(?:to|for)|tell|telling|instruct|"
    rf"for) (?:the |this |our |your )?(?:ai |call )?{_MACHINE}(?= ?[,:]| that\b)"
    r"|\b(?:whoever|whatever|the (?:ai|bot|assistant|tool)) (?:is |that's |who's |that is )?"
    r"(?:writing|taking|summari[sz]ing|reading|transcribing|drafting|listening)"
    r"|\b(?:ignore|disregard|forget|override|bypass) (?:all |any |your |the |every |my |these |"
    r"those |of )*"
    r"(?:previous |prior |earlier |above |other |system |safety )*"
    r"(?:rule|instruction|prompt|guideline|guardrail|constraint|training)s?\b"
    r"|\b(?:system|developer) (?:prompt|message|instruction)s?\b|\bnew instructions?\b"
    r"|\byou are (?:now )?an? (?:ai|assistant|language model)\b"
)
_RECORD_THAT = re.compile(
    r"(?:^|[,.;:!?–—-] *|\b(?:please|also|and|so|just|then|should|must|can you|could you|let's|"
    r"make sure (?:you|to)|be sure to|want you to|need you to) )"
    r"(?:put|write|note|record|log|mark|minute|enter|add|state|save|register|include|say|"
    r"document|list)\b"
)
_RECORD_WHERE = any_of(
    r"(?:in|into|on|to|from|for) (?:the |your |this |my |our )*(?:call |meeting )?(?:notes?|"
    r"summary|minutes|records?|crm|"
    r"recap|write-?up|transcript)",
    r"(?:the )?(?:deal|opportunity|ticket|stage|status|amount|close date|discount|price|lead|"
    r"case)(?: \w+){0,3}? as",
    r"(?:that|down(?: that)?)[, ]+(?:we|they|i|you|he|she|both|everyone|the (?:customer|client|"
    r"rep|vendor|price))\b"
    r".*\b(?:agree|accept|approv|confirm|promis|commit|half|free|discount|waive|sign|refund|"
    r"price|guarantee)\w*",
)
_SHOULD_SAY = re.compile(
    r"\bthe (?:note|summary|record|minutes|recap|crm)s? (?:should|must|needs? to|has to|"
    r"ought to|is to) "
    r"(?:say|read|state|show|include|reflect|mention|have)\b"
    r"|\b(?:set|update|change|move|flag|delete|erase|remove) (?:the |this |my |your |"
    r"all )*(?:\w+ )?"
    r"(?:crm|stage|status|opportunity|deal|forecast|close date|probability|notes?|"
    r"records?)\b.*\b(?:to|as)\b"
    r"|\b(?:delete|erase|wipe) (?:the |this |my |your |all |previous |every )*(?:notes?|"
    r"records?|contacts?|crm)\b"
)
_OWN_NOTE = re.compile(
    r"\b(?:i'll|i will|let me|i'm going to|i've|i'm|i have|we'll|i|gonna) "
    r"(?:\w+ ){0,2}(?:note|noted|noting|make a note|made a note|record|log|logged|write|put|"
    r"mark|add|update|document|"
    r"included?|set|enter)"
)


def plain(text: str) -> str:
    """Lower case with plain apostrophes; as long as the text itself."""
    low = text.translate(_APOSTROPHES).lower()
    return low if len(low) == len(text) else text.translate(_APOSTROPHES)


def is_listening(text: str) -> bool:
    """A sign of listening ("mm-hmm", "right, okay") with nothing said in it."""
    return len(text.split()) <= _LISTENING_WORDS and (
        not re.search(r"\w", text) or _LISTENING.fullmatch(text.strip()) is not None
    )


def is_question(low: str) -> bool:
    """Asked, by its mark or, where speech carries none, by its opening."""
    trimmed = low.rstrip("\"'”’)] ")
    if trimmed.endswith("?"):
        return True
    return not trimmed.endswith((".", "!")) and _ASKS_FIRST.match(trimmed) is not None


def agrees(low: str) -> bool:
    """Opens with assent; "yes, but" is still assent, its doubt is kept in the words."""
    return _AGREES.match(low) is not None and _REFUSES.match(low) is None


def refuses(low: str) -> bool:
    """Opens with a refusal or a denial."""
    return _REFUSES.match(low) is not None


def is_hedged(low: str) -> bool:
    """Carries a doubt, an approximation or a condition."""
    return _HEDGES.search(low) is not None or _CONDITIONS.search(low) is not None


def has_condition(low: str) -> bool:
    """Carries a condition."""
    return _CONDITIONS.search(low) is not None


def opens_with_condition(low: str) -> bool:
    """Sets a condition on what was said just before ("provided legal agrees")."""
    return _CONDITION_OPENING.match(low) is not None


def dictates(low: str) -> bool:
    """Addresses the assistant or tells it what a note or a record is to say.

    Such words are reported as said, and never acted on.
    """
    if _TO_ASSISTANT.search(low):
        return True
    if _OWN_NOTE.search(low):
        return False
    if _SHOULD_SAY.search(low):
        return True
    record = _RECORD_THAT.search(low)
    return record is not None and _RECORD_WHERE.search(low, record.start()) is not None


def asks_openly(low: str) -> bool:
    """Opens as questions do ("what", "do you"), rather than as a statement put for a yes."""
    return _ASKS_FIRST.match(low) is not None


_MAIN_CLAUSE = re.compile(
    r", (?:then )?(?:i|we|you|they|he|she|it|that|the|our|your|there)(?:'\w+)?\b"
)


def stands_alone(low: str) -> bool:
    """A condition with its own consequence: it limits that, not what was said before."""
    return _MAIN_CLAUSE.search(low) is not None


_PAST = re.compile(
    r"\b(?:was|were|did|had|went|got|came|said|told|used|started|signed|happened|moved|lost|"
    r"tried|switched|bought|(?!hundred|need|indeed|speed|feed)\w+ed)\b(?!.*\bwill\b|.*'ll\b)"
)


def tells_of_the_past(low: str) -> bool:
    """Tells of what happened: a weekday in it lies behind, not ahead."""
    return _PAST.search(low) is not None and not re.search(
        r"\b(?:need|want|would|going to|by|let's|shall|will|next|tomorrow|is due|ends|runs)\b|'ll\b"
        r"|(?:'s| is| are) on (?:the|\w+day|\d)",
        low,
    )
