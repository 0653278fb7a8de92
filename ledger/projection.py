"""What the tables say of an order, computed from the order itself. Pure: no database here."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from orders import needs
from orders.clocks import ENDINGS, ended_at, item_time
from orders.entry import OnItem, OnItems
from orders.events import LedgerEvent, OrderPlaced, ThingSwitched
from orders.model import ENDS, Order, OrderItem, ResourceRef, State
from orders.notes import LOW

Row = dict[str, Any]


def order_row(order: Order, history: Sequence[LedgerEvent]) -> Row:
    """The row of `orders`, but for `head`."""
    first = next(iter(order.items.values()))
    ended = order.state in ENDS
    return {
        "id": order.id,
        "agency": order.agency,
        "orderer": order.orderer,
        "external_id": order.external_id,
        "fingerprint": _fingerprint(history),
        "title": ", ".join(item.name for item in order.items.values()),
        "offering": first.bundle or first.offering,
        "state": order.state.value,
        "turn": order.turn.value if order.turn else None,
        "placed_at": order.placed_at,
        "promised_at": order.promised_at,
        # As for its clocks, time never runs backwards.
        "ended_at": ended_at(history) if ended else None,
        "version": order.version,
        "placed_by": order.placed_by,
        "changed_at": max(event.at for event in history),
        "expected_at": order.restated.probable_at if order.restated else order.probable_at,
        "due_at": order.restated.promised_at if order.restated else order.promised_at,
        "jeopardy": None if ended else order.jeopardy,
        "assigned": order.assigned,
        "monthly_price": _price(order),
        "survey": order.survey,
        # A low answer that nobody has done anything about.
        "unhappy": order.survey is not None and order.survey <= LOW and not order.followed_up,
        "approval_path": _path(order),
        **_waiting(order),
    }


def item_row(order: Order, item: OrderItem, history: Sequence[LedgerEvent]) -> Row:
    """The row of `items`."""
    ended = _item_ended_at(item, history)
    return {
        "order_id": order.id,
        "item_id": item.id,
        "action": item.action.value,
        "instance": item.instance,
        "name": item.name,
        "offering": item.offering,
        "plan": item.plan,
        "kind": item.kind,
        "provider": item.target.provider,
        "account": item.target.account,
        "region": item.target.region,
        "state": item.state.value,
        "stage": item.stage.value if item.stage else None,
        "attempt": item.attempt,
        "run": item.run,
        "resource_id": item.resource.id if item.resource else None,
        "cleanup": item.cleanup.value if item.cleanup else None,
        "resume_at": item.resume_at,
        "answers": _text(item.answers),
        "parameters": _text(needs.parameters(order, item)),
        "given": _text(needs.handed_on(order, item)),
        "outputs": _text(item.outputs),
        "resource": _resource(item.resource),
        "needs": json.dumps(item.needs),
        "blocked": needs.blocked(order, item),
        "starts_at": item.starts_at,
        "monthly_price": item.monthly_price,
        "changed_at": _item_changed_at(item, history),
        "ended_at": ended,
        "spans": _spans(item, history, ended) if ended else None,
    }


def thing_row(order: Order, item: OrderItem, history: Sequence[LedgerEvent]) -> Row:
    """The row of `things` that a completed item leaves behind; `since` is of a new thing."""
    return {
        "instance": item.instance,
        "agency": order.agency,
        "offering": item.offering,
        "order_id": order.id,
        "item_id": item.id,
        "since": _delivered_at(item, history),
        "expires_at": item.expires_at,
        "needs": json.dumps([order.items[other].instance for other in item.needs]),
    }


def _delivered_at(item: OrderItem, history: Sequence[LedgerEvent]) -> datetime | None:
    """When the customer had it: a move's when it was switched to."""
    for event in history:
        if isinstance(event, ThingSwitched) and event.item == item.id:
            return event.at
    return _item_ended_at(item, history)


def _item_changed_at(item: OrderItem, history: Sequence[LedgerEvent]) -> datetime:
    """When the last event on the item was, or when it was placed."""
    return max(event.at for event in history if event is history[0] or _on(event, item.id))


def _item_ended_at(item: OrderItem, history: Sequence[LedgerEvent]) -> datetime | None:
    if item.state not in ENDS:
        return None
    ends = [
        n
        for n, event in enumerate(history, 1)
        if isinstance(event, ENDINGS) and _on(event, item.id)
    ]
    return max(event.at for event in history[: ends[-1]])


def _on(event: LedgerEvent, item: str) -> bool:
    if isinstance(event, OnItem):
        return event.item == item
    return isinstance(event, OnItems) and item in event.items


def _spans(item: OrderItem, history: Sequence[LedgerEvent], ended: datetime) -> str:
    """Where the ended item's time went: [label, side, start, end] in the order of time."""
    spans = item_time(history, item.id, ended).spans
    told = [[one.label, one.side.value, _moment(one.start), _moment(one.end)] for one in spans]
    return json.dumps(told, separators=(",", ":"))


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()


def _price(order: Order) -> int | None:
    """NOK a month for all of it; None while a price is not known."""
    prices = [item.monthly_price for item in order.items.values()]
    known = [price for price in prices if price is not None]
    return sum(known) if len(known) == len(prices) else None


def _waiting(order: Order) -> Row:
    """Whose approval is awaited, and the first deadline of all that is awaited."""
    pending = [item for item in order.items.values() if item.state is State.PENDING]
    waits = [item.waiting_on for item in pending if item.waiting_on is not None]
    roles = [one.waiting_on.role for one in pending if one.approval_step and one.waiting_on]
    return {
        "approval_role": roles[0] if roles else None,
        "deadline": min((one.deadline for one in waits), default=None),
    }


def _path(order: Order) -> str:
    """The roles that were asked, step by step; empty when nobody was."""
    return "+".join(map(str, order.approval.rule.get("steps", ()))) if order.approval else ""


def _resource(ref: ResourceRef | None) -> str | None:
    return None if ref is None else _text({"kind": ref.kind, "region": ref.region, "id": ref.id})


def _fingerprint(history: Sequence[LedgerEvent]) -> str:
    return next((event.fingerprint for event in history if isinstance(event, OrderPlaced)), "")


def _text(values: Mapping[str, Any]) -> str:
    return json.dumps(dict(values), ensure_ascii=False, separators=(",", ":"))
