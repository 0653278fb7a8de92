"""A folder of offering files in, checked offerings out. A bad file stops the house, by name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from catalog import bundles, places
from catalog.offering import Choice, Expiry, Offering, Parameter, Part, Plan, Terms, Text
from catalog.offering import Place as Site
from catalog.place_rules import Kinds
from catalog.rules import broken
from catalog.source import Flaw, Source, dotted, read
from catalog.source import Path as Place
from catalog.written import Written

BUNDLED = Path(__file__).parent / "offerings"

_SHAPES: Mapping[tuple[str, ...], type[BaseModel]] = {
    (): Offering,
    ("places",): Site,
    ("items",): Part,
    ("expires",): Expiry,
    ("plans",): Plan,
    ("plans", "places"): Terms,
    ("parameters",): Parameter,
    ("parameters", "choices"): Choice,
}


class CatalogError(Exception):
    """Offering files are wrong; `problems` has one line for each thing: `file:line: reason`."""

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def load(folder: Path = BUNDLED, *, kinds: Kinds | None = None) -> Mapping[str, Offering]:
    """Every offering in `folder` by id, in alphabetical order.

    `kinds` says what each provider delivers; without it that is not checked. Raises CatalogError
    with everything that is wrong in all the files.
    """
    if not folder.is_dir():
        raise CatalogError(f"{folder}: no such folder; it must hold the offering files")
    files = [_file(path, kinds) for path in sorted(folder.iterdir()) if _meant(path)]
    sound = {file.offering.id: file.offering for file in files if file.offering is not None}
    simple = {name: places.settled(one) for name, one in sound.items() if not one.items}
    offerings = dict(simple)
    for file in files:
        if file.offering is not None and file.offering.items:
            found = list(bundles.broken(file.offering, {**sound, **simple}))
            file.flaws.extend(_flaws(file.source, found))
            if not found:
                offerings[file.offering.id] = bundles.settled(file.offering, simple)
    if problems := [
        f"{one.name}:{flaw.line}: {flaw.reason}" for one in files for flaw in one.flaws
    ]:
        raise CatalogError(*problems)
    if not offerings:
        raise CatalogError(f"{folder}: no offering here; add one file per offering, like name.yaml")
    return MappingProxyType({name: offerings[name] for name in sorted(offerings)})


@dataclass(slots=True)
class _File:
    """One file as read: the offering if it is sound by itself, and all that is wrong."""

    name: str
    source: Source
    flaws: list[Flaw]
    offering: Offering | None = None


def _meant(path: Path) -> bool:
    """Whether somebody meant `path` as an offering file."""
    return path.suffix in {".yaml", ".yml"} and not path.name.startswith(".")


def written(id_: str, folder: Path = BUNDLED) -> str | None:
    """The text of the offering's file, if it has one."""
    names = {path.stem: path for path in folder.iterdir() if _meant(path)}
    return names[id_].read_text("utf8") if id_ in names else None


def read_one(
    content: bytes, stem: str, others: Mapping[str, Offering], kinds: Kinds | None = None
) -> tuple[Offering | None, list[Flaw]]:
    """One offering as `stem`.yaml would hold it, among `others`; or all that is wrong with it."""
    file = _read(_File(f"{stem}.yaml", Source(), []), content, stem, kinds)
    if file.offering is None:
        return None, file.flaws
    if not file.offering.items:
        return places.settled(file.offering), []
    if found := list(bundles.broken(file.offering, others)):
        return None, _flaws(file.source, found)
    return bundles.settled(file.offering, others), []


def _file(path: Path, kinds: Kinds | None) -> _File:
    file = _File(path.name, Source(), [])
    if path.suffix == ".yml":
        file.flaws.append(Flaw(1, f"call it {path.stem}.yaml, or nobody reads it"))
        return file
    try:
        content = path.read_bytes()
    except OSError as error:
        file.flaws.append(Flaw(1, f"cannot be read: {error.strerror or error}"))
        return file
    return _read(file, content, path.stem, kinds)


def _read(file: _File, content: bytes, stem: str, kinds: Kinds | None) -> _File:
    file.source = source = read(content)
    if source.data is None:
        file.flaws.extend(source.flaws or [Flaw(1, "the file is empty")])
        return file
    offering, found = _validated(source)
    wrong = {place for place, _ in found} | source.holes
    found = [(place, reason) for place, reason in found if place not in source.holes]
    found.extend(broken(Written(source.data, wrong), stem, kinds))
    flaws = {*source.flaws, *_flaws(source, found)}
    file.flaws.extend(sorted(flaws, key=lambda flaw: (flaw.line, flaw.reason)))
    file.offering = None if flaws else offering
    return file


def _flaws(source: Source, found: Iterable[tuple[Place, str]]) -> list[Flaw]:
    return [Flaw(source.line(place), f"{dotted(place)}: {reason}") for place, reason in found]


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
        elif not _other_member(detail):
            yield tuple(step for step in place if not _member(step)), _plain(detail)


def _member(step: str | int) -> bool:
    """Whether pydantic added `step` to the place, for a member of a union."""
    members = {"str", "int", "bool", "float", "list", "dict", "nullable", "constrained-str"}
    return step in members or str(step).startswith("dict[")


def _other_member(detail: ErrorDetails) -> bool:
    """A complaint of that member of a union which was not meant."""
    last = str(detail["loc"][-1]) if detail["loc"] else ""
    mapping = isinstance(detail["input"], Mapping)
    return (mapping and last == "constrained-str") or (not mapping and last.startswith("dict["))


def _unknown(place: Place) -> str:
    """An unknown key, and the word that was probably meant."""
    known = list(_shape(place).model_fields)
    close = get_close_matches(str(place[-1]), known, n=1)
    return f"unknown key; {f'did you mean `{close[0]}`?' if close else f'known: {known}'}"


def _shape(place: Place) -> type[BaseModel]:
    """What the thing with the key `place` should look like; sections and names take turns."""
    return _SHAPES.get(tuple(map(str, place[:-1][::2])), Text)


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
