"""Bytes to JSON, strictly: what two readers could understand differently is refused."""

from __future__ import annotations

import json
import math
import unicodedata
from collections.abc import Iterator
from typing import Any

from fastapi import Request

from portal.tmf.error import Refused, Wrong

DEEPEST = 20
JSON = "application/json"
MERGE = frozenset({JSON, "application/merge-patch+json"})
LONGEST_NUMBER = 40  # characters; Python refuses to read thousands of digits anyway
# Not for text: control characters, halves of characters.
_UNSEEN = frozenset({"Cc", "Cs"})
_ALLOWED = "\n\r\t"


async def raw(request: Request) -> bytes:
    """The body, whose size has been checked at the edge."""
    return await request.body()


def read(
    request: Request, body: bytes, kinds: frozenset[str] = frozenset({JSON})
) -> dict[str, Any]:
    """The object in `body`; raises Refused (415) when it is said to be something else."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in kinds:
        raise Refused(415, "")
    return parse(body)


def parse(body: bytes) -> dict[str, Any]:
    """The object in `body`; raises Refused (400) with everything that is wrong with its text."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Refused(400, f"The body is not UTF-8: byte {error.start} is wrong.") from error
    if _depth(text) > DEEPEST:
        raise Refused(400, f"The body is nested more than {DEEPEST} levels deep.")
    try:
        found = json.loads(
            text,
            object_pairs_hook=_once,
            parse_constant=_no_constant,
            parse_float=_finite,
            parse_int=_whole,
        )
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise Refused(400, f"The body is not JSON: {error.msg} at {place}.") from error
    if not isinstance(found, dict):
        raise Refused(400, "The body must be a JSON object.", [Wrong("", "must be an object")])
    if wrongs := list(_unprintable(found, "")):
        raise Refused(400, "There are characters that cannot be used.", wrongs)
    return found


def step(pointer: str, key: str | int) -> str:
    """`pointer` and one step more (RFC 6901)."""
    return f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}"


def _depth(text: str) -> int:
    """How deep brackets nest; a bracket in a string counts as little as it should."""
    deepest = depth = 0
    quoted = escaped = False
    for character in text:
        if quoted:
            quoted = escaped or character != '"'
            escaped = character == "\\" and not escaped
        elif character == '"':
            quoted = True
        elif character in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif character in "]}":
            depth -= 1
    return deepest


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]  # add returns None, on purpose
        raise Refused(400, f"The key {twice[:80]!r} stands twice in one object.")
    return found


def _no_constant(name: str) -> float:
    raise Refused(400, f"{name} is not a JSON number.")


def _finite(text: str) -> float:
    number = float(text) if len(text) <= LONGEST_NUMBER else math.inf
    if not math.isfinite(number):
        raise Refused(400, f"The number {text[:20]}… is too large or too long.")
    return number


def _whole(text: str) -> int:
    if len(text) > LONGEST_NUMBER:
        raise Refused(400, f"The number {text[:20]}… is too long.")
    return int(text)


def _unprintable(value: object, pointer: str) -> Iterator[Wrong]:
    if isinstance(value, str):
        if not _clean(value):
            yield Wrong(pointer, "holds a control character or half a character")
    elif isinstance(value, dict):
        for key, inner in value.items():
            if not _clean(key):
                yield Wrong(pointer, "has a key with a control character or half a character")
            else:
                yield from _unprintable(inner, step(pointer, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _unprintable(inner, step(pointer, index))


def _clean(text: str) -> bool:
    return all(one in _ALLOWED or unicodedata.category(one) not in _UNSEEN for one in text)
