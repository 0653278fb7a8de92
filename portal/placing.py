"""From checked answers to an order in the ledger: the one way, for the form and the API."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from uuid import uuid4

from catalog.form import Checked
from catalog.items import Placement, items
from catalog.offering import Offering
from leadtime.business import Calendar
from leadtime.promise import stated
from orders.events import OrderPlaced
from orders.model import Order, OrderItem
from orders.service import place
from portal.house import House
from portal.leadtime_promising import Wanted, latest, promises
from portal.person import Person
from portal.rightcloud_gate import settled
from portal.speech import end_of_day


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing to order; `id` is the customer's for the line.

    `asked` when the customer chose the place; `why` then says why, if it is not the recommended.
    `joined` are the lines it needs, each with what that hands on: provider parameter -> output.
    """

    id: str
    offering: Offering
    checked: Checked
    asked: bool = False
    why: str = ""
    joined: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """All of an order that its customer decides."""

    external_id: str
    lines: Sequence[Line]
    requested_at: datetime | None = None
    description: str = ""

    @property
    def fingerprint(self) -> str:
        """The same for the same content, whatever the order of keys."""
        content = {
            "description": self.description,
            "requested": self.requested_at.isoformat() if self.requested_at else None,
            "lines": [_what(line) for line in self.lines],
        }
        return fingerprint(content)

    @property
    def wanted_at(self) -> datetime | None:
        """The earliest moment asked for, on the order or on a line of it."""
        days = (line.checked.requested for line in self.lines)
        moments = [end_of_day(day) for day in days if day]
        return min([*moments, *([self.requested_at] if self.requested_at else [])], default=None)


def promise(offerings: Sequence[Offering], now: datetime, calendar: Calendar) -> datetime:
    """When all of it is due, if ordered now, by the catalogue's own times."""
    return max(stated(offering.lead_time, now, calendar) for offering in offerings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Placing:
    """An order that is about to be placed, whatever its items do."""

    external_id: str
    fingerprint: str
    items: tuple[OrderItem, ...]
    promised_at: datetime
    probable_at: datetime | None = None
    basis: Mapping[str, object] = field(default_factory=dict[str, object])
    requested_at: datetime | None = None
    why: str = ""
    decision: Mapping[str, object] = field(default_factory=dict[str, object])


def place_order(house: House, person: Person, wish: Wish) -> tuple[Order, bool]:
    """The order, and whether it is new; raises ExternalIdReused as `orders.service.place`.

    Raises NotChoosable for a place that these data may not be at, whoever asks and however.
    """
    now = house.now()
    said = latest(promises(house, person.agency, wanted(wish.lines), now))
    placing = Placing(
        external_id=wish.external_id,
        fingerprint=wish.fingerprint,
        items=items_of(house, person.agency, wish.lines, now),
        promised_at=said.promised_at,
        probable_at=said.probable_at,
        basis=said.basis.told(),
        requested_at=wish.wanted_at,
        why=wish.description,
        decision=settled(house, person.agency, wish.lines),
    )
    return place_items(house, person, placing)


def place_items(house: House, person: Person, placing: Placing) -> tuple[Order, bool]:
    """As `place_order`; raises AlreadyChanging too, when an item changes what another one does."""
    event = OrderPlaced(
        at=house.now(),
        by=person.subject,
        why=placing.why,
        order=house.ledger.next_number(),
        external_id=placing.external_id,
        fingerprint=placing.fingerprint,
        agency=person.agency,
        orderer=person.name,
        promised_at=placing.promised_at,
        probable_at=placing.probable_at,
        basis=placing.basis,
        requested_at=placing.requested_at,
        items=placing.items,
        decision=placing.decision,
    )
    return place(house.ledger, event, house.settings.approval_rules)


def fingerprint(content: object) -> str:
    """The same for the same content, whatever the order of keys."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return sha256(text.encode()).hexdigest()


def wanted(lines: Sequence[Line]) -> list[Wanted]:
    """The lines, as far as what is promised depends on them."""
    return [
        Wanted(
            offering=line.offering,
            plan=line.checked.plan,
            place=line.checked.place,
            answers=line.checked.values,
            id=line.id,
            needs=tuple(line.joined),
        )
        for line in lines
    ]


def items_of(
    house: House, agency: str, lines: Sequence[Line], now: datetime
) -> tuple[OrderItem, ...]:
    """The items that an order of `lines` has; each time with new service instances."""
    return tuple(one for line in lines for one in _items(house, agency, line, now))


def _what(line: Line) -> list[object]:
    said = [line.id, line.offering.id, line.checked.plan, dict(line.checked.values)]
    more = [line.why, sorted(line.joined)]
    return [*said, *(one for one in more if one)]


def _items(house: House, agency: str, line: Line, now: datetime) -> tuple[OrderItem, ...]:
    placement = Placement(
        line=line.id,
        at=now,
        instance=lambda: uuid4().hex,  # as providers make names and tags of it
        agency=agency,
        zones=house.settings.landing_zones,
    )
    made = items(line.offering, line.checked, placement)
    if not line.joined:
        return made
    wires = {
        parameter: f"{other}.{output}"
        for other, handed in line.joined.items()
        for parameter, output in handed.items()
    }
    return tuple(replace(one, needs=tuple(line.joined), wires=wires) for one in made)
