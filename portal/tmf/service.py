"""The service of an item as it is posted: which offering, and the answers to its questions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from catalog.form import Checked, Problem, check
from catalog.offering import Offering
from ledger.own_offerings import Closed
from orders.thing import Thing
from portal.speech import oslo_date
from portal.tmf.body import step
from portal.tmf.error import Wrong
from portal.tmf.shape import Reader

LONGEST_ID = 120

SERVICE = dict.fromkeys(("name", "serviceSpecification", "serviceCharacteristic", "@type"))
_SPECIFICATION = dict.fromkeys(("id", "name", "version", "href", "@type", "@referredType"))
_CHARACTERISTIC = dict.fromkeys(("name", "value", "valueType", "@type"))
# What TMF641 lets only the supplier write: whoever sends it expects too much.
_OURS = frozenset(
    {
        "id", "href", "state", "orderDate", "startDate", "completionDate", "cancellationDate",
        "cancellationReason", "expectedCompletionDate", "errorMessage", "milestone",
        "jeopardyAlert", "serviceDate", "hasStarted", "isServiceEnabled", "supportingResource",
        "supportingService",
    }
)  # fmt: skip


Answers = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What the request is read against: the agency's catalogue, and the things it has.

    closed  says of an offering whether nobody orders it any more, and since when
    users   what else of the agency's needs a thing
    there   a thing's own answers as they would be asked at another place, or what is wrong then
    """

    catalog: Mapping[str, Offering]
    closed: Callable[[str], Closed | None]
    now: datetime
    thing: Callable[[str], Thing | None]
    users: Callable[[Thing], Sequence[Thing]]
    there: Callable[[Thing, Offering, str], Checked | list[Problem]]
    wrongs: list[Wrong] = field(default_factory=list[Wrong])


def answers(service: Reader) -> tuple[dict[str, object], dict[str, str]]:
    """Answers by parameter id, the service's name among them, and where each stands."""
    found, places = _characteristics(service)
    title = service.text("name", LONGEST_ID)
    if title is not None:
        given = found.setdefault("name", title)
        places.setdefault("name", step(service.pointer, "name"))
        if given != title:
            service.wrong("name", "differs from the characteristic name: send one of them")
    return found, places


def checked(
    service: Reader, desk: Desk, offering: Offering, said: Answers, places: Mapping[str, str]
) -> Checked | None:
    """The answers as the offering takes them; notes what it does not take, where it stands."""
    wanted = dict(said)
    plan = wanted.pop("plan", None)
    found = check(offering, plan, wanted, today=oslo_date(desk.now))
    if isinstance(found, Checked):
        return found
    usual = step(service.pointer, "serviceCharacteristic")
    known = {wrong.pointer for wrong in desk.wrongs}
    desk.wrongs.extend(
        Wrong(places.get(problem.field, usual), problem.english)
        for problem in found
        if _news(problem, places, known)
    )
    return None


def _news(problem: Problem, places: Mapping[str, str], known: set[str]) -> bool:
    """Whether the place has not been complained of already."""
    return places.get(problem.field) not in known


def named(service: Reader, desk: Desk) -> Offering | None:
    """The offering that it is of."""
    specification = service.inner("serviceSpecification", needed=True)
    if specification is None:
        return None
    specification.only(_SPECIFICATION, explain)
    name = specification.get("id", str, needed=True)
    if name is None:
        return None
    offering = desk.catalog.get(name)
    if offering is None:
        specification.wrong("id", f"is no offering; there are: {', '.join(desk.catalog)}")
        return None
    version = specification.get("version", str)
    if version not in {None, str(offering.version)}:
        specification.wrong("version", f"the offering is at version {offering.version}")
    return offering


def ordered(service: Reader, desk: Desk) -> Offering | None:
    """The offering, if one can still order it."""
    offering = named(service, desk)
    closed = desk.closed(offering.id) if offering else None
    if closed and oslo_date(desk.now) >= closed.ends_on:
        instead = f": order {closed.instead}" if closed.instead else ""
        where = step(service.pointer, "serviceSpecification")
        desk.wrongs.append(
            Wrong(step(where, "id"), f"is not ordered since {closed.ends_on}{instead}")
        )
        return None
    return offering


def _characteristics(service: Reader) -> tuple[dict[str, object], dict[str, str]]:
    key = "serviceCharacteristic"
    found: dict[str, object] = {}
    places: dict[str, str] = {}
    for index, value in enumerate(service.get(key, list) or []):
        pointer = step(step(service.pointer, key), index)
        if not isinstance(value, dict):
            service.wrongs.append(Wrong(pointer, "must be an object"))
            continue
        one = Reader(value, pointer, service.wrongs)
        one.only(_CHARACTERISTIC, explain)
        name = one.text("name", LONGEST_ID, needed=True)
        if "value" not in value:
            one.wrong("value", "is missing")
        if name is None:
            continue
        if name in found:
            one.wrong("name", f"{name} is answered twice")
        found.setdefault(name, value.get("value"))
        places.setdefault(name, step(pointer, "value"))
    return found, places


def explain(key: str) -> str:
    if key in _OURS:
        return "is set by the supplier, never by who orders: leave it out"
    return "is not used here: leave it out"
