"""The list filters of Compute Engine: `field = value` and the like, joined by AND and OR.

Offered are = != : eq ne, on fields reached by dots, values plain or in double quotes, `*` for
"has any"; parentheses around single terms, AND between them, or nothing, which means AND.
"""

from __future__ import annotations

import json
import re
from typing import Any

from emulators.google.refusal import Refusal

TERM = re.compile(
    r"\s*\(?\s*(?P<field>[A-Za-z][\w.\-]*)\s*(?P<op>!=|=|:|\beq\b|\bne\b)\s*"
    r"(?:\"(?P<quoted>[^\"]*)\"|(?P<plain>[^\s()]+))\s*\)?\s*"
)
JOINT = re.compile(r"(AND|OR)\b\s*")
MISSING = object()


def matches(expression: str, thing: dict[str, Any]) -> bool:
    """Whether `thing` fits. Raises Refusal for an expression that cannot be read."""
    either = False  # any of the groups joined by OR
    group = True
    at = 0
    while at < len(expression):
        term = TERM.match(expression, at)
        if term is None:
            raise Refusal(
                400,
                "invalid",
                f"Invalid value for field 'filter': '{expression}'. Invalid list filter "
                "expression.",
            )
        group = group and _fits(term, thing)
        at = term.end()
        joint = JOINT.match(expression, at)
        if joint:
            at = joint.end()
            if joint[1] == "OR":
                either, group = either or group, True
    return either or group


def certain(expression: str) -> list[str]:
    """Texts that the JSON of anything that fits must hold: lets a store leave most things out."""
    if re.search(r"\bOR\b", expression):
        return []
    return [
        f"{json.dumps(term['field'].removeprefix('labels.'))}: {json.dumps(value)}"
        for term in TERM.finditer(expression)
        if term["field"].startswith("labels.") and term["op"] == "="
        for value in [term["quoted"] if term["quoted"] is not None else term["plain"]]
        if value != "*"
    ]


def _fits(term: re.Match[str], thing: dict[str, Any]) -> bool:
    wanted = term["quoted"] if term["quoted"] is not None else term["plain"]
    found = _field(thing, term["field"])
    operator = term["op"]
    if operator in {"eq", "ne"}:  # these take a regular expression, on the whole value
        hit = found is not MISSING and re.fullmatch(wanted, _text(found)) is not None
        return hit == (operator == "eq")
    if wanted == "*":
        return (found is not MISSING) != (operator == "!=")
    if operator == ":":
        return found is not MISSING and wanted.lower() in _text(found).lower()
    return (found is not MISSING and _text(found) == wanted) == (operator == "=")


def _field(thing: dict[str, Any], name: str) -> Any:  # noqa: ANN401 - JSON
    value: Any = thing
    for part in name.split("."):
        if not isinstance(value, dict) or part not in value:
            return MISSING
        value = value[part]
    return value


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
