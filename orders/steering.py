"""What people do to an order under way: approve, ask, answer, hold, cancel and the like.

Each loads the order, checks, and writes all of it or nothing. Who may do it is asked before, of
`orders.access`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from orders import approval
from orders import events as e
from orders.entry import Stamp
from orders.errors import NothingToDo, QuoteChanged
from orders.model import ENDS, Cleanup, Order, OrderItem, Party, State, WaitingOn
from orders.particulars import Attachment
from orders.ports import Ledger
from orders.recording import decide, record


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """For the customer. No `items` means all that can be asked about."""

    text: str
    deadline: datetime
    items: tuple[str, ...] = ()
    role: str = "orderer"
    person: str = ""


def approve(
    ledger: Ledger, order_id: str, stamp: Stamp, seen: Mapping[str, int | None] | None = None
) -> Order:
    """Give the step that is awaited; the next step is asked for at once.

    `seen` are the prices that the approver looked at; raises QuoteChanged when they are others now.
    """

    def decision(order: Order) -> list[e.Happening]:
        items = _picked(order, (), lambda item: item.approval_step > 0)
        if seen is not None and any(seen.get(one.id) != one.monthly_price for one in items):
            raise QuoteChanged(f"the price of order {order.id} has changed: look at it again")
        asked = order.approval
        if asked is None:
            raise NothingToDo(f"order {order.id} awaits no approval")
        step, then = items[0].approval_step, None
        if step < asked.steps:
            then = approval.question(asked.rule, step + 1, stamp.at)
        ids = tuple(item.id for item in items)
        return [e.ApprovalGiven(**_on(stamp), items=ids, step=step, then=then)]

    return decide(ledger, order_id, decision)


def refuse(ledger: Ledger, order_id: str, stamp: Stamp, reason: str) -> Order:
    """Reject what awaits approval, for a reason that the orderer can act on."""

    def decision(order: Order) -> list[e.Happening]:
        items = _picked(order, (), lambda item: item.approval_step > 0)
        ids = tuple(item.id for item in items)
        return [e.ApprovalRefused(**_on(stamp), items=ids, reason=reason)]

    return decide(ledger, order_id, decision)


def quote_again(
    ledger: Ledger,
    order_id: str,
    stamp: Stamp,
    prices: Mapping[str, int],
    rules: Sequence[approval.Rule],
) -> Order:
    """Ask for approval anew, from the first step, when `prices` (NOK a month) are others now."""

    def decision(order: Order) -> list[e.Happening]:
        items = [item for item in order.items.values() if item.approval_step > 0]
        changed = [
            one for one in items if prices.get(one.id, one.monthly_price) != one.monthly_price
        ]
        if not changed:
            return []
        return [approval.asked(approval.again(order, items, prices, rules), stamp, prices)]

    return decide(ledger, order_id, decision)


def ask(ledger: Ledger, order_id: str, stamp: Stamp, question: Question) -> Order:
    """Put the order in the customer's hands until somebody answers."""
    waiting = WaitingOn(
        party=Party.CUSTOMER,
        role=question.role,
        person=question.person,
        question=question.text,
        since=stamp.at,
        deadline=question.deadline,
    )
    askable = {State.ACKNOWLEDGED, State.IN_PROGRESS, State.HELD}

    def decision(order: Order) -> list[e.Happening]:
        items = _picked(order, question.items, lambda item: item.state in askable)
        return [e.QuestionAsked(**_on(stamp), item=one.id, waiting_on=waiting) for one in items]

    return decide(ledger, order_id, decision)


def answer(
    ledger: Ledger, order_id: str, stamp: Stamp, text: str, items: Sequence[str] = ()
) -> Order:
    """Answer what is asked about `items`, or about any; the work goes on where it stopped."""

    def decision(order: Order) -> list[e.Happening]:
        asked = _picked(
            order, items, lambda one: one.state is State.PENDING and not one.approval_step
        )
        return [e.QuestionAnswered(**_on(stamp), item=one.id, answer=text) for one in asked]

    return decide(ledger, order_id, decision)


