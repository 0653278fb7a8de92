"""Lists in pages, as IBM gives them: with a link to the rest."""

from __future__ import annotations

from emulators.ibm.call import Call, shown
from emulators.ibm.refusal import invalid
from emulators.ibm.store import Thing

MOST = 100
USUAL = 50
FILTERS = {
    "name": ("name",),
    "vpc.id": ("vpc", "id"),
    "resource_group.id": ("resource_group", "id"),
}


def page(call: Call, name: str, things: list[Thing], path: str) -> Thing:
    """The page of `things` that the call's query asks for."""
    for key, way in FILTERS.items():
        if wanted := call.query.get(key):
            things = [one for one in things if _at(one, way) == wanted]
    size, start = _number(call, "limit", USUAL), _number(call, "start", 0)
    if not 0 < size <= MOST:
        raise invalid("limit", size, f"is not from 1 to {MOST}")
    href = f"{call.base}/{path}?limit={size}"
    told: Thing = {
        "first": {"href": href},
        "limit": size,
        "total_count": len(things),
        name: [shown(one) for one in things[start : start + size]],
    }
    if start + size < len(things):
        told["next"] = {"href": f"{href}&start={start + size}", "start": str(start + size)}
    return told


def _number(call: Call, name: str, default: int) -> int:
    text = call.query.get(name, str(default))
    if not text.isdecimal():
        raise invalid(name, text, "is no number")
    return int(text)


def _at(thing: Thing, way: tuple[str, ...]) -> object:
    found: object = thing
    for key in way:
        found = found.get(key) if isinstance(found, dict) else None
    return found
