"""How values read on a page: dates, times, money, kinds, in the visitor's time zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

SYMBOLS = {"EUR": "€", "GBP": "£", "USD": "$"}
DASH = "–"
KINDS = {
    "account": "Account", "contact": "Contact", "lead": "Lead", "deal": "Deal",
    "product": "Product", "order": "Order", "quote": "Quote", "interaction": "Interaction",
    "ticket": "Ticket", "invoice": "Invoice", "payment": "Payment", "task": "Task",
    "article": "Help article", "policy": "Policy", "call": "Call", "note": "Call note",
    "event": "Event", "query": "Computed",
}  # fmt: skip
CHANNELS = {
    "email": "E-mail", "visit": "Visit", "meeting": "Meeting", "call": "Phone call",
    "chat": "Chat", "offline_event": "Event", "event": "Event", "social": "Social mention",
    "social_mention": "Social mention",
}  # fmt: skip
ROLES = {
    "rep": "Sales", "support": "Support", "manager": "Manager", "ops": "Operations",
    "privacy": "Privacy", "customer": "Customer",
}  # fmt: skip

# What a form came to, said on the page it leads back to.
DONE = {
    "accepted": "Accepted. It is in your tasks now.",
    "dismissed": "Dismissed. The reason is kept and learned from.",
    "cleared": "Cleared. What you found out is kept.",
    "found": "Say what you found out: it is kept beside the change.",
    "late": "This suggestion was decided already, or no longer applies.",
    "reason": "Say why it is dismissed: the reason is what is learned from.",
    "kept": "Saved. What you entered stands over what any system sends.",
    "saved": "Saved. The note stays a draft until you confirm it.",
    "confirmed": "Confirmed. The note is in the record now.",
    "rejected": "Rejected. The reason helps the next draft.",
    "again": "Another draft is being made.",
    "memo": "Saved. The memo stands beside the note, in your own words.",
    "matched": "Kept. The note is drafted anew, with the fields of that deal.",
    "corrected": "Corrected. The transcript reads so from now on; the version before is kept.",
    "stopped": "Stopped. The recording is kept, and what was done of it.",
    "objected": "Deleted. Nothing of this call is kept but that a participant objected.",
    "undone": "Undone. The note is a draft again, and what it had changed is as before.",
}


@dataclass(frozen=True, slots=True)
class Clock:
    """The present, and the zone in which the visitor reads times."""

    now: datetime
    zone: ZoneInfo

    @property
    def today(self) -> date:
        """The visitor's day."""
        return self.now.astimezone(self.zone).date()

    def local(self, moment: datetime) -> datetime:
        """`moment` as the visitor's clock shows it."""
        return moment.astimezone(self.zone)

    def day(self, when: date | datetime | None) -> str:
        """'15 Jun', with the year when it is another one."""
        if when is None:
            return DASH
        on = self.local(when).date() if isinstance(when, datetime) else when
        text = f"{on.day} {on:%b}"
        return text if on.year == self.today.year else f"{text} {on.year}"

    def time(self, moment: datetime | None) -> str:
        """'15 Jun, 09:30'."""
        return DASH if moment is None else f"{self.day(moment)}, {self.local(moment):%H:%M}"

    def since(self, moment: datetime | None) -> str:
        """'5 min ago', 'yesterday, 14:05', or the date."""
        if moment is None:
            return DASH
        seconds = (self.now - moment).total_seconds()
        if 0 <= seconds < 60:
            return "just now"
        if 0 <= seconds < 3600:
            return f"{int(seconds // 60)} min ago"
        days = (self.today - self.local(moment).date()).days
        if days == 0:
            return f"today, {self.local(moment):%H:%M}"
        if days == 1:
            return f"yesterday, {self.local(moment):%H:%M}"
        return self.time(moment)

    def due(self, on: date | None) -> str:
        """'today', 'tomorrow', 'in 4 days', '3 days overdue', or the date."""
        if on is None:
            return "no date"
        days = (on - self.today).days
        if days in (0, 1):
            return ("today", "tomorrow")[days]
        if days < 0:
            return f"{-days} day{'s' if days < -1 else ''} overdue"
        return f"in {days} days" if days < 7 else self.day(on)

    def greeting(self) -> str:
        """'Good morning', by the visitor's clock."""
        hour = self.now.astimezone(self.zone).hour
        return (
            "Good morning" if 4 <= hour < 12 else "Good afternoon" if hour < 18 else "Good evening"
        )


def clock_in(now: datetime, *names: str | None) -> Clock:
    """A clock in the first of these zones that exists, else in UTC."""
    for name in names:
        if not name:
            continue
        try:
            return Clock(now, ZoneInfo(name))
        except (ZoneInfoNotFoundError, ValueError):
            continue
    return Clock(now.astimezone(UTC), ZoneInfo("UTC"))


def money(amount: Decimal | None, currency: str | None = None) -> str:
    """'€12,400' or '12,400.50 CHF'; cents only when there are any."""
    if amount is None:
        return DASH
    text = f"{abs(amount):,.0f}" if amount == amount.to_integral_value() else f"{abs(amount):,.2f}"
    sign = "−" if amount < 0 else ""
    if currency in SYMBOLS:
        return f"{sign}{SYMBOLS[currency]}{text}"
    return f"{sign}{text} {currency or ''}".strip()


def clock_time(seconds: float | None) -> str:
    """Seconds from the start as '1:05' or '1:02:05'."""
    if seconds is None:
        return ""
    whole = int(seconds)
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def duration(seconds: float) -> str:
    """'40 s', '5 min', '3 hours', '6 days': the largest unit that is at least one."""
    for size, one in ((86400, "day"), (3600, "hour")):
        if seconds >= size:
            return count(int(seconds // size), one)
    return f"{seconds // 60:.0f} min" if seconds >= 60 else f"{seconds:.0f} s"


def percent(probability: float | None) -> str:
    """'63%', never a rounded certainty."""
    if probability is None:
        return DASH
    if 0 < probability < 0.01:
        return "under 1%"
    if 0.99 < probability < 1:
        return "over 99%"
    return f"{probability * 100:.0f}%"


def signed(value: float) -> str:
    """'+0.42' or '−0.42', with a true minus."""
    return f"{'−' if value < 0 else '+'}{abs(value):.2f}"


def kind_name(kind: str) -> str:
    """What a kind of record is called."""
    return KINDS.get(kind, spoken(kind))


def channel_name(channel: str) -> str:
    """What a channel of contact is called."""
    return CHANNELS.get(channel, spoken(channel))


def spoken(word: str | None) -> str:
    """A stored word as people write it: 'closed_won' is 'Closed won'."""
    text = (word or "").replace("_", " ").strip()
    return text[:1].upper() + text[1:]


def count(number: int, one: str, many: str = "") -> str:
    """'1 draft', '2 drafts'."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def initials(name: str) -> str:
    """Up to two letters that stand for a person."""
    words = [word for word in name.replace("-", " ").split() if word[:1].isalpha()]
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper() or "?"
