"""An order to send to the portal, from words on the command line or from a file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from cli.portal_api import SPECIFICATIONS, Correction, PortalApi, PortalRefused

_ANSWER = re.compile(r"/serviceOrderItem/(\d+)/service/serviceCharacteristic/(\d+)(?:/.*)?")
_NUMBERS = re.compile(r"-?[0-9]{1,18}")


class WishUnclear(Exception):
    """What was typed is no order; the lines say all that is wrong with it."""

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__(" ".join(lines))
        self.lines = tuple(lines)


def from_words(api: PortalApi, offering: str, plan: str, answers: Sequence[str]) -> dict[str, Any]:
    """One new thing, each answer of the type that the catalogue says; raises WishUnclear."""
    pairs = [tuple(part.strip() for part in one.partition("=")[::2]) for one in answers]
    names = [name for name, _ in pairs]
    wrong = [
        f"{one}: write it as name=value"
        for one, (name, _) in zip(answers, pairs, strict=True)
        if "=" not in one or not name
    ]
    wrong += sorted({f"{one}: stands twice" for one in names if one and names.count(one) > 1})
    if "plan" in names:
        wrong.append("plan: it stands after the offering already")
    if wrong:
        raise WishUnclear(wrong)
    types = _types(api, offering)
    said = [("plan", plan), *((name, _typed(value, types.get(name))) for name, value in pairs)]
    service = {
        "serviceSpecification": {"id": offering},
        "serviceCharacteristic": [{"name": name, "value": value} for name, value in said],
    }
    return {"serviceOrderItem": [{"id": "1", "action": "add", "service": service}]}


def to_move(instance: str, place: str) -> dict[str, Any]:
    """One thing that is to stand elsewhere."""
    service = {
        "id": instance,
        "serviceCharacteristic": [{"name": "place", "value": place}],
    }
    return {"serviceOrderItem": [{"id": "1", "action": "modify", "service": service}]}


def from_text(text: str) -> dict[str, Any]:
    """An order as TMF641 writes it; raises WishUnclear."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise WishUnclear([f"The file is no JSON: {error}."]) from error
    if not isinstance(found, dict):
        raise WishUnclear(["The file must hold one JSON object, an order as in docs/api.md."])
    return found


def told(corrections: Iterable[Correction], body: Mapping[str, Any]) -> list[str]:
    """Each with the name of its field, where it has one."""
    return [f"{_field(one.pointer, body)}: {one.reason}" for one in corrections]


def _types(api: PortalApi, offering: str) -> Mapping[str, str]:
    """By the name of the question; nothing when there is no such offering, which the order says."""
    try:
        found = api.get(f"{SPECIFICATIONS}/{quote(offering, safe='')}").json()
    except PortalRefused:
        return {}
    return {one["name"]: str(one.get("valueType")) for one in found["specCharacteristic"]}


def _typed(text: str, type_: str | None) -> object:
    """What cannot be read as its type is sent as it was typed: the portal says what is wrong."""
    if type_ == "boolean" and text.lower() in {"true", "yes", "false", "no"}:
        return text.lower() in {"true", "yes"}
    if type_ == "integer" and _NUMBERS.fullmatch(text):
        return int(text)
    return text


def _field(pointer: str, body: Mapping[str, Any]) -> str:
    if pointer.endswith("/serviceCharacteristic"):
        return "answers"
    found = _ANSWER.fullmatch(pointer)
    if found is None:
        return pointer or "the order"
    item, place = int(found[1]), int(found[2])
    try:
        name = str(
            body["serviceOrderItem"][item]["service"]["serviceCharacteristic"][place]["name"]
        )
    except (LookupError, TypeError):
        return pointer
    return name if len(body["serviceOrderItem"]) == 1 else f"item {item + 1}, {name}"
