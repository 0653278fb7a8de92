"""Reading what IBM tells: leniently, because it tells more and other than its models describe."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from providers.types import Change

Told = Mapping[str, Any]


def part(body: object, *path: str) -> Told:
    """The object at a path; empty when there is none, or what is there is no object."""
    found: object = body
    for name in path:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def text(body: object, *path: str) -> str:
    """The text at a path, empty when there is none; numbers as text."""
    found = part(body, *path[:-1]).get(path[-1])
    if isinstance(found, bool) or not isinstance(found, str | int):
        return ""
    return str(found)


def number(body: object, *path: str) -> int | None:
    """The whole number at a path; None when there is none."""
    found = part(body, *path[:-1]).get(path[-1])
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def each(body: object, *path: str) -> list[Told]:
    """The objects in the list at a path."""
    found = part(body, *path[:-1]).get(path[-1])
    if isinstance(found, str) or not isinstance(found, Sequence):
        return []
    return [one for one in found if isinstance(one, Mapping)]


def reasons(body: object, name: str) -> str:
    """Why something is as it is, in IBM's own sentences."""
    told = (text(one, "message") or text(one, "code") for one in each(body, name))
    return "; ".join(one for one in told if one)


def difference(field: str, actual: Any, wanted: Any, *, replaces: bool = False) -> list[Change]:  # noqa: ANN401 - JSON
    """The change of one field, if there is one."""
    if actual == wanted:
        return []
    return [Change(field=field, actual=actual, wanted=wanted, replaces=replaces)]
