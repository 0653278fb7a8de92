"""How long a thing lives: warned of on the order that delivered it, and extended there."""

from __future__ import annotations

from datetime import datetime

from orders.entry import Stamp
from orders.errors import NothingToDo
from orders.events import ExpiryExtended, ExpiryWarned
from orders.model import Order
from orders.ports import Ledger
from orders.recording import record
from orders.thing import Thing


def extend(ledger: Ledger, thing: Thing, stamp: Stamp, until: datetime) -> Order:
    """Let it live until then. Raises NothingToDo unless that is later, AlreadyChanging."""
    if until <= stamp.at or (thing.expires_at is not None and until <= thing.expires_at):
        raise NothingToDo(f"{thing.name} lives longer than {until} already: give a later day")
    event = ExpiryExtended(at=stamp.at, by=stamp.by, why=stamp.why, item=thing.item, until=until)
    return record(ledger, thing.order, event)


def warn(ledger: Ledger, thing: Thing, stamp: Stamp, days: int) -> Order:
    """Write down that its owner was told."""
    event = ExpiryWarned(at=stamp.at, by=stamp.by, why=stamp.why, item=thing.item, days=days)
    return record(ledger, thing.order, event)
