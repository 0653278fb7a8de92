"""One answer against one parameter: the typed value, or what is wrong with it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from catalog import messages as m
from catalog.expressions import matches
from catalog.offering import LARGEST, LONGEST, Parameter, ParameterType, Text, Value

USUAL_LENGTH = 200  # of a string whose file states no max_length
YEARS_AHEAD = 10

_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# Cc control, Cf invisible formatting (also what turns text around), Cs half characters,
# Co private, Zl and Zp separators that only some programs show as new lines.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
_DATE_EXAMPLE: Final = Text(nb="24.12.2026", en="2026-12-24")


class Wrong(Exception):
    """The answer cannot be used; `msgid` and `params` as in messages.Problem, without label."""

    def __init__(self, msgid: str, **params: Text | str | int) -> None:
        super().__init__(msgid)
        self.msgid = msgid
        self.params = params


def blank(given: object) -> bool:
    return given is None or (isinstance(given, str) and not given.strip())


def typed(parameter: Parameter, given: object, today: date) -> Value:
    """`given`, which is not blank, as a JSON-ready value of the parameter's type; or Wrong.

    Strict: 5 is an integer, "5" and 5.0 and true are not. A date is an ISO date, as text.
    """
    return _BY_TYPE[parameter.type](parameter, given, today)


def typed_ever(parameter: Parameter, given: object) -> Value:
    """`typed` for what an offering file says: no date in it can have passed."""
    return typed(parameter, given, date.min)


def _string(parameter: Parameter, given: object, _today: date) -> str:
    if not isinstance(given, str):
        raise Wrong(m.NOT_TEXT)
    text = unicodedata.normalize("NFC", given.replace("\r\n", "\n")).strip()
    allowed = "\n" if parameter.multiline else ""
    if any(unicodedata.category(c) in _UNSEEN and c not in allowed for c in text):
        raise Wrong(m.UNSEEN)
    longest = parameter.max_length or (LONGEST if parameter.multiline else USUAL_LENGTH)
    if len(text) > longest:
        raise Wrong(m.TOO_LONG, count=longest, written=len(text))
    if len(text) < (parameter.min_length or 1):
        raise Wrong(m.TOO_SHORT, count=parameter.min_length or 1)
    if parameter.pattern and not matches(parameter.pattern, text):
        raise _mismatch(parameter)
    return text


def _mismatch(parameter: Parameter) -> Wrong:
    example = parameter.example or ""
    if parameter.hint is None:
        return Wrong(m.PATTERN, example=example)
    if example and example in parameter.hint.nb and example in parameter.hint.en:
        return Wrong(m.AS_DESCRIBED, hint=parameter.hint)
    return Wrong(m.PATTERN_HINT, example=example, hint=parameter.hint)


def _integer(parameter: Parameter, given: object, _today: date) -> int:
    if not isinstance(given, int) or isinstance(given, bool):
        raise Wrong(m.NOT_INTEGER)
    least = -LARGEST if parameter.minimum is None else parameter.minimum
    most = LARGEST if parameter.maximum is None else parameter.maximum
    if given < least:
        raise Wrong(m.TOO_SMALL, limit=least)
    if given > most:
        raise Wrong(m.TOO_LARGE, limit=most)
    return given


def _boolean(_parameter: Parameter, given: object, _today: date) -> bool:
    if not isinstance(given, bool):
        raise Wrong(m.NOT_BOOLEAN)
    return given


def _choice(parameter: Parameter, given: object, _today: date) -> str:
    if not isinstance(given, str) or given.strip() not in parameter.choices:
        raise Wrong(m.CHOICE, choices=", ".join(parameter.choices))
    return given.strip()


def _date(_parameter: Parameter, given: object, today: date) -> str:
    text = given.strip() if isinstance(given, str) else ""
    try:
        day = date.fromisoformat(text) if _ISO_DATE.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None:
        raise Wrong(m.DATE, example=_DATE_EXAMPLE)
    if day < today:
        raise Wrong(m.DATE_PASSED)
    limit = date(today.year + YEARS_AHEAD, 1, 1)
    if day >= limit:
        raise Wrong(m.DATE_TOO_FAR, limit=Text(nb=limit.strftime("%d.%m.%Y"), en=limit.isoformat()))
    return day.isoformat()


_BY_TYPE: Mapping[ParameterType, Callable[[Parameter, object, date], Value]] = {
    "string": _string,
    "integer": _integer,
    "boolean": _boolean,
    "choice": _choice,
    "date": _date,
}
