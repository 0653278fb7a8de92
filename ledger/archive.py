"""The file of a backup: a zip with a JSON line per row, table by table, and a manifest at its end.

It names columns and counts rows, so that a copy cut short, or changed, is refused and not half
taken. It knows nothing of what the tables mean.
"""

from __future__ import annotations

import base64
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from zlib import error as ZlibError  # noqa: N812 - zlib's own name for it is not a class's

from ledger.errors import BackupRefused

FORMAT = 1
MANIFEST = "manifest.json"
Rows = Iterable[Sequence[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """One table: its columns in the order of each row, how many rows, and the hash of the lines."""

    columns: tuple[str, ...]
    rows: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """`schema` is the revision the tables stood at; `made_at` in UTC."""

    made_at: datetime
    schema: str
    tables: Mapping[str, Held]

    @property
    def orders(self) -> int:
        return self.tables["orders"].rows if "orders" in self.tables else 0


def written_archive(
    file: Path, now: datetime, schema: str, found: Iterable[tuple[str, Sequence[str], Rows]]
) -> Manifest:
    """Write `found` (name, columns, rows of each table) and tell what was written."""
    held: dict[str, Held] = {}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
        for name, columns, rows in found:
            count, digest = 0, sha256()
            with archive.open(_member(name), "w", force_zip64=True) as lines:
                for row in rows:
                    line = json.dumps([_told(value) for value in row]).encode() + b"\n"
                    count += 1
                    digest.update(line)
                    lines.write(line)
            held[name] = Held(columns=tuple(columns), rows=count, sha256=digest.hexdigest())
        manifest = Manifest(made_at=now.astimezone(UTC), schema=schema, tables=held)
        told = {"format": FORMAT, **asdict(manifest), "made_at": manifest.made_at.isoformat()}
        archive.writestr(MANIFEST, json.dumps(told, indent=1))
    return manifest


class Archive:
    """A backup to read. Every method raises BackupRefused where the file is not what it was."""

    def __init__(self, file: Path, archive: zipfile.ZipFile) -> None:
        self._file, self._archive = file, archive
        with self._sound():
            self.manifest = _read_manifest(archive.read(MANIFEST))

    def rows(self, name: str) -> Iterator[dict[str, Any]]:
        """Each row by column; the last one comes only when the count and the hash agree."""
        held, count, digest = self.manifest.tables[name], 0, sha256()
        with self._sound(), self._archive.open(_member(name)) as lines:
            for line in lines:
                digest.update(line)
                count += 1
                yield dict(zip(held.columns, map(_meant, json.loads(line)), strict=True))
            if (count, digest.hexdigest()) != (held.rows, held.sha256):
                raise ValueError(f"table {name} has other rows than were written")

    @contextmanager
    def _sound(self) -> Iterator[None]:
        try:
            yield
        except (KeyError, ValueError, TypeError, OSError, ZlibError, zipfile.BadZipFile) as error:
            raise BackupRefused(
                f"{self._file} is damaged or no backup of a ledger ({error}): take another copy; "
                "nothing was restored",
            ) from error


@contextmanager
def archive_at(file: Path) -> Iterator[Archive]:
    """Raises BackupRefused when there is no such file or it is no backup."""
    try:
        archive = zipfile.ZipFile(file)
    except (OSError, zipfile.BadZipFile) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no backup of a ledger"
        raise BackupRefused(f"{file} cannot be read: {why}; nothing was restored") from error
    with archive:
        yield Archive(file, archive)


def _member(table: str) -> str:
    return f"tables/{table}.jsonl"


def _read_manifest(text: bytes) -> Manifest:
    told = json.loads(text)
    if told["format"] != FORMAT:
        raise ValueError(f"format {told['format']}, and this version reads format {FORMAT}")
    if "ledger" not in told["tables"]:
        raise ValueError("it names no table of events")
    held = {
        name: Held(columns=tuple(one["columns"]), rows=one["rows"], sha256=one["sha256"])
        for name, one in told["tables"].items()
    }
    made_at = datetime.fromisoformat(told["made_at"])
    return Manifest(made_at=made_at, schema=str(told["schema"]), tables=held)


def _told(value: object) -> object:
    match value:
        case datetime():
            return {"at": value.astimezone(UTC).isoformat()}
        case bytes() | memoryview():
            return {"bytes": base64.b64encode(value).decode()}
        case None | bool() | int() | float() | str():
            return value
        case _:
            raise TypeError(f"a column holds {type(value).__name__}, which no backup can carry")


def _meant(value: Any) -> Any:  # noqa: ANN401 - whatever JSON holds
    match value:
        case {"at": str(text)}:
            return datetime.fromisoformat(text)
        case {"bytes": str(text)}:
            return base64.b64decode(text)
        case _:
            return value
