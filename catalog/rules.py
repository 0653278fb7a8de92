"""What the shape of an offering file cannot say: rules between its parts.

They run on what was written, beside the check of the shape, so that one reading of the file
tells everything. A rule is silent about what the shape has found wrong already (`Written`).
"""

from __future__ import annotations

from collections.abc import Iterator

from catalog import place_rules
from catalog.form import NEEDED_BY
from catalog.messages import PATTERN, Problem
from catalog.offering import Parameter
from catalog.place_rules import Broken, Kinds
from catalog.places import QUESTION
from catalog.source import Path
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
_RESERVED = frozenset({"plan", QUESTION})


def broken(written: Written, stem: str, kinds: Kinds | None) -> Iterator[Broken]:
    """Every broken rule of the file called `stem`.yaml, as (path, reason)."""
    if (named := written.at("id")) is not None and named != stem:
        yield ("id",), f"is {named!r} but the file is called {stem!r}: make them the same"
    yield from place_rules.broken(written, kinds)
    yield from _known_parameters(written)
    yield from _mapped(written)
    for name in written.keys("parameters"):
        yield from _parameter(written, name)


def _known_parameters(written: Written) -> Iterator[Broken]:
    """The parameters the rest of the house reads by name."""
    for name in _RESERVED.intersection(written.keys("parameters")):
        yield ("parameters", name), "is the form's own word: call the parameter something else"
    here = ("parameters", "name")
    if written.at("parameters") and not written.at(*here) and written.sound(*here):
        yield ("parameters",), "`name` is missing: it names what is delivered"
    elif written.at(*here, "type") not in {None, "string"}:
        yield (*here, "type"), "must be string: it names what is delivered"
    elif written.at(*here, "required") is False:
        yield (*here, "required"), "must be true: the answer names what is delivered"
    if written.at("parameters", NEEDED_BY, "type") not in {None, "date"}:
        yield ("parameters", NEEDED_BY, "type"), "must be date: it says when it is needed"


def _mapped(written: Written) -> Iterator[Broken]:
    """A provider parameter has one source."""
    seen: dict[str, str] = {}
    for name in written.keys("parameters"):
        here = ("parameters", name, "maps_to")
        target = written.at(*here)
        if not isinstance(target, str):
            continue
        if other := seen.setdefault(target, name) if target in seen else None:
            yield here, f"{target!r} gets the answer of `{other}` already"
        seen.setdefault(target, name)
        for who in _fixing(written, target):
            yield here, f"{target!r} is fixed by {who}: take one of them out"


def _fixing(written: Written, target: str) -> Iterator[str]:
    """Who decides the provider parameter `target` in the customer's place."""
    for place in written.keys("places"):
        if target in written.keys("places", place, "fixed"):
            yield f"place `{place}`"
    for plan in written.keys("plans"):
        here = ("plans", plan)
        keys = set(written.keys(*here, "fixed"))
        for place in written.keys(*here, "places"):
            keys |= set(written.keys(*here, "places", place, "fixed"))
        if target in keys:
            yield f"plan `{plan}`"


def _parameter(written: Written, name: str) -> Iterator[Broken]:
    here = ("parameters", name)
    kind = written.at(*here, "type")
    if not isinstance(kind, str):
        return
    given = written.keys(*here)
    for key in given:
        if _ONLY_FOR.get(key, kind) != kind:
            yield (*here, key), f"is for type {_ONLY_FOR[key]}, this is {kind}"
    if kind == "choice" and "choices" not in given:
        yield here, "a choice needs `choices`"
    elif kind == "choice" and written.at(*here, "choices") == {}:
        yield (*here, "choices"), "is empty: there is nothing to choose"
    for low, high in _PAIRS:
        least, most = written.at(*here, low), written.at(*here, high)
        if least is not None and most is not None and least > most:
            yield (*here, low), f"is more than `{high}`"
    yield from _fitting(written, name, kind)


def _fitting(written: Written, name: str, kind: str) -> Iterator[Broken]:
    """The default and the example are answers that the form would take."""
    here = ("parameters", name)
    raw = written.at(*here) or {}
    if written.at(*here, "pattern") and "example" not in raw:
        yield (*here, "pattern"), "needs an `example` that it matches, to show people"
    if kind == "date" and "default" in raw:
        yield (*here, "default"), "a date has no default: it would grow old"
        return
    for key in ("default", *(("example",) if kind == "string" else ())):
        if (value := written.at(*here, key)) is None or not _checkable(written, here):
            continue
        try:
            typed_ever(Parameter.model_construct(**{**raw, "hint": None}), value)
        except Wrong as wrong:
            yield (*here, key), f"is no answer to this question: {_why(wrong)}"


def _why(wrong: Wrong) -> str:
    if wrong.msgid == PATTERN:
        return "`pattern` does not match it"
    params = {"label": "the form would say", **wrong.params}
    return Problem(field="", msgid=wrong.msgid, params=params).english


def _checkable(written: Written, here: Path) -> bool:
    keys = ("type", *_ONLY_FOR)
    return all(written.sound(*map(str, here), key) for key in keys)
