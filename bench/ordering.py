"""Orders as the portal places them, for benchmarks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import uuid4

from catalog.form import check
from catalog.items import Placement, items
from catalog.offering import Offering, Parameter
from catalog.places import QUESTION
from ledger import SqlLedger
from orders import service
from orders.events import OrderPlaced
from orders.model import OrderItem

_NUMBERS = count(30)


def ordered(
    offering: Offering, place: str, now: datetime, known: Mapping[str, str] | None = None
) -> tuple[OrderItem, ...]:
    """The items of an order of the first plan, answered as its file suggests.

    known  answers by parameter where a suggestion will not do
    """
    answers = {
        name: (known or {}).get(name) or _answer(one)
        for name, one in offering.parameters.items()
        if one.required and one.asked_at(place)
    }
    if QUESTION in offering.parameters:
        answers[QUESTION] = place
    checked = check(offering, next(iter(offering.plans)), answers, today=now.date())
    if isinstance(checked, list):
        raise TypeError(f"{offering.id}: {[one.english for one in checked]}")
    placement = Placement(line="1", at=now, instance=lambda: uuid4().hex)
    return items(offering, checked, placement)


def placed(
    ledger: SqlLedger, offering: Offering, place: str, known: Mapping[str, str] | None = None
) -> str:
    """The number of such an order, which is in the ledger now."""
    number, now = ledger.next_number(), datetime.now(UTC)
    event = OrderPlaced(
        at=now,
        by="bench",
        order=number,
        external_id=uuid4().hex,
        fingerprint="bench",
        agency="BYM",
        orderer="bench",
        promised_at=now + timedelta(hours=4),
        requested_at=None,
        items=ordered(offering, place, now, known),
    )
    service.place(ledger, event)
    return number


def _answer(asked: Parameter) -> object:
    if asked.maps_to == "cidr":
        return f"10.{next(_NUMBERS)}.0.0/24"  # no two networks may overlap
    if asked.maps_to == "user":
        return f"person{next(_NUMBERS)}"  # who has one desktop each
    if asked.type == "choice":
        return asked.default or next(iter(asked.choices))
    return {"string": asked.example or "bench", "integer": asked.minimum}.get(
        asked.type, asked.default
    )
