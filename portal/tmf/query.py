"""What every list of the API takes in its query, and how every resource is answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from fastapi import Request
from fastapi.responses import JSONResponse

from portal.tmf.error import Refused

MOST = 100
USUAL = 20
FARTHEST = 1_000_000
ALWAYS = frozenset({"@type", "id", "href"})  # what tells which resource it is

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """`fields` None asks for all of them; `filters` holds those that were given."""

    fields: frozenset[str] | None
    offset: int
    limit: int
    filters: Mapping[str, str]

    def page(self, found: Sequence[T]) -> Sequence[T]:
        """The page of a list that is in memory anyway."""
        return found[self.offset : self.offset + self.limit]


def listing(request: Request, fields: frozenset[str], filters: frozenset[str]) -> Query:
    """The query of a list; raises Refused (400) for what it does not know."""
    asked = request.query_params
    if unknown := set(asked) - {"fields", "offset", "limit"} - filters:
        known = ", ".join(sorted({"fields", "offset", "limit"} | filters))
        raise Refused(400, f"{min(unknown)[:40]} is no filter here; there are: {known}.")
    if twice := [name for name in asked if len(asked.getlist(name)) > 1]:
        raise Refused(400, f"{twice[0][:40]} stands twice; write it once.")
    return Query(
        fields=_fields(asked, fields),
        offset=_whole(asked, "offset", 0, 0, FARTHEST),
        limit=_whole(asked, "limit", USUAL, 1, MOST),
        filters={name: asked[name] for name in filters if name in asked},
    )


def single(request: Request, fields: frozenset[str]) -> frozenset[str] | None:
    """The fields that are wanted of one resource; raises Refused (400)."""
    if unknown := set(request.query_params) - {"fields"}:
        raise Refused(400, f"{min(unknown)[:40]} is not used here; fields is.")
    return _fields(request.query_params, fields)


def picked(found: Mapping[str, Any], fields: frozenset[str] | None) -> Mapping[str, Any]:
    """The wanted fields, and always what tells which resource it is."""
    if fields is None:
        return found
    return {key: value for key, value in found.items() if key in fields | ALWAYS}


def listed(
    found: Sequence[Mapping[str, Any]], fields: frozenset[str] | None, total: int
) -> JSONResponse:
    """A page of a list, told how long the whole is."""
    counts = {"X-Total-Count": str(total), "X-Result-Count": str(len(found))}
    return JSONResponse([picked(one, fields) for one in found], headers=counts)


def _whole(asked: Mapping[str, str], name: str, usual: int, least: int, most: int) -> int:
    text = asked.get(name, str(usual))
    number = (
        int(text) if text.isascii() and text.isdecimal() and len(text) <= len(str(most)) else -1
    )
    if not least <= number <= most:
        raise Refused(400, f"{name} must be a whole number from {least} to {most}.")
    return number


def _fields(asked: Mapping[str, str], known: frozenset[str]) -> frozenset[str] | None:
    if "fields" not in asked:
        return None
    wanted = frozenset(part.strip() for part in asked["fields"].split(",") if part.strip())
    if unknown := wanted - known - ALWAYS:
        names = ", ".join(sorted(known))
        raise Refused(400, f"fields: {min(unknown)[:40]} is none of: {names}.")
    return wanted
