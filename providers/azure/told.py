"""Reading what Azure tells: leniently, because it tells more and other than it describes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Told = Mapping[str, Any]


def part(body: object, *path: str) -> Told:
    """The object at a path; empty when there is none, or what is there is no object."""
    found: object = body
    for name in path:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def text(body: object, *path: str) -> str:
    """The text at a path; empty when there is none."""
    found = part(body, *path[:-1]).get(path[-1])
    return found if isinstance(found, str) else ""


def number(body: object, *path: str) -> int | None:
    """The whole number at a path, also one told as text; None when there is none."""
    found = part(body, *path[:-1]).get(path[-1])
    if isinstance(found, bool):
        return None
    if isinstance(found, str) and found.isdecimal():
        return int(found)
    return int(found) if isinstance(found, int | float) else None


def each(body: object, *path: str) -> list[Told]:
    """The objects in the list at a path."""
    found = part(body, *path[:-1]).get(path[-1])
    if isinstance(found, str) or not isinstance(found, Sequence):
        return []
    return [one for one in found if isinstance(one, Mapping)]


def texts(body: object, *path: str) -> list[str]:
    """The texts in the list at a path; also of one told as text with commas."""
    found = part(body, *path[:-1]).get(path[-1])
    if isinstance(found, str):
        return [one.strip() for one in found.split(",") if one.strip()]
    if not isinstance(found, Sequence):
        return []
    return [one for one in found if isinstance(one, str)]


def tags(body: object) -> dict[str, str]:
    return {str(k): v for k, v in part(body, "tags").items() if isinstance(v, str)}


def same(one: str, other: str) -> bool:
    """Whether two of Azure's words are the same: it does not mind case, nor spaces in a place."""
    return one.replace(" ", "").lower() == other.replace(" ", "").lower()
