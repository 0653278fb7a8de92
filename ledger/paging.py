"""Where a page of a long list ends: the next one begins after that row, however many there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from ledger import tables
from ledger.codec import storable

LARGEST = 1000
_BETWEEN = "~"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A row's place in a list that is sorted by a moment and then by an id."""

    at: datetime
    id: str

    @property
    def text(self) -> str:
        """For a link to the next page."""
        return f"{self.at.astimezone(UTC).isoformat()}{_BETWEEN}{self.id}"

    @classmethod
    def read(cls, text: str) -> Mark | None:
        """The mark that a link carries; None when it carries something else."""
        moment, between, id_ = text.partition(_BETWEEN)
        try:
            at = datetime.fromisoformat(moment)
            known = bool(between) and storable(id_) and at.tzinfo is not None
            return cls(at=at.astimezone(UTC), id=id_) if known else None
        except (ValueError, OverflowError):
            return None


def beyond(
    columns: Sequence[sa.ColumnElement[Any]], mark: Mark, *, descending: bool
) -> sa.ColumnElement[bool]:
    """What comes after `mark` in a list sorted by the two `columns`."""
    row = sa.tuple_(*columns)
    last = sa.tuple_(sa.literal(mark.at, tables.Utc), sa.literal(mark.id))
    return row < last if descending else row > last


def bounded(limit: int) -> int:
    return max(0, min(limit, LARGEST))


def countable(number: int) -> int:
    """A page beyond the last one is empty, however far beyond, and no error of the database's."""
    return max(0, min(number, 2**31))
