"""Pages of a listing, with a link to the next; and the filters that ARM's own listings know."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

from emulators.azure.call import Call, Reply
from emulators.azure.errors import ArmError

TOKEN = "$skiptoken"  # noqa: S105 - a place in a list
SIZE = 50
CLAUSE = re.compile(r"\(?\s*(\w+)\s+eq\s+'([^']*)'\s*\)?")


def page(call: Call, items: Sequence[Mapping[str, Any]]) -> Reply:
    """The page that the query asks for."""
    size = min(SIZE, _number(call.query.get("$top"), SIZE))
    begin = _number(call.query.get(TOKEN), 0)
    body: dict[str, Any] = {"value": list(items[begin : begin + size])}
    if begin + size < len(items) and "$top" not in call.query:
        query = urlencode({**call.query, TOKEN: str(begin + size)}, quote_via=quote)
        body["nextLink"] = f"{call.base}{quote(call.path)}?{query}"
    return Reply(200, body)


def matches(question: str, body: Mapping[str, Any]) -> bool:
    """Whether a resource answers to a $filter. Raises ArmError for one ARM does not know."""
    if not question:
        return True
    tags = {str(k).lower(): v for k, v in (body.get("tags") or {}).items()}
    clauses = [_clause(text, question) for text in re.split(r"\s+and\s+", question.strip())]
    tag = next((value.lower() for name, value in clauses if name == "tagname"), None)
    for name, value in clauses:
        if name == "tagname":
            fits = value.lower() in tags
        elif name == "tagvalue":
            fits = tags.get(tag) == value if tag else value in tags.values()
        else:
            field = {"resourcetype": "type"}.get(name, name)
            fits = str(body.get(field, "")).lower() == value.lower()
        if not fits:
            return False
    return True


def _clause(text: str, question: str) -> tuple[str, str]:
    found = CLAUSE.fullmatch(text)
    known = {"tagname", "tagvalue", "resourcetype", "location", "name"}
    if found is None or found[1].lower() not in known:
        raise ArmError(
            400,
            "InvalidFilterInQueryString",
            f"Invalid $filter '{question}' specified in the query string.",
        )
    return found[1].lower(), found[2]


def _number(text: str | None, default: int) -> int:
    if text is None:
        return default
    if not text.isdecimal():
        raise ArmError(400, "InvalidQueryParameterValue", f"'{text}' is no number.")
    return int(text)
