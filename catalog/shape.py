"""Whether the data of a file has the shape of an offering: what pydantic finds, in our words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from catalog import scalars
from catalog.complaints import Complaint
from catalog.offering import Choice, Expiry, Offering, Parameter, Part, Place, Plan, Terms, Text
from catalog.reasons import Broken, Path, Reason

_SHAPES: Mapping[tuple[str, ...], type[BaseModel]] = {
    (): Offering,
    ("places",): Place,
    ("items",): Part,
    ("expires",): Expiry,
    ("plans",): Plan,
    ("plans", "places"): Terms,
    ("parameters",): Parameter,
    ("parameters", "choices"): Choice,
}
_WANTED = {
    "string_type": Complaint.WANTS_TEXT,
    "int_type": Complaint.WANTS_INTEGER,
    "bool_type": Complaint.WANTS_BOOLEAN,
    "model_type": Complaint.WANTS_KEYS,
    "mapping_type": Complaint.WANTS_KEYS,
    "dict_type": Complaint.WANTS_KEYS,
    "sequence_str": Complaint.WANTS_LIST,
    "is_instance_of": Complaint.WANTS_LIST,
}
_PATTERNS = {
    scalars.SLUG: Complaint.SLUG,
    scalars.CODE: Complaint.CODE,
    scalars.FIELD_ID: Complaint.FIELD_ID,
    scalars.PLACE_ID: Complaint.PLACE_ID,
    scalars.OUTPUT: Complaint.OUTPUT,
    scalars.ENDING: Complaint.ENDING,
}
# What breaks a limit, by the kind of limit; given what pydantic knows of it.
_LIMITS: Mapping[str, Callable[[Mapping[str, Any]], Reason]] = {
    "greater_than_equal": lambda known: Reason(Complaint.LEAST, limit=known["ge"]),
    "less_than_equal": lambda known: Reason(Complaint.MOST, limit=known["le"]),
    "too_long": lambda known: Reason(Complaint.LONGEST, limit=known["max_length"]),
    "string_too_long": lambda known: Reason(Complaint.LONGEST, limit=known["max_length"]),
    "too_short": lambda _: Reason(Complaint.EMPTY),
    "literal_error": lambda known: Reason(
        Complaint.WANTS_ONE_OF, choices=known["expected"].replace(" or ", ", ")
    ),
    "string_pattern_mismatch": lambda known: Reason(_PATTERNS[known["pattern"]]),
}


def validated(data: object) -> tuple[Offering | None, list[Broken]]:
    """The offering that `data` is; or None and everything that has another shape."""
    try:
        return Offering.model_validate(data), []
    except ValidationError as error:
        return None, list(_found(error.errors(include_url=False, include_context=True)))


def _found(details: list[ErrorDetails]) -> Iterator[Broken]:
    for detail in details:
        path = tuple(step for step in detail["loc"] if step != "[key]")
        if detail["type"] == "missing":
            yield path[:-1], Reason(Complaint.KEY_MISSING, key=str(path[-1]))
        elif detail["type"] == "extra_forbidden":
            yield path, _unknown(path)
        elif not _other_member(detail):
            yield tuple(step for step in path if not _member(step)), _plain(detail)


def _member(step: str | int) -> bool:
    """Whether pydantic added `step` to the path, for a member of a union."""
    members = {"str", "int", "bool", "float", "list", "dict", "nullable", "constrained-str"}
    return step in members or str(step).startswith("dict[")


def _other_member(detail: ErrorDetails) -> bool:
    """A complaint of that member of a union which was not meant."""
    last = str(detail["loc"][-1]) if detail["loc"] else ""
    mapping = isinstance(detail["input"], Mapping)
    return (mapping and last == "constrained-str") or (not mapping and last.startswith("dict["))


def _unknown(path: Path) -> Reason:
    """An unknown key, and the word that was probably meant."""
    known = list(_shape(path).model_fields)
    if close := get_close_matches(str(path[-1]), known, n=1):
        return Reason(Complaint.MISSPELT_KEY, meant=close[0])
    return Reason(Complaint.UNKNOWN_KEY, known=str(known))


def _shape(path: Path) -> type[BaseModel]:
    """What the thing with the key `path` should look like; sections and names take turns."""
    return _SHAPES.get(tuple(map(str, path[:-1][::2])), Text)


def _plain(detail: ErrorDetails) -> Reason:
    kind, known = detail["type"], detail.get("ctx", {})
    if kind in Complaint.__members__:
        return Reason(Complaint[kind], **known)
    if kind in _WANTED:
        return _wanted(detail)
    if kind in _LIMITS:
        return _LIMITS[kind](known)
    return Reason(Complaint.MISFIT, why=detail["msg"])


def _wanted(detail: ErrorDetails) -> Reason:
    given: Any = detail["input"]
    complaint = _WANTED[detail["type"]]
    if complaint is Complaint.WANTS_TEXT and isinstance(given, int | float):
        complaint = Complaint.WANTS_QUOTES
    if detail["type"] == "model_type" and _shape((*detail["loc"], "")) is Text:
        complaint = Complaint.WANTS_BOTH
    shown = Reason(Complaint.NOTHING) if given is None else f"{given!r:.60}"
    return Reason(complaint, given=shown)
