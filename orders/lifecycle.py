"""The state machine, as a table. Nothing outside this file changes a state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from enum import Enum
from typing import Any

from orders import events as e
from orders.errors import IllegalTransition, UnknownOrder
from orders.model import Cleanup, Order, OrderItem, Stage, State


class Move(Enum):
    """Targets of the table that are not one fixed state."""

    STAY = "the same state"
    BACK = "the state before"


Target = State | Move

_ASIDE: Mapping[type[e.OnItem], Target] = {
    e.QuestionAsked: State.PENDING,
    e.ItemHeld: State.HELD,
    e.CancellationRequested: State.ASSESSING_CANCELLATION,
}

# A customer may cancel, and a person hold, while a call to the cloud is under way: what it made is
# recorded even so, or nobody would know of it.
TRANSITIONS: Mapping[State, Mapping[type[e.OnItem], Target]] = {
    State.ACKNOWLEDGED: {
        e.ItemStarted: State.IN_PROGRESS,
        e.RunTaken: Move.STAY,
        e.ItemRejected: State.REJECTED,
        **_ASIDE,
    },
    State.PENDING: {
        e.QuestionAnswered: Move.BACK,
        e.ItemRejected: State.REJECTED,
        e.CancellationRequested: State.ASSESSING_CANCELLATION,
    },
    State.IN_PROGRESS: {
        e.RunTaken: Move.STAY,
        e.StageReached: Move.STAY,
        e.ResourceRecorded: Move.STAY,
        e.ResourceRemoved: Move.STAY,
        e.ItemCompleted: State.COMPLETED,
        e.ItemFailed: State.FAILED,
        **_ASIDE,
    },
    State.HELD: {
        e.ResourceRecorded: Move.STAY,
        e.ItemReleased: Move.BACK,
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
    State.COMPLETED: {},
    State.FAILED: {},
}

# The fields of an event that the item keeps, by the same names.
TOLD: Mapping[type[e.OnItem], tuple[str, ...]] = {
    e.RunTaken: ("run",),
    e.StageReached: ("stage",),
    e.ResourceRecorded: ("resource",),
    e.QuestionAsked: ("waiting_on",),
    e.ItemHeld: ("reason", "resume_at"),
    e.ItemRejected: ("reason",),
    e.ItemCompleted: ("outputs",),
    e.ItemCancelled: ("cleanup", "leftovers"),
    e.ItemFailed: ("reason", "cleanup", "leftovers"),
}


def evolve(order: Order | None, event: e.LedgerEvent) -> Order:
    """The order after `event`; raises IllegalTransition rather than guess."""
    match order, event:
        case None, e.OrderPlaced():
            return _placed(event)
        case Order(), e.OnItem():
            item = order.items.get(event.item)
            if item is None:
                raise IllegalTransition(f"order {order.id} has no item {event.item}")
            items = {**order.items, item.id: _moved(item, event)}
            return replace(order, items=items, version=order.version + 1)
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
    if any(item.state is not State.ACKNOWLEDGED or item.back for item in event.items):
        raise IllegalTransition(f"order {event.order} is new: its items are acknowledged")
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
    )


def _moved(item: OrderItem, event: e.ItemEvent) -> OrderItem:
    target = TRANSITIONS.get(item.state, {}).get(type(event))
    if target is None:
        raise IllegalTransition(
            f"{type(event).__name__} is not possible for item {item.id} in state {item.state}",
        )
    _guard(item, event)
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


def _guard(item: OrderItem, event: e.ItemEvent) -> None:
    """What the state alone does not tell: an end must be true before it is written."""
    undoing = State.PENDING_CANCELLATION in item.back
    if undoing and isinstance(event, e.CancellationRequested | e.ItemRejected):
        raise IllegalTransition(f"item {item.id} is being undone already")
    match event:
        case e.ItemRejected() if item.resource is not None:
            raise IllegalTransition(f"item {item.id} has a resource: cancel it instead")
        case e.ResourceRecorded() if item.resource not in {None, event.resource}:
            raise IllegalTransition(f"item {item.id} has another resource: remove that one first")
        case e.ItemCompleted() if item.resource is None:
            raise IllegalTransition(f"item {item.id} completed without a resource")
        case e.ItemCompleted() if item.stage is not Stage.HAND_OVER:
            raise IllegalTransition(f"item {item.id} completed before it was handed over")
        case e.ItemFailed() | e.ItemCancelled():
            _guard_cleanup(item, event)
        case _:
            pass


def _guard_cleanup(item: OrderItem, event: e.ItemFailed | e.ItemCancelled) -> None:
    manual = event.cleanup is Cleanup.MANUAL_REQUIRED
    if manual != bool(event.leftovers):
        raise IllegalTransition(f"item {item.id}: leftovers are listed when, and only when, manual")
    if item.resource is not None and not manual:
        raise IllegalTransition(f"item {item.id} ended before its clean-up did")


def _calm(live: set[State]) -> dict[str, Any]:
    """No question and no hold, but those of a state that it is in or may still go back to."""
    fields: dict[str, Any] = {}
    if State.PENDING not in live:
        fields["waiting_on"] = None
    if State.HELD not in live:
        fields |= {"reason": "", "resume_at": None}
    return fields


def _told(item: OrderItem, event: e.ItemEvent) -> dict[str, Any]:
    """What the item keeps of the event."""
    if isinstance(event, e.ResourceRemoved):
        # Whatever was built and checked went with it.
        stage = item.stage if item.stage is Stage.CLEAN_UP else None
        return {"resource": None, "stage": stage, "attempt": item.attempt + 1}
    return {name: getattr(event, name) for name in TOLD.get(type(event), ())}
