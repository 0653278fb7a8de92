"""What the shape of an offering file cannot say: rules between its parts.

They run on what was written, beside the check of the shape, so that one reading of the file
tells everything. A rule is silent about what the shape has found wrong already (`Written`).
"""

from __future__ import annotations

from collections.abc import Iterator

from catalog import place_rules
from catalog.complaints import Complaint
from catalog.form import NEEDED_BY
from catalog.messages import PATTERN, Problem
from catalog.offering import Parameter, Text
from catalog.place_rules import Kinds
from catalog.places import QUESTION
from catalog.reasons import Broken, Path, Reason, Sayable
from catalog.values import Wrong, typed_ever
from catalog.written import Written

_ONLY_FOR = {
    "choices": "choice",
    "pattern": "string",
    "min_length": "string",
    "max_length": "string",
    "multiline": "string",
    "minimum": "integer",
    "maximum": "integer",
}
_PAIRS = (("min_length", "max_length"), ("minimum", "maximum"))
_FORM_SAYS = Text(nb="skjemaet ville sagt", en="the form would say")
_RESERVED = frozenset({"plan", QUESTION})


def broken(written: Written, stem: str, kinds: Kinds | None) -> Iterator[Broken]:
    """Every broken rule of the file called `stem`.yaml, with its reason."""
    if (named := written.at("id")) is not None and named != stem:
        yield ("id",), Reason(Complaint.OTHER_ID, id=named, stem=stem)
    yield from place_rules.broken(written, kinds)
    yield from _known_parameters(written)
    yield from _mapped(written)
    for name in written.keys("parameters"):
        yield from _parameter(written, name)


def _known_parameters(written: Written) -> Iterator[Broken]:
    """The parameters the rest of the house reads by name."""
    for name in _RESERVED.intersection(written.keys("parameters")):
        yield ("parameters", name), Reason(Complaint.RESERVED)
    here = ("parameters", "name")
    if written.at("parameters") and not written.at(*here) and written.sound(*here):
        yield ("parameters",), Reason(Complaint.NO_NAME)
    elif written.at(*here, "type") not in {None, "string"}:
        yield (*here, "type"), Reason(Complaint.NAME_TYPE)
    elif written.at(*here, "required") is False:
        yield (*here, "required"), Reason(Complaint.NAME_REQUIRED)
    if written.at("parameters", NEEDED_BY, "type") not in {None, "date"}:
        yield ("parameters", NEEDED_BY, "type"), Reason(Complaint.NEEDED_BY_TYPE)


def _mapped(written: Written) -> Iterator[Broken]:
    """A provider parameter has one source."""
    seen: dict[str, str] = {}
    for name in written.keys("parameters"):
        here = ("parameters", name, "maps_to")
        target = written.at(*here)
        if not isinstance(target, str):
            continue
        if other := seen.setdefault(target, name) if target in seen else None:
            yield here, Reason(Complaint.MAPPED_TWICE, key=target, field=other)
        seen.setdefault(target, name)
        for fixing in _fixing(written, target):
            yield here, fixing


def _fixing(written: Written, target: str) -> Iterator[Reason]:
    """Who decides the provider parameter `target` in the customer's place."""
    for place in written.keys("places"):
        if target in written.keys("places", place, "fixed"):
            yield Reason(Complaint.MAPPED_AND_FIXED_BY_PLACE, key=target, place=place)
    for plan in written.keys("plans"):
        here = ("plans", plan)
        keys = set(written.keys(*here, "fixed"))
        for place in written.keys(*here, "places"):
            keys |= set(written.keys(*here, "places", place, "fixed"))
        if target in keys:
            yield Reason(Complaint.MAPPED_AND_FIXED_BY_PLAN, key=target, plan=plan)


def _parameter(written: Written, name: str) -> Iterator[Broken]:
    here = ("parameters", name)
    kind = written.at(*here, "type")
    if not isinstance(kind, str):
        return
    given = written.keys(*here)
    for key in given:
        if _ONLY_FOR.get(key, kind) != kind:
            reason = Reason(Complaint.OTHER_TYPE, wanted=_ONLY_FOR[key], type=kind)
            yield (*here, key), reason
    if kind == "choice" and "choices" not in given:
        yield here, Reason(Complaint.NO_CHOICES)
    elif kind == "choice" and written.at(*here, "choices") == {}:
        yield (*here, "choices"), Reason(Complaint.EMPTY_CHOICES)
    for low, high in _PAIRS:
        least, most = written.at(*here, low), written.at(*here, high)
        if least is not None and most is not None and least > most:
            yield (*here, low), Reason(Complaint.MORE_THAN, key=high)
    yield from _fitting(written, name, kind)


def _fitting(written: Written, name: str, kind: str) -> Iterator[Broken]:
    """The default and the example are answers that the form would take."""
    here = ("parameters", name)
    raw = written.at(*here) or {}
    if "unanswered" in raw and written.at(*here, "required") is not False:
        yield (*here, "unanswered"), Reason(Complaint.NEVER_OPEN)
    if written.at(*here, "pattern") and "example" not in raw:
        yield (*here, "pattern"), Reason(Complaint.NO_EXAMPLE)
    if kind == "date" and "default" in raw:
        yield (*here, "default"), Reason(Complaint.DATE_DEFAULT)
        return
    for key in ("default", *(("example",) if kind == "string" else ())):
        if (value := written.at(*here, key)) is None or not _checkable(written, here):
            continue
        try:
            typed_ever(Parameter.model_construct(**{**raw, "hint": None}), value)
        except Wrong as wrong:
            yield (*here, key), Reason(Complaint.NO_ANSWER, why=_why(wrong))


def _why(wrong: Wrong) -> Sayable:
    if wrong.msgid == PATTERN:
        return Reason(Complaint.NO_MATCH)
    params = {"label": _FORM_SAYS, **wrong.params}
    return Problem(field="", msgid=wrong.msgid, params=params)


def _checkable(written: Written, here: Path) -> bool:
    keys = ("type", *_ONLY_FOR)
    return all(written.sound(*map(str, here), key) for key in keys)
