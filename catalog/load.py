"""A folder of offering files in, checked offerings out. A bad file stops the house, by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from catalog import bundles, places
from catalog.complaints import Complaint
from catalog.offering import Offering
from catalog.place_rules import Kinds
from catalog.reasons import Broken, Flaw, Reason
from catalog.rules import broken
from catalog.shape import validated
from catalog.source import Source, read
from catalog.written import Written

BUNDLED = Path(__file__).parent / "offerings"


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
        f"{one.name}:{flaw.line}: {flaw.english}" for one in files for flaw in one.flaws
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
        file.flaws.append(Flaw(1, Reason(Complaint.OTHER_ENDING, name=path.stem)))
        return file
    try:
        content = path.read_bytes()
    except OSError as error:
        reason = Reason(Complaint.UNREADABLE, why=error.strerror or str(error))
        file.flaws.append(Flaw(1, reason))
        return file
    return _read(file, content, path.stem, kinds)


def _read(file: _File, content: bytes, stem: str, kinds: Kinds | None) -> _File:
    file.source = source = read(content)
    if source.data is None:
        file.flaws.extend(source.flaws or [Flaw(1, Reason(Complaint.EMPTY_FILE))])
        return file
    offering, found = validated(source.data)
    wrong = {path for path, _ in found} | source.holes
    found = [(path, reason) for path, reason in found if path not in source.holes]
    found.extend(broken(Written(source.data, wrong), stem, kinds))
    flaws = {(one.line, one.english): one for one in (*source.flaws, *_flaws(source, found))}
    file.flaws.extend(flaws[key] for key in sorted(flaws))
    file.offering = None if flaws else offering
    return file


def _flaws(source: Source, found: Iterable[Broken]) -> list[Flaw]:
    return [Flaw(source.line(path), reason, path) for path, reason in found]
