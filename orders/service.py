"""The use cases: load, let the lifecycle decide, append. The only writers of the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from orders.errors import DuplicateExternalId, ExternalIdReused, StaleOrder
from orders.events import ItemEvent, OrderPlaced
from orders.lifecycle import evolve, replay
from orders.model import Order
from orders.ports import Earlier, Ledger

# Whoever loses a try lost it to somebody who got on; a hundred in a row are no accident.
TRIES = 100


def place(ledger: Ledger, event: OrderPlaced) -> tuple[Order, bool]:
    """The order, and whether it is new.

    The same external id and content gives the order that stands already; the same id
    with another content raises ExternalIdReused.
    """
    if earlier := ledger.earlier(event.agency, event.external_id):
        return _again(ledger, event, earlier), False
    order = evolve(None, event)
    try:
        ledger.append(order.id, [event], expected=0)
    except DuplicateExternalId:
        # Two posts of one order at once: the other one won between our look and our append.
        if winner := ledger.earlier(event.agency, event.external_id):
            return _again(ledger, event, winner), False
        raise
    return order, True


def record(ledger: Ledger, order_id: str, *events: ItemEvent) -> Order:
    """Append `events` if the order's state allows them, all or none.

    Items of one order are delivered side by side, so a stale version is read again; whether
    the events are still legal is then decided anew.
    """
    for _ in range(TRIES - 1):
        with suppress(StaleOrder):
            return _recorded(ledger, order_id, events)
    return _recorded(ledger, order_id, events)


def _recorded(ledger: Ledger, order_id: str, events: Sequence[ItemEvent]) -> Order:
    before = after = replay(ledger.history(order_id))
    for event in events:
        after = evolve(after, event)
    ledger.append(order_id, events, expected=before.version)
    return after


def _again(ledger: Ledger, event: OrderPlaced, earlier: Earlier) -> Order:
    if earlier.fingerprint != event.fingerprint:
        raise ExternalIdReused(
            f"external id {event.external_id!r} stands on order {earlier.order} with another "
            "content: use a new id for a new order, or repeat the first one unchanged",
        )
    return replay(ledger.history(earlier.order))
