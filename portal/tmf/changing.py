"""Items with action modify or delete: which thing, and what of it changes, or where it goes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from catalog.form import NEEDED_BY, Checked
from catalog.offering import Offering
from catalog.places import QUESTION, provider_of
from orders.errors import CannotMove
from orders.moving import COPIED, check_movable, copies
from orders.thing import Thing
from portal.changes import Change
from portal.tmf.service import SERVICE, Desk, answers, checked, explain, named
from portal.tmf.shape import Reader

DELETE = "delete"
MODIFY = "modify"
_CHANGED = {**SERVICE, "id": None, "href": None}
_LONGEST = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """An item as it was sent; what it is about is looked up later, as it stands then."""

    id: str
    action: str
    instance: str
    said: Mapping[str, Any]
    places: Mapping[str, str]
    service: Reader

    @property
    def content(self) -> list[Any]:
        return [self.id, self.action, self.instance, dict(self.said)]


def asked(service: Reader, item: str, action: str) -> Asked | None:
    """Notes what is wrong with the item in itself."""
    service.only(_CHANGED, explain)
    service.type_is("Service", "ServiceRefOrValue")
    instance = service.text("id", _LONGEST, needed=True)
    said, places = answers(service)
    if action == DELETE and said:
        service.wrong("serviceCharacteristic", "a thing that is deleted takes no answers")
    if instance is None:
        return None
    return Asked(
        id=item, action=action, instance=instance, said=said, places=places, service=service
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A thing that is to stand elsewhere, with its own answers there."""

    thing: Thing
    offering: Offering
    checked: Checked


def found(wanted: Asked, desk: Desk) -> Change | Moved | None:
    """The change, or the move, against the thing as it stands now; notes why it cannot be."""
    thing = desk.thing(wanted.instance)
    if thing is None:
        wanted.service.wrong("id", "is nothing that your agency has; see the service inventory")
        return None
    offering = desk.catalog.get(thing.offering)
    if wanted.action == DELETE:
        return Change(id=wanted.id, thing=thing, offering=offering, checked=None)
    where = f"{thing.target.provider}/{thing.target.region}"
    if offering is None or where not in offering.places:
        wanted.service.wrong("id", "is no longer offered where it is: write on its order")
        return None
    other = "serviceSpecification" in wanted.service.value and named(wanted.service, desk)
    if other and other.id != offering.id:
        wanted.service.wrong("serviceSpecification", f"it is a {offering.id}, and stays one")
    said = {QUESTION: where, **wanted.said}
    if said[QUESTION] != where:
        return _moved(wanted, desk, thing, offering)
    if once := _once(wanted.said, thing, offering):
        told = f"{', '.join(once)} cannot be changed once it is ordered: order another"
        wanted.service.wrong("serviceCharacteristic", told)
        return None
    kept = {key: value for key, value in thing.answers.items() if key != NEEDED_BY}
    if len(offering.places) == 1:
        said.pop(QUESTION)
    merged = {"plan": thing.plan, **kept, **said}
    good = checked(wanted.service, desk, offering, merged, wanted.places)
    return Change(id=wanted.id, thing=thing, offering=offering, checked=good) if good else None


def _once(said: Mapping[str, Any], thing: Thing, offering: Offering) -> list[str]:
    """What is said anew of that which is answered once."""
    asked = offering.parameters
    anew = (name for name, value in said.items() if thing.answers.get(name) != value)
    return sorted(name for name in anew if name in asked and asked[name].once)


def _moved(wanted: Asked, desk: Desk, thing: Thing, offering: Offering) -> Moved | None:
    """The move; notes why it cannot be. Whether these data may be there is asked later."""
    place, service = str(wanted.said[QUESTION]), wanted.service
    before = {**thing.answers, "plan": thing.plan}
    others = [name for name, value in wanted.said.items() if before.get(name) != value]
    if extra := sorted(set(others) - {QUESTION}):
        told = f"a move changes the place alone: send another order for {', '.join(extra)}"
        service.wrong("serviceCharacteristic", told)
        return None
    if place not in offering.places:
        known = ", ".join(offering.places)
        service.wrong("serviceCharacteristic", f"{place} is none of its places: {known}")
        return None
    try:
        check_movable(thing, desk.users(thing))
    except CannotMove as error:
        service.wrong("id", str(error))
        return None
    if thing.kind in COPIED and not copies(thing.kind, thing.target.provider, provider_of(place)):
        service.wrong("serviceCharacteristic", f"its content cannot be copied to {place}")
        return None
    checked = desk.there(thing, offering, place)
    if isinstance(checked, Checked):
        return Moved(thing=thing, offering=offering, checked=checked)
    for problem in checked:
        service.wrong("serviceCharacteristic", f"at {place}: {problem.english}")
    return None
