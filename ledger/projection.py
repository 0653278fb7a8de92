"""What the tables say of an order, computed from the order itself. Pure: no database here."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from orders.clocks import ended_at
from orders.events import LedgerEvent, OrderPlaced
from orders.model import ENDS, Order, OrderItem

Row = dict[str, Any]


def order_row(order: Order, history: Sequence[LedgerEvent]) -> Row:
    """The row of `orders`, but for `head`."""
    first = next(iter(order.items.values()))
    return {
        "id": order.id,
        "agency": order.agency,
        "orderer": order.orderer,
        "external_id": order.external_id,
        "fingerprint": _fingerprint(history),
        "title": ", ".join(item.name for item in order.items.values()),
        "offering": first.offering,
        "state": order.state.value,
        "turn": order.turn.value if order.turn else None,
        "placed_at": order.placed_at,
        "promised_at": order.promised_at,
        "ended_at": _ended_at(order, history),
        "version": order.version,
    }


def item_row(order: str, item: OrderItem) -> Row:
    """The row of `items`."""
    return {
        "order_id": order,
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
        "parameters": _text(item.parameters),
    }


def _ended_at(order: Order, history: Sequence[LedgerEvent]) -> datetime | None:
    """As for its clocks, time never runs backwards."""
    return ended_at(history) if order.state in ENDS else None


def _fingerprint(history: Sequence[LedgerEvent]) -> str:
    return next((event.fingerprint for event in history if isinstance(event, OrderPlaced)), "")


def _text(values: Mapping[str, Any]) -> str:
    return json.dumps(dict(values), ensure_ascii=False, separators=(",", ":"))
