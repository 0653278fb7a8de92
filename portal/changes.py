"""An order that changes or removes what an agency has, as a program asks for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from catalog.form import Checked
from catalog.items import Placement, items
from catalog.offering import Offering
from leadtime.promise import stated
from orders.model import Order, OrderItem
from orders.thing import Thing, check_unneeded, modified, removed
from portal.house import House
from portal.person import Person
from portal.placing import Placing, fingerprint, place_items
from portal.rightcloud_gate import Staying, settled

FALLBACK = timedelta(hours=8)  # of business time, for what the catalogue has forgotten


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing and what becomes of it; without `checked` it is removed."""

    id: str
    thing: Thing
    offering: Offering | None
    checked: Checked | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeWish:
    """All that is to change at once: all of it is modified, or all of it removed."""

    external_id: str
    content: Mapping[str, Any]
    changes: Sequence[Change]
    requested_at: datetime | None = None
    description: str = ""


def place_changes(house: House, person: Person, wish: ChangeWish) -> tuple[Order, bool]:
    """The order, and whether it is new; raises AlreadyChanging, NotChoosable and the like."""
    now = house.now()
    going = [one for one in wish.changes if one.checked is None]
    changed = [_modified(one, one.checked, now) for one in wish.changes if one.checked is not None]
    starts_at = max((_undo_until(one, now) for one in going), default=now)
    if going:
        things = [one.thing for one in going]
        instances = [one.instance for one in things]
        check_unneeded(things, house.ledger.users(person.agency, instances))
    leads = (one.offering.lead_time if one.offering else FALLBACK for one in wish.changes)
    staying = [
        Staying(id=one.id, offering=one.offering, checked=one.checked)
        for one in wish.changes
        if one.offering is not None and one.checked is not None
    ]
    placing = Placing(
        decision=settled(house, person.agency, staying),
        external_id=wish.external_id,
        fingerprint=fingerprint(wish.content),
        items=(*changed, *_removed(going, starts_at if starts_at > now else None)),
        promised_at=max(stated(lead, starts_at, house.calendar) for lead in leads),
        requested_at=wish.requested_at,
        why=wish.description,
    )
    return place_items(house, person, placing)


def _modified(change: Change, checked: Checked, now: datetime) -> OrderItem:
    assert change.offering is not None  # noqa: S101 - its answers were checked against it
    placement = Placement(line=change.id, at=now, instance=lambda: change.thing.instance)
    (wanted,) = items(change.offering, checked, placement)
    return modified(change.thing, wanted)


def _removed(going: Sequence[Change], starts_at: datetime | None) -> list[OrderItem]:
    """The items by the ids that the program gave its lines."""
    made = removed([one.thing for one in going], starts_at)
    names = {item.id: change.id for item, change in zip(made, going, strict=True)}
    return [
        replace(item, id=names[item.id], needs=tuple(names[need] for need in item.needs))
        for item in made
    ]


def _undo_until(change: Change, now: datetime) -> datetime:
    grace = change.offering.grace if change.offering else None
    return now + grace if grace else now
