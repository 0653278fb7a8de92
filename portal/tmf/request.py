"""A service order as it is posted, to a wish that can be placed; or all that is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from catalog.places import QUESTION
from portal.changes import Change, ChangeWish
from portal.moves import MoveWish
from portal.placing import Line, Wish, fingerprint
from portal.tmf.body import step
from portal.tmf.changing import DELETE, MODIFY, Asked, Moved, asked, found
from portal.tmf.error import Wrong, corrections
from portal.tmf.service import SERVICE, Desk, answers, checked, explain, ordered
from portal.tmf.shape import Reader

MOST_ITEMS = 50
FARTHEST = timedelta(days=3660)
LONGEST_ID = 120
LONGEST_DESCRIPTION = 1000

_ORDER = dict.fromkeys(
    ("externalId", "description", "requestedCompletionDate", "serviceOrderItem", "@type")
)
_ITEM = dict.fromkeys(("id", "action", "quantity", "service", "@type"))
_ITEM_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,6})?([Zz]|[+-]\d{2}:\d{2})")


Order = Wish | ChangeWish | MoveWish
Earlier = Callable[[str], str | None]


def wish(body: Mapping[str, Any], desk: Desk, earlier: Earlier) -> Order | None:
    """The wish in `body`; raises Refused (400) with every problem on its own field.

    `earlier` gives the fingerprint of the order that stands under an external id. None when that
    is a change with this very content: it was made, whatever has become of the things since.
    """
    order = Reader(body, "", desk.wrongs)
    order.only(_ORDER, explain)
    order.type_is("ServiceOrder", "ServiceOrder_Create")
    external_id = order.text("externalId", LONGEST_ID, needed=True)
    description = order.text("description", LONGEST_DESCRIPTION) or ""
    requested = _requested(order, desk)
    lines = [_reasoned(line, description) for line in _lines(order, desk)]
    changing = [one for one in lines if isinstance(one, Asked)]
    if changing and len({getattr(one, "action", "add") for one in lines}) > 1:
        order.wrong("serviceOrderItem", "adds, modifies or deletes: send an order for each")
    _check(desk)
    assert external_id is not None  # noqa: S101 - otherwise there was something to correct
    if changing:
        content = {
            "description": description,
            "requested": requested.isoformat() if requested else None,
            "changes": [one.content for one in changing],
        }
        if earlier(external_id) == fingerprint(content):
            return None
        changes = [found(one, desk) for one in changing]
        moves = [one for one in changes if isinstance(one, Moved)]
        if moves and len(lines) > 1:
            order.wrong("serviceOrderItem", "a move is an order of its own: send one for each")
        _check(desk)
        if moves:
            return _move(moves[0], content, external_id, requested)
        return ChangeWish(
            external_id=external_id,
            content=content,
            changes=[one for one in changes if isinstance(one, Change)],
            requested_at=requested,
            description=description,
        )
    return Wish(
        external_id=external_id,
        lines=[one for one in lines if isinstance(one, Line)],
        requested_at=requested,
        description=description,
    )


def _move(
    move: Moved, content: Mapping[str, Any], external_id: str, requested: datetime | None
) -> MoveWish:
    """What the order says of itself is the reason for another place than the recommended."""
    return MoveWish(
        external_id=external_id,
        content=content,
        thing=move.thing,
        offering=move.offering,
        checked=move.checked,
        requested_at=requested,
        why=str(content["description"]),
    )


def _reasoned(line: Line | Asked, description: str) -> Line | Asked:
    """What the order says of itself is the reason for another place than the recommended."""
    return replace(line, why=description) if isinstance(line, Line) and line.asked else line


def _check(desk: Desk) -> None:
    if desk.wrongs:
        raise corrections(desk.wrongs)


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


def _lines(order: Reader, desk: Desk) -> list[Line | Asked]:
    key = "serviceOrderItem"
    found = order.get(key, list, needed=True)
    if found is None:
        return []
    if not 1 <= len(found) <= MOST_ITEMS:
        order.wrong(key, f"must have between 1 and {MOST_ITEMS} items")
        return []
    lines: list[Line | Asked] = []
    seen: set[str] = set()
    for index, value in enumerate(found):
        pointer = step(step("", key), index)
        if not isinstance(value, dict):
            desk.wrongs.append(Wrong(pointer, "must be an object"))
            continue
        line = _line(Reader(value, pointer, desk.wrongs), desk, seen)
        lines += [line] if line else []
    return lines


def _line(item: Reader, desk: Desk, seen: set[str]) -> Line | Asked | None:
    item.only(_ITEM, explain)
    item.type_is("ServiceOrderItem", "ServiceOrderItem_Create")
    name = item.get("id", str, needed=True)
    if name is not None and not _ITEM_ID.fullmatch(name):
        item.wrong("id", "must be 1 to 40 letters, digits, dots, hyphens or underscores")
    elif name in seen:
        item.wrong("id", "stands on an earlier item too")
    seen.add(name or "")
    action = item.get("action", str, needed=True)
    if action not in {None, "add", MODIFY, DELETE}:
        item.wrong("action", "must be add, modify or delete")
    quantity = item.get("quantity", int)
    if quantity not in {None, 1}:
        item.wrong("quantity", "must be 1: make one item for each")
    service = item.inner("service", needed=True)
    if service is None or action is None:
        return None
    if action in {MODIFY, DELETE}:
        return asked(service, name or "", action)
    return _added(service, name or "", desk)


def _added(service: Reader, item: str, desk: Desk) -> Line | None:
    service.only(SERVICE, explain)
    service.type_is("Service", "ServiceRefOrValue")
    offering = ordered(service, desk)
    said, places = answers(service)
    if offering is None:
        return None
    good = checked(service, desk, offering, said, places)
    if not good:
        return None
    return Line(id=item, offering=offering, checked=good, asked=QUESTION in said)
