"""A folder of offering files in, checked offerings out. A bad file stops the house, by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from catalog.offering import Choice, Offering, Parameter, Plan, Text
from catalog.rules import Kinds, Written, broken
from catalog.source import Flaw, Source, dotted, read
from catalog.source import Path as Place

BUNDLED = Path(__file__).parent / "offerings"


class CatalogError(Exception):
    """Offering files are wrong; `problems` has one line for each thing: `file:line: reason`."""

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def load(folder: Path = BUNDLED, *, kinds: Kinds | None = None) -> Mapping[str, Offering]:
    """Every offering in `folder` by id, in the order of their file names.

    `kinds` says what each provider delivers; without it that is not checked. Raises CatalogError
    with everything that is wrong in all the files.
    """
    if not folder.is_dir():
        raise CatalogError(f"{folder}: no such folder; it must hold the offering files")
    offerings: dict[str, Offering] = {}
    problems: list[str] = []
    for path in sorted(folder.iterdir()):
        if path.suffix == ".yml":
            problems.append(f"{path.name}:1: call it {path.stem}.yaml, or nobody reads it")
        elif path.suffix == ".yaml" and not path.name.startswith("."):
            offering, flaws = _offering(path, kinds)
            problems.extend(f"{path.name}:{flaw.line}: {flaw.reason}" for flaw in flaws)
            if offering is not None:
                offerings[offering.id] = offering
    if problems:
        raise CatalogError(*problems)
    if not offerings:
        raise CatalogError(f"{folder}: no offering here; add one file per offering, like name.yaml")
    return MappingProxyType(offerings)


def _offering(path: Path, kinds: Kinds | None) -> tuple[Offering | None, list[Flaw]]:
    try:
        source = read(path.read_bytes())
    except OSError as error:
        return None, [Flaw(1, f"cannot be read: {error.strerror or error}")]
    if source.data is None:
        return None, source.flaws or [Flaw(1, "the file is empty")]
    offering, found = _validated(source)
    wrong = {place for place, _ in found} | source.holes
    found = [(place, reason) for place, reason in found if place not in source.holes]
    found.extend(broken(Written(source.data, wrong), path.stem, kinds))
    flaws = [Flaw(source.line(place), f"{dotted(place)}: {reason}") for place, reason in found]
    flaws = sorted({*source.flaws, *flaws}, key=lambda flaw: (flaw.line, flaw.reason))
    return (None if flaws else offering), flaws


def _validated(source: Source) -> tuple[Offering | None, list[tuple[Place, str]]]:
    try:
        return Offering.model_validate(source.data), []
    except ValidationError as error:
        details = error.errors(include_url=False, include_context=True)
        return None, list(dict.fromkeys(_found(details)))


def _found(details: list[ErrorDetails]) -> Iterator[tuple[Place, str]]:
    for detail in details:
        place = tuple(step for step in detail["loc"] if step != "[key]")
        if detail["type"] == "missing":
            yield place[:-1], f"`{place[-1]}` is missing"
        elif detail["type"] == "extra_forbidden":
            yield place, _unknown(place)
        else:
            yield _written(place), _plain(detail)


def _written(place: Place) -> Place:
    """The place without what pydantic adds for the members of a union."""
    members = {"str", "int", "bool", "float", "list", "dict", "nullable"}
    while place and place[-1] in members:
        place = place[:-1]
    return place


def _unknown(place: Place) -> str:
    """An unknown key, and the word that was probably meant."""
    known = list(_shape(place).model_fields)
    close = get_close_matches(str(place[-1]), known, n=1)
    return f"unknown key; {f'did you mean `{close[0]}`?' if close else f'known: {known}'}"


def _shape(place: Place) -> type[BaseModel]:
    match place:
        case [_]:
            return Offering
        case ["plans", _, _]:
            return Plan
        case ["parameters", _, _]:
            return Parameter
        case ["parameters", _, "choices", _, _]:
            return Choice
        case _:
            return Text


def _plain(detail: ErrorDetails) -> str:
    given: Any = detail["input"]
    wanted = {
        "string_type": "text",
        "int_type": "a whole number",
        "bool_type": "true or false",
        "model_type": "keys and values",
        "mapping_type": "keys and values",
        "dict_type": "keys and values",
    }.get(detail["type"])
    if wanted is None:
        return detail["msg"]
    quotes = ": put it in quotes" if wanted == "text" and isinstance(given, int | float) else ""
    if detail["type"] == "model_type" and _shape((*detail["loc"], "")) is Text:
        wanted = "`nb` and `en`"
    shown = "nothing" if given is None else f"{given!r:.60}"
    return f"must be {wanted}, not {shown}{quotes}"
