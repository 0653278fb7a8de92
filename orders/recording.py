"""Load, let the lifecycle decide, append: how everything is written that is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from orders import approval, needs
from orders.entry import Event, Stamp
from orders.errors import DuplicateExternalId, ExternalIdReused, StaleOrder
from orders.events import Happening, ItemRejected, LedgerEvent, OrderPlaced
from orders.lifecycle import evolve, replay
from orders.model import Order
from orders.ports import Earlier, Ledger

# Whoever loses a try lost it to somebody who got on; a hundred in a row are no accident.
TRIES = 100

Decision = Callable[[Order], Sequence[Happening]]


def place(
    ledger: Ledger, event: OrderPlaced, rules: Sequence[approval.Rule] = ()
) -> tuple[Order, bool]:
    """The order, and whether it is new; the approval that `rules` ask for is asked at once.

    The same external id and content gives the order that stands already; the same id
    with another content raises ExternalIdReused. Raises AlreadyChanging and NoSuchThing for a
    modify or terminate that cannot be now.
    """
    if earlier := ledger.earlier(event.agency, event.external_id):
        return _again(ledger, event, earlier), False
    events = _with_approval(event, rules)
    order = replay(events)
    try:
        ledger.append(order.id, events, expected=0)
    except DuplicateExternalId:
        # Two posts of one order at once: the other one won between our look and our append.
        if winner := ledger.earlier(event.agency, event.external_id):
            return _again(ledger, event, winner), False
        raise
    return order, True


def record(ledger: Ledger, order_id: str, *events: Happening) -> Order:
    """Append `events` if the order's state allows them, all or none.

    Items of one order are delivered side by side, so a stale version is read again; whether
    the events are still legal is then decided anew. Items that can never start because of them
    are rejected in the same append.
    """
    return decide(ledger, order_id, lambda _: events)


def decide(ledger: Ledger, order_id: str, decision: Decision) -> Order:
    """Append what `decision` makes of the order as it stands; nothing when it makes nothing.

    A decision may be asked again when somebody else was quicker.
    """
    for _ in range(TRIES - 1):
        with suppress(StaleOrder):
            return _decided(ledger, order_id, decision)
    return _decided(ledger, order_id, decision)


def settle_dependents(ledger: Ledger, order_id: str, stamp: Stamp) -> Order:
    """Reject the items that need one which ended undelivered. `record` does so by itself."""
    return decide(ledger, order_id, lambda order: list(_consequences(order, stamp)))


def _decided(ledger: Ledger, order_id: str, decision: Decision) -> Order:
    before = after = replay(ledger.history(order_id))
    events = list(decision(before))
    for event in events:
        after = evolve(after, event)
    if not events:
        return before
    last: Event = events[-1]
    for event in _consequences(after, Stamp(at=last.at, by=last.by)):
        after = evolve(after, event)
        events.append(event)
    ledger.append(order_id, events, expected=before.version)
    return after


def _consequences(order: Order, stamp: Stamp) -> Iterator[ItemRejected]:
    """A rejected item may leave another one without what it needs, and so on."""
    while found := next(needs.doomed(order), None):
        item, lost = found
        reason = f"needs {lost.name}, which was not delivered"
        event = ItemRejected(at=stamp.at, by=stamp.by, why=stamp.why, item=item.id, reason=reason)
        order = evolve(order, event)
        yield event


def _with_approval(event: OrderPlaced, rules: Sequence[approval.Rule]) -> list[LedgerEvent]:
    if not rules:
        return [event]
    ask = approval.needed(rules, event.agency, event.items)
    quote: Mapping[str, object] = {**event.quote, "approval": approval.snapshot(ask, event.items)}
    event = replace(event, quote=quote)
    return [event, approval.asked(ask, Stamp(at=event.at, by=event.by))] if ask else [event]


def _again(ledger: Ledger, event: OrderPlaced, earlier: Earlier) -> Order:
    if earlier.fingerprint != event.fingerprint:
        raise ExternalIdReused(
            f"external id {event.external_id!r} stands on order {earlier.order} with another "
            "content: use a new id for a new order, or repeat the first one unchanged",
        )
    return replay(ledger.history(earlier.order))
