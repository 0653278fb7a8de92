"""The state machine, as a table. Nothing outside this file changes a state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from enum import Enum
from typing import Any

from orders import events as e
from orders import needs
from orders.aside import noted
from orders.entry import Event
from orders.errors import IllegalTransition, UnknownOrder
from orders.guards import guard
from orders.model import Action, Order, OrderItem, Stage, State


class Move(Enum):
    """Targets of the table that are not one fixed state."""

    STAY = "the same state"
    BACK = "the state before"


Target = State | Move

_ASIDE: Mapping[type[Event], Target] = {
    e.QuestionAsked: State.PENDING,
    e.ItemHeld: State.HELD,
    e.CancellationRequested: State.ASSESSING_CANCELLATION,
}

# A customer may cancel, and a person hold, while a call to the cloud is under way: what it made is
# recorded even so, or nobody would know of it.
TRANSITIONS: Mapping[State, Mapping[type[Event], Target]] = {
    State.ACKNOWLEDGED: {
        e.ItemStarted: State.IN_PROGRESS,
        e.RunTaken: Move.STAY,
        e.ItemRejected: State.REJECTED,
        e.ApprovalAsked: State.PENDING,
        **_ASIDE,
    },
    State.PENDING: {
        e.QuestionAnswered: Move.BACK,
        e.ApprovalAsked: Move.STAY,
        e.ApprovalGiven: Move.BACK,
        e.ApprovalRefused: State.REJECTED,
        e.ResourceRecorded: Move.STAY,
        e.AccessAsked: Move.STAY,  # a pairing key is for the carrier that is waited for
        e.ItemRejected: State.REJECTED,
        e.CancellationRequested: State.ASSESSING_CANCELLATION,
    },
    State.IN_PROGRESS: {
        e.RunTaken: Move.STAY,
        e.StageReached: Move.STAY,
        e.ResourceRecorded: Move.STAY,
        e.ResourceRemoved: Move.STAY,
        e.AccessAsked: Move.STAY,
        e.ThingSwitched: Move.STAY,
        e.ItemCompleted: State.COMPLETED,
        e.ItemFailed: State.FAILED,
        **_ASIDE,
    },
    State.HELD: {
        e.ResourceRecorded: Move.STAY,
        e.AccessAsked: Move.STAY,
        e.ItemReleased: Move.BACK,
        e.QuestionAsked: State.PENDING,
        e.ItemRejected: State.REJECTED,
        e.CancellationRequested: State.ASSESSING_CANCELLATION,
    },
    State.ASSESSING_CANCELLATION: {
        e.RunTaken: Move.STAY,
        e.ResourceRecorded: Move.STAY,
        e.CancellationRefused: Move.BACK,
        e.CancellationAccepted: State.PENDING_CANCELLATION,
    },
    State.PENDING_CANCELLATION: {
        e.RunTaken: Move.STAY,
        e.StageReached: Move.STAY,
        e.ResourceRecorded: Move.STAY,
        e.ResourceRemoved: Move.STAY,
        e.ItemHeld: State.HELD,
        e.ItemCancelled: State.CANCELLED,
    },
    State.REJECTED: {},
    State.CANCELLED: {},
    State.COMPLETED: {
        e.ExpiryWarned: Move.STAY,
        e.ExpiryExtended: Move.STAY,
        e.AccessAsked: Move.STAY,
    },
    State.FAILED: {},
}

# The fields of an event that the item keeps, by the same names.
TOLD: Mapping[type[Event], tuple[str, ...]] = {
    e.RunTaken: ("run",),
    e.StageReached: ("stage",),
    e.ResourceRecorded: ("resource",),
    e.QuestionAsked: ("waiting_on",),
    e.ApprovalAsked: ("waiting_on",),
    e.ApprovalRefused: ("reason",),
    e.ItemHeld: ("reason", "resume_at"),
    e.ItemRejected: ("reason",),
    e.ItemCompleted: ("outputs",),
    e.ThingSwitched: ("outputs",),
    e.ItemCancelled: ("cleanup", "leftovers"),
    e.ItemFailed: ("reason", "cleanup", "leftovers"),
}


def evolve(order: Order | None, event: e.LedgerEvent) -> Order:
    """The order after `event`; raises IllegalTransition rather than guess."""
    match order, event:
        case None, e.OrderPlaced():
            return _placed(event)
        case Order(), e.OnItem():
            return _moved(order, (event.item,), event)
        case Order(), e.OnItems():
            return noted(_moved(order, event.items, event), event)
        case Order(), e.OnOrder():
            return replace(noted(order, event), version=order.version + 1)
        case _:
            where = f"order {order.id}" if order else "an order that does not exist"
            raise IllegalTransition(f"{type(event).__name__} on {where}")


def replay(history: Iterable[e.LedgerEvent]) -> Order:
    """Fold a whole history into the order it describes."""
    order: Order | None = None
    for event in history:
        order = evolve(order, event)
    if order is None:
        raise UnknownOrder
    return order


def _placed(event: e.OrderPlaced) -> Order:
    items = {item.id: item for item in event.items}
    if not items or len(items) != len(event.items):
        raise IllegalTransition(f"order {event.order} needs items, each with an id of its own")
    for item in event.items:
        _check_new(event.order, item)
    needs.check(event.order, event.items)
    return Order(
        id=event.order,
        version=1,
        agency=event.agency,
        orderer=event.orderer,
        external_id=event.external_id,
        placed_at=event.at,
        promised_at=event.promised_at,
        requested_at=event.requested_at,
        items=items,
        placed_by=event.by,
        probable_at=event.probable_at,
        basis=event.basis,
        quote=event.quote,
        decision=event.decision,
    )


def _check_new(order: str, item: OrderItem) -> None:
    if item.state is not State.ACKNOWLEDGED or item.back:
        raise IllegalTransition(f"order {order} is new: its items are acknowledged")
    stands = item.former.resource if item.former is not None else None
    new = stands is None
    if item.action is Action.ADOPT:
        if not new or item.resource is None:
            raise IllegalTransition(f"order {order}: item {item.id} adopts: what, as its resource?")
        return
    own = None if item.action is Action.MOVE else stands
    if (item.action is Action.PROVISION) != new or item.resource != own:
        raise IllegalTransition(
            f"order {order}: item {item.id} is to {item.action}: what it changes stands in "
            "`former` and as its resource; a new service has neither, and a move's has no resource",
        )


def _moved(order: Order, ids: Sequence[str], event: e.ItemEvent | e.ItemsEvent) -> Order:
    if not ids or len(set(ids)) != len(ids):
        raise IllegalTransition(
            f"{type(event).__name__} on order {order.id} names no items, or twice"
        )
    items = dict(order.items)
    for one in ids:
        if one not in items:
            raise IllegalTransition(f"order {order.id} has no item {one}")
        items[one] = _moved_item(order, items[one], event)
    return replace(order, items=items, version=order.version + 1)


def _moved_item(order: Order, item: OrderItem, event: e.ItemEvent | e.ItemsEvent) -> OrderItem:
    target = TRANSITIONS.get(item.state, {}).get(type(event))
    if target is None:
        raise IllegalTransition(
            f"{type(event).__name__} is not possible for item {item.id} in state {item.state}",
        )
    guard(order, item, event)
    if isinstance(event, e.ApprovalGiven) and event.then is not None:
        target = Move.STAY  # the next step's question follows on at once
    state, back = _step(item, target)
    fields = {**_calm({state, *back}), **_told(item, event)}
    return replace(item, state=state, back=back, **fields)


def _step(item: OrderItem, target: Target) -> tuple[State, tuple[State, ...]]:
    if target is Move.STAY:
        return item.state, item.back
    if target is Move.BACK:
        return item.back[-1], item.back[:-1]
    if target in {State.PENDING, State.HELD, State.ASSESSING_CANCELLATION}:
        return target, (*item.back, item.state)
    return target, ()


def _calm(live: set[State]) -> dict[str, Any]:
    """No question and no hold, but those of a state that it is in or may still go back to."""
    fields: dict[str, Any] = {}
    if State.PENDING not in live:
        fields |= {"waiting_on": None, "approval_step": 0}
    if State.HELD not in live:
        fields |= {"reason": "", "resume_at": None}
    return fields


def _told(item: OrderItem, event: Event) -> dict[str, Any]:
    """What the item keeps of the event."""
    match event:
        case e.ResourceRemoved() if item.action is Action.TERMINATE:
            return {"resource": None}
        case e.ResourceRemoved():
            # Whatever was built and checked went with it.
            stage = item.stage if item.stage is Stage.CLEAN_UP else None
            return {"resource": None, "stage": stage, "attempt": item.attempt + 1}
        case e.ApprovalAsked():
            price = event.prices.get(item.id, item.monthly_price)
            asked = {"waiting_on": event.waiting_on, "approval_step": event.step}
            return {**asked, "monthly_price": price}
        case e.ApprovalGiven() if event.then is not None:
            return {"waiting_on": event.then, "approval_step": event.step + 1}
        case e.ExpiryExtended():
            return {"expires_at": event.until}
        case _:
            return {name: getattr(event, name) for name in TOLD.get(type(event), ())}
