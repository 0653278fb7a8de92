"""CSV by columns, fast enough for a whole price list, and every refusal with its line."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from rightcloud.columns import Numbers, frozen, numbers, words
from rightcloud.documents import text_of
from rightcloud.errors import Refused, Told
from rightcloud.flaws import Flaw

LAST_DAY = date(2999, 12, 31)

Split = tuple[list[str], list[str], Sequence[int]]


@dataclass(frozen=True, slots=True)
class Table:
    """A CSV document by columns. Row `i` stands on line `lines[i]`."""

    name: str
    columns: dict[str, list[str]]
    lines: Sequence[int]

    def __len__(self) -> int:
        return len(self.lines)

    def refused(self, row: int, column: str, flaw: Flaw, /, **gaps: str) -> Refused:
        return Refused(Told(flaw, f"{self.name}:{self.lines[row]}: {column}: ", **gaps))

    def numbers(self, column: str, *, least: float = 0, above: bool = False) -> Numbers:
        """The column as finite numbers of at least (or, with `above`, more than) `least`."""
        spelt = words(self.columns[column])  # a price list says few numbers, many times
        found = [number_of(word) for word in spelt.words]
        values = numbers([math.nan if number is None else number for number in found])
        enough = values > least if above else values >= least
        if not np.all(enough & np.isfinite(values)):
            raise self._not_number(column, least, above=above)
        return frozen(values[spelt.codes])

    def _not_number(self, column: str, least: float, *, above: bool) -> Refused:
        for row, value in enumerate(self.columns[column]):
            number = number_of(value)
            if number is None:
                return self.refused(row, column, Flaw.NOT_NUMBER, text=value[:40])
            if not (number > least if above else number >= least) or math.isinf(number):
                flaw = Flaw.MORE_THAN if above else Flaw.AT_LEAST
                return self.refused(row, column, flaw, text=value[:40], limit=f"{least:g}")
        raise AssertionError(f"{self.name}: no wrong number in {column}")

    def known(self, column: str, words: frozenset[str]) -> list[str]:
        """The column; Refused at the first word that is not known."""
        values = self.columns[column]
        if not set(values) <= words:
            row, word = next((row, word) for row, word in enumerate(values) if word not in words)
            listed = ", ".join(sorted(words))
            raise self.refused(row, column, Flaw.NOT_KNOWN, text=word[:40], known=listed)
        return values

    def said(self, column: str) -> list[str]:
        """The column; Refused where it is empty."""
        values = self.columns[column]
        if "" in values:
            raise self.refused(values.index(""), column, Flaw.EMPTY)
        return values

    def days(self, column: str) -> list[date | None]:
        """The column as dates, None where empty; Refused at what is no date."""
        return [self._day(row, column, value) for row, value in enumerate(self.columns[column])]

    def _day(self, row: int, column: str, value: str) -> date | None:
        if value and day_of(value) is None:
            raise self.refused(row, column, Flaw.NO_DATE, text=value[:40])
        return day_of(value)


def number_of(value: str) -> float | None:
    """The number a cell says; None for no number, NaN included."""
    try:  # Python reads 1_000 as a number; a price list that says so is damaged
        number = float(value) if "_" not in value else math.nan
    except ValueError:
        return None
    return None if math.isnan(number) else number


def day_of(value: object) -> date | None:
    """The date of an ISO text, None when it is none, or too late to add years to."""
    try:
        day = date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return day if day is not None and day <= LAST_DAY else None


def table_of(content: bytes, name: str, wanted: Sequence[str]) -> Table:
    """The CSV document; Refused when a wanted column is missing or a row is not whole."""
    text = text_of(content, name)
    if not text.strip():
        raise Refused(Told(Flaw.EMPTY_FILE, f"{name}:1: "))
    header, flat, lines = _quoted(text, name) if '"' in text else _plain(text, name)
    if missing := [column for column in wanted if column not in header]:
        raise Refused(Told(Flaw.LACKS_COLUMN, f"{name}:1: ", columns=", ".join(missing)))
    if len(set(header)) < len(header):
        raise Refused(Told(Flaw.COLUMN_TWICE, f"{name}:1: "))
    if not lines:
        raise Refused(Told(Flaw.NO_ROWS, f"{name}:2: "))
    width = len(header)
    return Table(name, {column: flat[at::width] for at, column in enumerate(header)}, lines)


def _plain(text: str, name: str) -> Split:
    """Without quotes a row is its commas: one split for the whole file is several times faster."""
    rows = text.rstrip("\n").split("\n")
    header = rows[0].split(",")
    for number, row in enumerate(rows, 1):
        if row.count(",") != len(header) - 1:
            raise _ragged(name, number, row.count(",") + 1, len(header))
    return header, ",".join(rows[1:]).split(",") if rows[1:] else [], range(2, len(rows) + 1)


def _quoted(text: str, name: str) -> Split:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    flat: list[str] = []
    lines: list[int] = []
    try:
        header = next(reader)
        for row in reader:
            if len(row) != len(header):
                raise _ragged(name, reader.line_num, len(row), len(header))
            flat.extend(row)
            lines.append(reader.line_num)
    except csv.Error as error:
        where = f"{name}:{reader.line_num}: "
        raise Refused(Told(Flaw.NOT_CSV, where, why=str(error))) from None
    return header, flat, lines


def _ragged(name: str, line: int, found: int, wanted: int) -> Refused:
    flaw = Flaw.FEWER_FIELDS if found < wanted else Flaw.MORE_FIELDS
    return Refused(Told(flaw, f"{name}:{line}: ", found=str(found), wanted=str(wanted)))