def post(
    ledger: Ledger,
    order_id: str,
    stamp: Stamp,
    text: str,
    attachments: Sequence[Attachment] = (),
) -> Order:
    """Say something on the order's thread, which everybody who sees the order reads."""
    event = e.MessagePosted(**_on(stamp), text=text, attachments=tuple(attachments))
    return record(ledger, order_id, event)


def hold(
    ledger: Ledger, order_id: str, stamp: Stamp, reason: str, items: Sequence[str] = ()
) -> Order:
    """Stop the work, until it is released."""
    moving = {State.ACKNOWLEDGED, State.IN_PROGRESS, State.PENDING_CANCELLATION}

    def decision(order: Order) -> list[e.Happening]:
        found = _picked(order, items, lambda item: item.state in moving)
        return [e.ItemHeld(**_on(stamp), item=one.id, reason=reason) for one in found]

    return decide(ledger, order_id, decision)


def release(ledger: Ledger, order_id: str, stamp: Stamp, items: Sequence[str] = ()) -> Order:
    """Go on with what is held; so an operator tries again before the time to resume has come."""

    def decision(order: Order) -> list[e.Happening]:
        found = _picked(order, items, lambda item: item.state is State.HELD)
        return [e.ItemReleased(**_on(stamp), item=one.id) for one in found]

    return decide(ledger, order_id, decision)


def cancel(ledger: Ledger, order_id: str, stamp: Stamp, items: Sequence[str] = ()) -> Order:
    """Cancel what can be; what no work was begun on is cancelled at once, with nothing to undo."""
    leaving = {State.ASSESSING_CANCELLATION, State.PENDING_CANCELLATION}

    def cancellable(item: OrderItem) -> bool:
        undoing = State.PENDING_CANCELLATION in item.back
        return item.state not in leaving | ENDS and not undoing

    def decision(order: Order) -> list[e.Happening]:
        found = _picked(order, items, cancellable)
        return [event for one in found for event in _cancellation(one, stamp)]

    return decide(ledger, order_id, decision)


def assign(ledger: Ledger, order_id: str, stamp: Stamp, to: str) -> Order:
    """`to` looks after the order from now on; empty: nobody in particular."""
    return record(ledger, order_id, e.Assigned(**_on(stamp), to=to))


def answer_survey(ledger: Ledger, order_id: str, stamp: Stamp, score: int, text: str) -> Order:
    """How the order went, once, 1 to 5."""
    return record(ledger, order_id, e.SurveyAnswered(**_on(stamp), score=score, text=text))


def follow_up(ledger: Ledger, order_id: str, stamp: Stamp, text: str) -> Order:
    """What was done about the answer to the survey."""
    return record(ledger, order_id, e.SurveyFollowedUp(**_on(stamp), text=text))


def _cancellation(item: OrderItem, stamp: Stamp) -> list[e.ItemEvent]:
    on: dict[str, Any] = {**_on(stamp), "item": item.id}
    requested = e.CancellationRequested(**on)
    if item.begun:
        return [requested]
    ended = e.ItemCancelled(**on, cleanup=Cleanup.NOT_REQUIRED)
    return [requested, e.CancellationAccepted(**on), ended]


def _picked(
    order: Order, wanted: Sequence[str], fits: Callable[[OrderItem], bool]
) -> list[OrderItem]:
    """The items that fit, of those wanted; raises NothingToDo when there is none."""
    found = [one for one in order.items.values() if (not wanted or one.id in wanted) and fits(one)]
    if not found:
        states = ", ".join(f"{item.id} is {item.state}" for item in order.items.values())
        raise NothingToDo(f"nothing of order {order.id} is in a state for this: {states}")
    return found


def _on(stamp: Stamp) -> dict[str, Any]:
    return {"at": stamp.at, "by": stamp.by, "why": stamp.why}
