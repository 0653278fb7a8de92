"""A service order as it is posted, to a wish that can be placed; or all that is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from catalog.form import Problem, check
from catalog.offering import Offering
from portal.placing import Line, Wish
from portal.speech import oslo_date
from portal.tmf.body import step
from portal.tmf.error import Wrong, corrections
from portal.tmf.shape import Reader

MOST_ITEMS = 50
FARTHEST = timedelta(days=3660)
LONGEST_ID = 120
LONGEST_DESCRIPTION = 1000

_ORDER = dict.fromkeys(
    ("externalId", "description", "requestedCompletionDate", "serviceOrderItem", "@type")
)
_ITEM = dict.fromkeys(("id", "action", "quantity", "service", "@type"))
_SERVICE = dict.fromkeys(("name", "serviceSpecification", "serviceCharacteristic", "@type"))
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
_ITEM_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,6})?([Zz]|[+-]\d{2}:\d{2})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What the request is read against."""

    catalog: Mapping[str, Offering]
    now: datetime
    wrongs: list[Wrong] = field(default_factory=list[Wrong])


def wish(body: Mapping[str, Any], catalog: Mapping[str, Offering], now: datetime) -> Wish:
    """The wish in `body`; raises Refused (400) with every problem on its own field."""
    desk = Desk(catalog=catalog, now=now)
    order = Reader(body, "", desk.wrongs)
    order.only(_ORDER, _explain)
    order.type_is("ServiceOrder", "ServiceOrder_Create")
    external_id = order.text("externalId", LONGEST_ID, needed=True)
    description = order.text("description", LONGEST_DESCRIPTION)
    requested = _requested(order, desk)
    lines = _lines(order, desk)
    if desk.wrongs:
        raise corrections(desk.wrongs)
    assert external_id is not None  # noqa: S101 - otherwise there was something to correct
    return Wish(
        external_id=external_id,
        lines=lines,
        requested_at=requested,
        description=description or "",
    )


def _requested(order: Reader, desk: Desk) -> datetime | None:
    key = "requestedCompletionDate"
    text = order.get(key, str)
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text.upper()) if _TIME.fullmatch(text) else None
        moment = found.astimezone(UTC) if found else None
    except (ValueError, OverflowError):
        moment = None
    if moment is None:
        order.wrong(key, "must be a time with a time zone, like 2026-12-24T15:00:00Z")
    elif moment < desk.now:
        order.wrong(key, "has passed")
    elif moment > desk.now + FARTHEST:
        order.wrong(key, "is more than ten years ahead")
    return moment


def _lines(order: Reader, desk: Desk) -> list[Line]:
    key = "serviceOrderItem"
    found = order.get(key, list, needed=True)
    if found is None:
        return []
    if not 1 <= len(found) <= MOST_ITEMS:
        order.wrong(key, f"must have between 1 and {MOST_ITEMS} items")
        return []
    lines: list[Line] = []
    seen: set[str] = set()
    for index, value in enumerate(found):
        pointer = step(step("", key), index)
        if not isinstance(value, dict):
            desk.wrongs.append(Wrong(pointer, "must be an object"))
            continue
        line = _line(Reader(value, pointer, desk.wrongs), desk, seen)
        lines += [line] if line else []
    return lines


def _line(item: Reader, desk: Desk, seen: set[str]) -> Line | None:
    item.only(_ITEM, _explain)
    item.type_is("ServiceOrderItem", "ServiceOrderItem_Create")
    name = item.get("id", str, needed=True)
    if name is not None and not _ITEM_ID.fullmatch(name):
        item.wrong("id", "must be 1 to 40 letters, digits, dots, hyphens or underscores")
    elif name in seen:
        item.wrong("id", "stands on an earlier item too")
    seen.add(name or "")
    action = item.get("action", str, needed=True)
    if action not in {None, "add"}:
        item.wrong("action", "must be add: that is all that can be ordered here so far")
    quantity = item.get("quantity", int)
    if quantity not in {None, 1}:
        item.wrong("quantity", "must be 1: make one item for each")
    service = item.inner("service", needed=True)
    return _service(service, name or "", desk) if service else None


def _service(service: Reader, item: str, desk: Desk) -> Line | None:
    service.only(_SERVICE, _explain)
    service.type_is("Service", "ServiceRefOrValue")
    offering = _offering(service, desk)
    answers, places = _answers(service)
    title = service.text("name", LONGEST_ID)
    if title is not None:
        given = answers.setdefault("name", title)
        places.setdefault("name", step(service.pointer, "name"))
        if given != title:
            service.wrong("name", "differs from the characteristic name: send one of them")
    if offering is None:
        return None
    plan = answers.pop("plan", None)
    found = check(offering, plan, answers, today=oslo_date(desk.now))
    if isinstance(found, list):
        usual = step(service.pointer, "serviceCharacteristic")
        known = {wrong.pointer for wrong in desk.wrongs}
        desk.wrongs.extend(
            Wrong(places.get(problem.field, usual), problem.english)
            for problem in found
            if _news(problem, places, known)
        )
        return None
    return Line(id=item, offering=offering, checked=found)


def _news(problem: Problem, places: Mapping[str, str], known: set[str]) -> bool:
    """Whether the place has not been complained of already."""
    return places.get(problem.field) not in known


def _offering(service: Reader, desk: Desk) -> Offering | None:
    specification = service.inner("serviceSpecification", needed=True)
    if specification is None:
        return None
    specification.only(_SPECIFICATION, _explain)
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


def _answers(service: Reader) -> tuple[dict[str, object], dict[str, str]]:
    """Answers by parameter id, and where each stands."""
    key = "serviceCharacteristic"
    answers: dict[str, object] = {}
    places: dict[str, str] = {}
    for index, value in enumerate(service.get(key, list) or []):
        pointer = step(step(service.pointer, key), index)
        if not isinstance(value, dict):
            service.wrongs.append(Wrong(pointer, "must be an object"))
            continue
        one = Reader(value, pointer, service.wrongs)
        one.only(_CHARACTERISTIC, _explain)
        name = one.text("name", LONGEST_ID, needed=True)
        if "value" not in value:
            one.wrong("value", "is missing")
        if name is None:
            continue
        if name in answers:
            one.wrong("name", f"{name} is answered twice")
        answers.setdefault(name, value.get("value"))
        places.setdefault(name, step(pointer, "value"))
    return answers, places


def _explain(key: str) -> str:
    if key in _OURS:
        return "is set by the supplier, never by who orders: leave it out"
    return "is not used here: leave it out"
