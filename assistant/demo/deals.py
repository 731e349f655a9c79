"""Deals with their way through the stages, their quotes, and what is to be done for them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

from assistant.demo import world
from assistant.demo.baskets import first_order, lines_of, repeat_order
from assistant.demo.numbering import Numbering
from assistant.demo.stages import ANY_STAGE, STAGES, TASKS
from assistant.demo.stories import QUOTE_VALID_DAYS
from assistant.demo.timing import HISTORY_DAYS, Calendar, working_moment

# Mean days from opening to the end, by rep: what "length of the sale" questions find.
SALE_DAYS = {"priya": 38, "oskar": 52, "hanna": 74, "lucia": 46, "marcus": 31}
WIN_SHARE = {"priya": 0.66, "oskar": 0.6, "hanna": 0.55, "lucia": 0.5, "marcus": 0.6}

WON_REASONS = ("audit deadline", "failing loggers", "price", "reference")
LOST_REASONS = ("price", "competitor", "no budget", "no decision", "missing function")
COMPETITORS = ("TempHawk", "Polarwatch", "LogiFrost")
_NEXT_STEPS = ("Call next week", "Waiting for an answer", "Meeting planned", "")
_OPEN_PATH = STAGES[:4]
# Deals of the last weeks, so that there is something in every stage.
RECENT_SHARE = 0.35


@dataclass(frozen=True, slots=True)
class _Way:
    """How a deal went: stages with moments, and how it ended, if it has."""

    stages: tuple[world.StageChange, ...]
    won: bool | None
    closed: datetime | None


@dataclass(slots=True)
class Seller:
    """Opens deals with the accounts of a block and works on them until today."""

    block: world.Block
    numbering: Numbering
    calendar: Calendar
    random: Random

    def open_deals(self) -> None:
        """Deals of converted leads first, then more with customers and former customers."""
        accounts = {account.id: account for account in self.block.accounts}
        for index, lead in enumerate(self.block.leads):
            if lead.converted and lead.account:
                deal = self._deal(
                    accounts[lead.account], "new", lead.decided, lead.contact, lead.source
                )
                self.block.deals.append(deal)
                self.block.leads[index] = replace(lead, deal=deal.id)
                accounts[lead.account] = self._settle(accounts[lead.account], deal)
        told = {deal.account for deal in self.block.deals} | set(self.block.keys.values())
        older = [account for account in accounts.values() if account.id not in told]
        while self.numbering.left("deal"):
            account = self.random.choice(older)
            kind = (
                "new"
                if account.status == "former"
                else self.random.choice(("expansion", "renewal"))
            )
            self.block.deals.append(self._deal(account, kind, None, "", "Existing customer"))
        self.block.accounts[:] = accounts.values()

    def write_quotes(self) -> None:
        """A quote for every deal that got as far as one; its total is what the deal is worth."""
        quoted = {quote.deal for quote in self.block.quotes}
        accounts = {account.id: account for account in self.block.accounts}
        for index, deal in enumerate(self.block.deals):
            reached = next((change for change in deal.stages if change.stage == "Proposal"), None)
            if reached is None or deal.id in quoted:
                continue
            quote = self._quote(deal, accounts[deal.account], reached.at.date())
            self.block.quotes.append(quote)
            self.block.deals[index] = replace(deal, amount=quote.total)

    def plan_tasks(self) -> None:
        """One to three tasks for open deals; now and then one that comes too early."""
        planned = {task.deal for task in self.block.tasks}
        names = {account.id: account.name for account in self.block.accounts}
        for deal in self.block.deals:
            if deal.closed is None and deal.id not in planned:
                for _ in range(self.random.randint(1, 3)):
                    self.block.tasks.append(self._task(deal, names[deal.account]))
            elif deal.won and self.random.random() < 0.7:
                self.block.tasks.append(self._done_task(deal, names[deal.account]))

    def plan_visits(self) -> None:
        """Tasks that have nothing to do with a deal: calling people back, thanking them."""
        told = set(self.block.keys.values())
        for account in self.block.accounts:
            if account.id not in told and account.status == "customer":
                self.block.tasks.append(self._everyday_task(account))

    def _everyday_task(self, account: world.Account) -> world.Task:
        due = self.calendar.today + timedelta(days=self.random.randint(-40, 21))
        created = self.calendar.midnight - timedelta(
            days=max(1, (self.calendar.today - due).days + self.random.randint(2, 9))
        )
        done = None
        if due < self.calendar.today and self.random.random() < 0.85:
            done = min(created + timedelta(days=2, hours=3), self.calendar.midnight)
        return world.Task(
            id=self.numbering.next("task"),
            account=account.id,
            deal="",
            owner=account.owner,
            title=f"{self.random.choice(ANY_STAGE)} {account.name}",
            due_on=due,
            created=created,
            done=done,
        )

    def _settle(self, account: world.Account, deal: world.Deal) -> world.Account:
        if not deal.won:
            return account
        renewal = (deal.closed or self.calendar.midnight).date() + timedelta(days=365)
        while renewal <= self.calendar.today:
            renewal += timedelta(days=365)
        return replace(account, status="customer", renewal_on=renewal)

    def _deal(
        self, account: world.Account, kind: str, opened: datetime | None, contact: str, source: str
    ) -> world.Deal:
        opened = opened or self._some_day()
        way = self._way(account.owner, opened)
        reason = ""
        if way.closed is not None:
            happy = way.won and kind == "expansion"
            reason = "happy customer" if happy else self.random.choice(
                WON_REASONS if way.won else LOST_REASONS
            )  # fmt: skip
        plan = opened.date() + timedelta(days=SALE_DAYS[account.owner] + self.random.randint(5, 40))
        close_on = way.closed.date() if way.closed else self._not_long_ago(plan)
        label = {"new": "cold chain", "expansion": "expansion", "renewal": "renewal"}[kind]
        serial = sum(deal.account == account.id for deal in self.block.deals)
        return world.Deal(
            id=self.numbering.next("deal"),
            account=account.id,
            contact=contact or self._someone_at(account),
            owner=account.owner,
            name=f"{account.name} {label}" + (f" {serial + 1}" if serial else ""),
            type=kind,
            stage=way.stages[-1].stage,
            amount=Decimal(self.random.randint(15, 240) * 100),
            currency=account.currency,
            source=source,
            opened=opened,
            close_on=close_on,
            stages=way.stages,
            next_step="" if way.closed else self.random.choice(_NEXT_STEPS),
            competitor=self._competitor(reason),
            closed=way.closed,
            won=way.won,
            reason=reason,
            true_stage=way.stages[-1].stage,
        )

    def _competitor(self, reason: str) -> str:
        named = reason == "competitor" or self.random.random() < 0.3
        return self.random.choice(COMPETITORS) if named else ""

    def _some_day(self) -> datetime:
        recent = self.random.random() < RECENT_SHARE
        days_ago = self.random.randint(5, 45 if recent else HISTORY_DAYS - 20)
        day = self.calendar.today - timedelta(days=days_ago)
        moment = working_moment(day, self.random.randint(8, 15), self.random.randrange(60))
        return min(moment, self.calendar.midnight - timedelta(days=2))

    def _not_long_ago(self, plan: date) -> date:
        """An open deal's planned end: some are overdue, none by more than six weeks."""
        return max(plan, self.calendar.today - timedelta(days=self.random.randint(0, 42)))

    def _way(self, rep: str, opened: datetime) -> _Way:
        random = self.random
        days = max(6.0, SALE_DAYS[rep] * random.lognormvariate(0.0, 0.28))
        won = random.random() < WIN_SHARE[rep]
        reached = len(_OPEN_PATH) if won else random.randint(1, len(_OPEN_PATH))
        end = self._at(opened, days * (1.0 if won else 0.4 + 0.2 * reached))
        changes = [world.StageChange(_OPEN_PATH[0], opened)]
        for place in range(1, reached):
            at = self._at(opened, days * place / 4)
            if at < self.calendar.midnight:
                changes.append(world.StageChange(_OPEN_PATH[place], at))
        if end >= self.calendar.midnight - timedelta(days=1):
            return _Way(tuple(changes), None, None)
        changes.append(world.StageChange("Closed Won" if won else "Closed Lost", end))
        return _Way(tuple(changes), won, end)

    def _at(self, opened: datetime, days: float) -> datetime:
        day = (opened + timedelta(days=days)).date()
        return max(
            opened + timedelta(hours=1),
            working_moment(day, self.random.randint(8, 16), self.random.randrange(60)),
        )

    def _someone_at(self, account: world.Account) -> str:
        people = [c for c in self.block.contacts if c.account == account.id and not c.deleted]
        return self.random.choice(people).id if people else ""

    def _quote(self, deal: world.Deal, account: world.Account, issued: date) -> world.Quote:
        random = self.random
        lines = (
            repeat_order(random, account.currency)
            if deal.type == "expansion"
            else first_order(random, account.employees, account.currency)
        )
        status = "sent"
        if deal.won is not None:
            status = "accepted" if deal.won else "rejected"
        elif issued + timedelta(days=QUOTE_VALID_DAYS) < self.calendar.today:
            status = "expired"
        if status == "sent" and random.random() < 0.15:
            # Somebody did not look at the set-up rules.
            lines = lines_of({"KV-CRYO": 4, "KV-GM": 1, "KC-BAS": 4}, account.currency)
        return world.Quote(
            id=self.numbering.next("quote"),
            deal=deal.id,
            account=account.id,
            contact=deal.contact,
            owner=deal.owner,
            status=status,
            issued_on=issued,
            valid_until=issued + timedelta(days=QUOTE_VALID_DAYS),
            discount_percent=random.choice((0, 0, 5, 5, 8, 10, 10, 12, 15, 18, 22)),
            months=random.choice((12, 12, 12, 24)),
            currency=account.currency,
            lines=lines,
        )

    def _task(self, deal: world.Deal, company: str) -> world.Task:
        stage = deal.stage
        if self.random.random() < 0.25 and stage in _OPEN_PATH:
            stage = STAGES[min(STAGES.index(stage) + self.random.randint(1, 2), 4)]
        titles = TASKS[stage] + (ANY_STAGE if stage == deal.stage else ())
        title = self.random.choice(titles)
        due = self.calendar.today + timedelta(days=self.random.randint(-6, 28))
        opened_days = (self.calendar.midnight - deal.opened).days
        created = self.calendar.midnight - timedelta(
            days=min(opened_days, self.random.randint(1, 12))
        )
        return world.Task(
            id=self.numbering.next("task"),
            account=deal.account,
            deal=deal.id,
            owner=deal.owner,
            title=f"{title} {company}",
            due_on=due,
            created=created,
            done=None,
            belongs_to="" if title in ANY_STAGE else stage,
        )

    def _done_task(self, deal: world.Deal, company: str) -> world.Task:
        closed = deal.closed or self.calendar.midnight
        done = min(closed + timedelta(days=self.random.randint(1, 9)), self.calendar.midnight)
        return world.Task(
            id=self.numbering.next("task"),
            account=deal.account,
            deal=deal.id,
            owner=deal.owner,
            title=f"{self.random.choice(TASKS['Closed Won'])} {company}",
            due_on=done.date(),
            created=closed,
            done=done,
            belongs_to="Closed Won",
        )
