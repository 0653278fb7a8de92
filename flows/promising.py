"""Whether what was promised of the open orders still holds, and what is said when it does not.

The first promise stays the one that is scored. Nothing is said while the customer is awaited: the
time is theirs, and what comes after it is told when it is over.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from itertools import groupby
from typing import Final

from flows import running, runtime
from leadtime.learning import Learning
from leadtime.promises import Promise
from ledger.lead_times import Case
from ledger.views import OrderRow
from orders import events as e
from orders.model import ENDS, Action, State
from orders.recording import decide

BY: Final = "grunnmur"
RAISE: Final = 0.5  # the chance of being late at which an order is in jeopardy,
CLEAR: Final = 0.3  # and below which it is so no more: between them it stays as it is
FALLBACK: Final = timedelta(hours=8)  # for an offering that is no longer in the catalogue
PASSED: Final = "The promised time passed before it was delivered."


@dataclass(frozen=True, slots=True)
class Told:
    """What was said of one order: raised, cleared or restated."""

    what: str
    order: str
    chance: float

    @property
    def row(self) -> dict[str, str]:
        return {"order": self.order, "what": self.what, "chance": f"{self.chance:.0%}"}


def summary(told: Sequence[Told]) -> str:
    """Such as `2 raised, 0 cleared, 1 restated`."""
    kinds = ("raised", "cleared", "restated")
    return ", ".join(f"{sum(one.what == kind for one in told)} {kind}" for kind in kinds)


@cache
def learned() -> Learning:
    """What promises are made from; kept, so that only what is new is read each time."""
    house = runtime.house()
    return Learning(house.ledger.lead_times, house.ledger.old_orders, house.calendar)


def look() -> list[Told]:
    """Look once at every open order that delivers something."""
    house = runtime.house()
    told: list[Told] = []
    for order, together in groupby(house.ledger.lead_times.unfinished(), key=lambda one: one.order):
        running.current().check()
        cases = [one for one in together if one.action is Action.PROVISION]
        row = house.ledger.order_row(order)
        waits = any(one.state is State.PENDING for one in cases)
        if row is not None and row.ended_at is None and cases and not waits:
            told += _judged(row, cases, house.now())
    return told


def _judged(row: OrderRow, cases: Sequence[Case], now: datetime) -> Iterator[Told]:
    chances = [learned().lateness(one, row.due_at, now) for one in cases]
    known = [chance for chance in chances if chance is not None]
    if not known:
        return
    chance = max(known)
    if chance >= RAISE and row.jeopardy is None:
        _say(row, e.JeopardyRaised(at=now, by=BY, probability=round(chance, 3)))
        yield Told("raised", row.id, chance)
    elif chance < CLEAR and row.jeopardy is not None and row.due_at == row.promised_at:
        _say(row, e.JeopardyCleared(at=now, by=BY))
        yield Told("cleared", row.id, chance)
    if now >= row.due_at:
        said = _again(cases, now)
        _say(
            row,
            e.PromiseRestated(
                at=now,
                by=BY,
                why=PASSED,
                probable_at=said.probable_at,
                promised_at=said.promised_at,
                basis=said.basis.told(),
            ),
        )
        yield Told("restated", row.id, chance)


def _again(cases: Sequence[Case], now: datetime) -> Promise:
    """Of the item that comes last."""
    offered = runtime.house().offerings()
    said = []
    for one in cases:
        offering = offered.get(one.offering)
        lead = offering.lead_time if offering else FALLBACK
        said.append(learned().again(one, lead, now))
    return max(said, key=lambda one: one.promised_at)


def _say(row: OrderRow, event: e.OrderEvent) -> None:
    """Unless the order has ended while it was judged: nothing more is promised of it then."""
    decide(
        runtime.house().ledger,
        row.id,
        lambda order: () if order.state in ENDS else (event,),
    )
