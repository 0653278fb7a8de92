"""An event log, as process mining knows it: case, activity, time. Read row by row, never whole.

CSV with any column names, or XES; gzip or plain. Rows may come in any order and in several time
zones. What cannot be understood is refused with the number of its row.
"""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import BinaryIO, TextIO

from leadtime.errors import BadLog


@dataclass(frozen=True, slots=True)
class Columns:
    """What the log calls them."""

    case: str = "CaseID"
    activity: str = "ActivityID"
    timestamp: str = "CompleteTimestamp"


@dataclass(frozen=True, slots=True)
class Row:
    """One event. `at` in UTC; `number` counts lines from 1, the header being line 1."""

    number: int
    case: str
    activity: str
    at: datetime


def rows(path: Path, columns: Columns, zone: tzinfo = UTC) -> Iterator[Row]:
    """The events of a CSV file in its own order. `zone` is that of times which name none.

    Raises BadLog with the row's number for a missing column, case, activity or time.
    """
    wanted = (columns.case, columns.activity, columns.timestamp)
    with _text(path) as text:
        table = csv.DictReader(text, strict=True)
        try:
            _must_have(path, wanted, table.fieldnames or ())
            for row in table:
                yield _row(path, table.line_num, [row[name] or "" for name in wanted], zone)
        except (csv.Error, UnicodeDecodeError) as wrong:
            raise BadLog(path, table.line_num, f"is not CSV in UTF-8: {wrong}") from None


def _must_have(path: Path, wanted: Sequence[str], have: Sequence[str]) -> None:
    for name in wanted:
        if name not in have:
            named = ", ".join(have) or "none"
            raise BadLog(path, 1, f"has no column {name!r}; its columns are: {named}")


def _row(path: Path, number: int, found: list[str], zone: tzinfo) -> Row:
    case, activity, written = (value.strip() for value in found)
    if not case:
        raise BadLog(path, number, "names no case")
    if not activity:
        raise BadLog(path, number, f"names no activity of case {case!r}")
    if "\0" in case:
        raise BadLog(path, number, "has a zero byte in the name of its case")
    return Row(number, case, activity, moment(path, number, written, zone))


def moment(path: Path, number: int, written: str, zone: tzinfo) -> datetime:
    """An ISO 8601 time as UTC. Raises BadLog."""
    try:
        at = datetime.fromisoformat(written)
        return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadLog(path, number, f"{written!r} is no time: write it as ISO 8601") from None


@contextmanager
def opened(path: Path) -> Generator[BinaryIO]:
    """The file's bytes, unpacked where it is gzip. Raises BadLog."""
    try:
        with path.open("rb") as raw:
            packed = raw.read(2) == b"\x1f\x8b"
            raw.seek(0)
            if not packed:
                yield raw
                return
            with gzip.open(raw) as plain:
                yield plain  # type: ignore[misc]  # a GzipFile reads as a binary file does
    except (OSError, EOFError) as wrong:
        raise BadLog(path, 0, f"cannot be read: {wrong}") from None


@contextmanager
def _text(path: Path) -> Generator[TextIO]:
    with opened(path) as raw, io.TextIOWrapper(raw, encoding="utf-8-sig", newline="") as text:
        yield text
