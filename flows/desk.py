"""One item on the desk of one run: read it, write what happened, notice when it was moved."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from flows.lease import Hold
from flows.patience import Backoff
from flows.running import Control
from flows.runtime import House
from ledger import LedgerUnavailable, SqlLedger
from orders import service
from orders.errors import IllegalTransition
from orders.events import (
    ItemEvent,
    ItemHeld,
    LedgerEvent,
    OnItem,
    QuestionAnswered,
    QuestionAsked,
    RunTaken,
    StageReached,
)
from orders.lifecycle import replay
from orders.model import Order, OrderItem, Party, Stage, WaitingOn
from orders.moving import STAGES, YES
from providers.types import Outside

T = TypeVar("T")

AWAY_SECONDS = 0.5


class Moved(Exception):
    """Somebody else changed the item's state: read it again and go on from there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """`by` is what stands as the doer in the ledger."""

    house: House
    hold: Hold
    control: Control
    by: str = "fulfil"

    @property
    def now(self) -> datetime:
        return self.house.now()

    def history(self) -> Sequence[LedgerEvent]:
        """The order's."""
        return self.ask(lambda ledger: ledger.history(self.hold.order))

    def ask(self, question: Callable[[SqlLedger], T]) -> T:
        """What the ledger answers, waiting while it is away."""
        while True:
            self.control.check()
            try:
                answer = question(self.house.ledger)
            except LedgerUnavailable as error:
                self._wait_for_ledger(error)
            else:
                self.house.ledger_away.over()
                return answer

    def order(self) -> Order:
        return replay(self.history())

    def item(self) -> OrderItem:
        return self.order().items[self.hold.item]

    def record(self, *events: ItemEvent) -> OrderItem:
        """Write `events`, all or none; raises Moved when the item's state allows them no more.

        While the ledger is away it waits. Whether a write whose answer was lost was kept is read
        back, so nothing is written twice.
        """
        first = True
        while True:
            self.control.check()
            try:
                if first or not self._kept(events):
                    first = False
                    return service.record(self.house.ledger, self.hold.order, *events).items[
                        self.hold.item
                    ]
                return self.item()
            except LedgerUnavailable as error:
                self._wait_for_ledger(error)
            except IllegalTransition as error:
                raise Moved(str(error)) from error

    def take(self, item: OrderItem) -> OrderItem:
        """Write down that this run works on it now, unless it says so already."""
        if item.run == self.hold.run:
            return item
        return self.record(RunTaken(at=self.now, by=self.by, item=item.id, run=self.hold.run))

    def past(self, item: OrderItem, stage: Stage) -> bool:
        """Whether the item is further than `stage` of a delivery already."""
        return item.stage in STAGES and STAGES.index(item.stage) > STAGES.index(stage)

    def pass_to(self, item: OrderItem, stage: Stage) -> None:
        """Record the stage unless the item is as far already: a new run repeats no entry."""
        self.control.check()
        if item.stage is not stage and not self.past(item, stage):
            self.reach(stage)

    def reach(self, stage: Stage, why: str = "") -> OrderItem:
        return self.record(
            StageReached(at=self.now, by=self.by, item=self.hold.item, stage=stage, why=why)
        )

    def hold_item(self, reason: str, *, resumes: bool, waits: Backoff | None = None) -> OrderItem:
        """Stop the item with a reason: for a while, or until somebody releases it."""
        resume_at = None
        if resumes:
            growing = waits or self.house.patience.holds
            wait = growing.seconds(self.holds_so_far(), self.house.draw())
            resume_at = self.now + timedelta(seconds=wait)
        return self.record(
            ItemHeld(
                at=self.now, by=self.by, item=self.hold.item, reason=reason, resume_at=resume_at
            )
        )

    def wait_outside(self, who: Outside, what: str) -> OrderItem:
        """Somebody outside must act: the customer is asked once, and then looked after.

        The item is pending while the question is open, else held until the next look.
        """
        if who is Outside.CUSTOMER and not self._asked(what):
            waiting = WaitingOn(
                party=Party.CUSTOMER,
                role="orderer",
                person=self.order().orderer,
                question=what,
                since=self.now,
                deadline=self.now + self.house.patience.answer,
            )
            return self.record(
                QuestionAsked(at=self.now, by=self.by, item=self.hold.item, waiting_on=waiting)
            )
        return self.hold_item(what, resumes=True, waits=self.house.patience.outside)

    def agreed(self, question: str, opens: datetime | None = None) -> bool:
        """Whether the owner has said yes; when nobody has been asked yet, the item now waits."""
        answered: bool | None = None
        for event in self.history():
            if not isinstance(event, OnItem) or event.item != self.hold.item:
                continue
            if isinstance(event, QuestionAsked):
                # An operator's own question takes any answer: none of those is this yes.
                ours = event.waiting_on.question == question and event.waiting_on.answers
                answered = False if ours else answered
            elif isinstance(event, QuestionAnswered) and answered is False:
                answered = event.answer == YES
        if answered:
            return True
        waiting = WaitingOn(
            party=Party.CUSTOMER,
            role="orderer",
            person=self.order().orderer,
            question=question,
            since=self.now,
            deadline=max(self.now, opens or self.now) + self.house.patience.answer,
            answers=(YES,),
            opens=opens,
        )
        self.record(QuestionAsked(at=self.now, by=self.by, item=self.hold.item, waiting_on=waiting))
        return False

    def _asked(self, question: str) -> bool:
        return any(
            isinstance(event, QuestionAsked)
            and (event.item, event.waiting_on.question) == (self.hold.item, question)
            for event in self.history()
        )

    def stages_reached(self) -> set[Stage]:
        """Every stage the item was ever in."""
        return {
            event.stage
            for event in self.history()
            if isinstance(event, StageReached) and event.item == self.hold.item
        }

    def why_cleaning_up(self) -> str:
        """The reason given when the clean-up began, perhaps by a run that is dead now."""
        for event in reversed(self.history()):
            if isinstance(event, StageReached) and event.item == self.hold.item:
                return event.why
        return ""

    def holds_so_far(self) -> int:
        """How often in a row the item was held for a time, with no new stage reached between."""
        stages: set[Stage] = set()
        count = 0
        for event in self.history():
            if not isinstance(event, OnItem) or event.item != self.hold.item:
                continue
            if isinstance(event, StageReached) and event.stage not in stages:
                stages.add(event.stage)
                count = 0
            elif isinstance(event, ItemHeld) and event.resume_at is not None:
                count += 1
        return count

    def _kept(self, events: Sequence[ItemEvent]) -> bool:
        history = self.house.ledger.history(self.hold.order)
        return all(event in history for event in events)

    def _wait_for_ledger(self, error: LedgerUnavailable) -> None:
        self.house.ledger_away.seen(str(error))
        self.control.wait(AWAY_SECONDS)
