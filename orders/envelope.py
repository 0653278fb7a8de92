"""Somebody asks for what opens a thing: written on the order before anything is fetched."""

from __future__ import annotations

from orders.entry import Stamp
from orders.events import AccessAsked
from orders.model import Order
from orders.ports import Ledger
from orders.recording import record


def ask_access(ledger: Ledger, order: str, item: str, stamp: Stamp, envelope: str) -> Order:
    """Raises IllegalTransition when nothing is there that could be opened."""
    event = AccessAsked(at=stamp.at, by=stamp.by, why=stamp.why, item=item, envelope=envelope)
    return record(ledger, order, event)


def was_asked(ledger: Ledger, order: str, by: str, envelope: str) -> bool:
    """Whether the ledger says that `by` asked for this envelope."""
    return any(
        isinstance(event, AccessAsked) and (event.by, event.envelope) == (by, envelope)
        for event in ledger.history(order)
    )


def last_asked(ledger: Ledger, order: str, item: str) -> AccessAsked | None:
    """Who asked last for what opens the item, and when."""
    asked = [
        event
        for event in ledger.history(order)
        if isinstance(event, AccessAsked) and event.item == item
    ]
    return asked[-1] if asked else None
