"""The answers in the fields of a web form, which are all text, for `catalog.form.check`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from catalog.offering import Offering, ParameterType
from catalog.places import place_in

_FORM_DATE = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")
_FORM_NUMBER = re.compile(r"[+-]?[0-9]{1,18}")
_YES = frozenset({"on", "true", "1", "yes"})
_NO = frozenset({"off", "false", "0", "no"})


def from_form(offering: Offering, form: Mapping[str, str]) -> dict[str, object]:
    """The answers in a web form's fields.

    What can be read as the parameter's type is; what cannot stays as it was typed, so that
    `check` says what is wrong and the form shows it again. A boolean that is not there is false
    (an empty tick box sends nothing). What is not asked at the chosen place is left out: the form
    may still hold it from before another place was chosen. `plan` and names that begin with `_`
    are the form's own.
    """
    answers: dict[str, object] = {}
    place = place_in(offering, form)
    for name, parameter in offering.parameters.items():
        if not parameter.asked_at(place):
            continue
        if parameter.type == "boolean":
            answers[name] = _ticked(form.get(name, "off"))
        elif name in form:
            answers[name] = _read(parameter.type, form[name])
    ours = {"plan", *offering.parameters}
    return answers | {
        name: text for name, text in form.items() if name not in ours and not name.startswith("_")
    }


def _ticked(text: str) -> object:
    word = text.strip().lower()
    if word in _YES:
        return True
    return False if word in _NO or not word else text


def _read(kind: ParameterType, text: str) -> object:
    if kind == "integer":
        digits = "".join(text.split())  # people write 10 000, with all sorts of spaces
        return int(digits) if _FORM_NUMBER.fullmatch(digits) else text
    if kind == "date" and (match := _FORM_DATE.fullmatch(text.strip())):
        day, month, year = match.groups()
        return f"{year}-{month:0>2}-{day:0>2}" if _exists(year, month, day) else text
    return text


def _exists(year: str, month: str, day: str) -> bool:
    try:
        date(int(year), int(month), int(day))
    except ValueError:
        return False
    return True
