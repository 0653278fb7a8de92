"""What was typed about an offering, put where it belongs in the file; or what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from typing import Any

from portal.own_fields import Data, Path, Spot
from portal.speech import N_

LONGEST = 2000
MINUTES = 60
EMPTY = N_("Write something here.")
ONE_LANGUAGE = N_("Write it in both languages, or in neither.")
NUMBER = N_("Write a whole number, 0 or more.")
HOURS = N_("Write hours, like 8 or 1,5.")
CHOICES = N_("Write one choice on each line: id | Bokmål | English.")
TOO_LONG = N_("That is too long: at most 2,000 characters.")

Wrong = dict[str, str]
_CHOICE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_HOURS = re.compile(r"[0-9]{1,4}([.,][0-9]{1,2})?")


class Unfit(Exception):
    """What was typed is no answer; the text is a message id."""


def applied(
    data: Data, spots: Sequence[Spot], typed: Mapping[str, str]
) -> tuple[dict[str, Any], Wrong]:
    """A copy of `data` with what was typed, and what is wrong by field."""
    new, wrong = deepcopy(dict(data)), Wrong()
    for spot in spots:
        try:
            value = _value(spot, typed, data)
        except Unfit as error:
            wrong[spot.name] = str(error)
        else:
            _put(new, spot.path, value)
    return new, wrong


def _value(spot: Spot, typed: Mapping[str, str], data: Data) -> object:
    """None takes it out of the file."""
    text = typed.get(spot.name, "").replace("\r\n", "\n").strip()
    if spot.sort == "tick":
        return None if text else False
    if len(text) > LONGEST:
        raise Unfit(TOO_LONG)
    if not text:
        if spot.required:
            raise Unfit(EMPTY)
        if spot.twin and typed.get(_twin(spot), "").strip():
            raise Unfit(ONE_LANGUAGE)
        return None
    reads: Mapping[str, Callable[[str], object]] = {"number": _number, "hours": _duration}
    if spot.sort == "choices":
        return _choices(text, data, spot.path)
    return reads[spot.sort](text) if spot.sort in reads else text


def _twin(spot: Spot) -> str:
    return f"{spot.name.rpartition('.')[0]}.{spot.twin[-1]}"


def _number(text: str) -> int:
    plain = re.sub(r"\s", "", text)
    if not (plain.isascii() and plain.isdecimal() and len(plain) <= 8):  # noqa: PLR2004 - any price
        raise Unfit(NUMBER)
    return int(plain)


def _duration(text: str) -> str:
    if not _HOURS.fullmatch(text):
        raise Unfit(HOURS)
    hours, minutes = divmod(round(float(text.replace(",", ".")) * MINUTES), MINUTES)
    said = f"PT{f'{hours}H' if hours else ''}{f'{minutes}M' if minutes else ''}"
    if said == "PT":
        raise Unfit(HOURS)
    return said


def _choices(text: str, data: Data, path: Path) -> dict[str, Any]:
    """Hints of those that stay are kept."""
    before: Any = data
    for key in path:
        before = before.get(key, {}) if isinstance(before, Mapping) else {}
    found: dict[str, Any] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        parts = [part.strip() for part in line.split("|")]
        id_ = parts[0]
        if len(parts) != 3 or not all(parts) or not _CHOICE.fullmatch(id_) or id_ in found:  # noqa: PLR2004 - id and two languages
            raise Unfit(CHOICES)
        found[id_] = {**before.get(id_, {}), "title": {"nb": parts[1], "en": parts[2]}}
    return found


def _put(data: dict[str, Any], path: Path, value: object) -> None:
    """Set it; with None take it out, and what is left empty around it."""
    *around, last = path
    if value is None:
        inner: Any = data
        for key in around:
            inner = inner.get(key, {})
        inner.pop(last, None)
        if around and not inner and last in {"nb", "en"}:
            _put(data, tuple(around), None)
        return
    for key in around:
        data = data.setdefault(key, {})
    data[last] = value
