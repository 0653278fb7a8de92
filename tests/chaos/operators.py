"""Who looks after the orders in the storm: what stands, what is held, and what came of them all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from itertools import pairwise
from threading import Event, Thread
from typing import Any

from ledger import LedgerUnavailable, SqlLedger
from orders import events as e
from orders import service
from orders.entry import Stamp
from orders.errors import IllegalTransition, NothingToDo
from orders.lifecycle import replay
from orders.model import ENDS, Order, State
from orders.moving import YES

LOOK = 2.0  # seconds between two looks of the operator
ALL = 100_000


class Failing(Thread):
    """A thread whose failure is the test's."""

    def __init__(self, work: Callable[[], None]) -> None:
        super().__init__()
        self._work = work
        self._error: BaseException | None = None

    def run(self) -> None:
        try:
            self._work()
        except BaseException as error:  # noqa: BLE001 - raised again in `finish`
            self._error = error

    def finish(self) -> None:
        self.join()
        if self._error is not None:
            raise self._error


def look_after(ledger: SqlLedger, over: Event) -> None:
    """As an operator does who has had a quota raised, and an owner whose thing is moved.

    `over` ends it.
    """
    while not over.wait(LOOK):
        with suppress(LedgerUnavailable):
            for row in ledger.orders(state=State.HELD, limit=ALL):
                _release(ledger, replay(ledger.history(row.id)))
            for row in ledger.orders(state=State.PENDING, limit=ALL):
                _say_yes(ledger, replay(ledger.history(row.id)))


def _release(ledger: SqlLedger, order: Order) -> None:
    for item in order.items.values():
        if item.state is State.HELD and item.resume_at is None:
            event = e.ItemReleased(
                at=datetime.now(UTC), by="operator", item=item.id, why="looked into"
            )
            with suppress(IllegalTransition):
                service.record(ledger, order.id, event)


def _say_yes(ledger: SqlLedger, order: Order) -> None:
    """Nobody waits for the days that the old one is kept: it is then already, for the owner."""
    for item in order.items.values():
        asked = item.waiting_on
        if item.state is State.PENDING and asked is not None and asked.answers == (YES,):
            at = max(datetime.now(UTC), asked.opens or order.placed_at)
            with suppress(IllegalTransition, NothingToDo):
                service.answer(ledger, order.id, Stamp(at=at, by="owner"), YES, [item.id])


def still_open(ledger: SqlLedger) -> list[str]:
    return [row.id for row in ledger.orders(limit=ALL) if row.state not in ENDS]


def standing(ledger: SqlLedger) -> dict[str, Any]:
    """Where each open order stands, and why."""
    orders = [replay(ledger.history(number)) for number in still_open(ledger)]
    return {
        f"{order.id}-{item.id} {item.target.provider}": (item.state, item.stage, item.reason)
        for order in orders
        for item in order.items.values()
    }


def told(ledger: SqlLedger) -> str:
    """How many came to which end, how long it took, and what took longest."""
    rows = ledger.orders(limit=ALL)
    ends = Counter(row.state.value for row in rows)
    whole = {row.id: ledger.history(row.id) for row in rows}
    begun = min(history[0].at for history in whole.values())
    done = max(history[-1].at for history in whole.values())
    lives = sorted(whole.items(), key=lambda one: one[1][-1].at - one[1][0].at)
    held = Counter(
        event.reason.partition(":")[0]
        for history in whole.values()
        for event in history
        if isinstance(event, e.ItemHeld)
    )
    return (
        f"{dict(ends)} in {(done - begun).seconds} s from the first order to the last end; "
        f"held {dict(held)}; longest "
        + "; ".join(f"{number} {_life(history)}" for number, history in lives[-5:])
    )


def _life(history: Sequence[e.LedgerEvent]) -> str:
    """How long it took, and after what nothing was heard of it for longest."""
    silences = [
        (then.at - one.at, one, then)
        for one, then in pairwise(history)
        if not isinstance(then, e.QuestionAnswered)  # which is dated when the days are over
    ]
    silence, before, after = max(silences, key=lambda one: one[0])
    whole = (history[-1].at - history[0].at).seconds
    names = f"{type(before).__name__} and {type(after).__name__}"
    return f"{whole} s, of which {silence.seconds} s between {names}"
