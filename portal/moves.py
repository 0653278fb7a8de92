"""The order that moves a thing to another place, as a person or a program asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from catalog.form import Checked
from catalog.items import Placement, items
from catalog.offering import Offering
from leadtime.promise import stated
from orders.model import Order
from orders.moving import ITEM, KEPT, moved
from orders.thing import Thing
from portal.house import House
from portal.leadtime_promising import Wanted, promised
from portal.person import Person
from portal.placing import Line, Placing, fingerprint, place_items
from portal.rightcloud_gate import settled


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveWish:
    """One thing and where it goes: `checked` are its own answers at that place.

    `content` is all that was asked for; `why` is needed for another place than the recommended.
    """

    external_id: str
    content: object
    thing: Thing
    offering: Offering
    checked: Checked
    requested_at: datetime | None = None
    why: str = ""


def ready(house: House, thing: Thing, offering: Offering, place: str) -> datetime:
    """When the new one is promised beside the old one."""
    wanted = Wanted(offering=offering, plan=thing.plan, place=place, answers=thing.answers)
    return promised(house, thing.agency, [wanted], house.now()).promised_at


def place_move(house: House, person: Person, wish: MoveWish) -> tuple[Order, bool]:
    """The order, and whether it is new; raises AlreadyChanging, NotChoosable and the like."""
    thing, offering, checked = wish.thing, wish.offering, wish.checked
    placement = Placement(
        line=ITEM,
        at=house.now(),
        instance=lambda: uuid4().hex,
        agency=person.agency,
        zones=house.settings.landing_zones,
    )
    (wanted,) = items(offering, checked, placement)
    line = Line(id=ITEM, offering=offering, checked=checked, asked=True, why=wish.why)
    made = ready(house, thing, offering, checked.place)
    placing = Placing(
        external_id=wish.external_id,
        fingerprint=fingerprint(wish.content),
        decision=settled(house, person.agency, [line]),
        items=moved(thing, wanted),
        promised_at=stated(offering.lead_time, made + (offering.grace or KEPT), house.calendar),
        requested_at=wish.requested_at,
        why=wish.why,
    )
    return place_items(house, person, placing)
