"""Figures of what was delivered: how often a promise was kept, and how lengths are spread.

Never a mean: half took less than one length, nine in ten less than another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal

import numpy as np

from leadtime.deliveries import Book, Rows
from leadtime.survival import Flags, Numbers
from orders.model import State

Clock = Literal["business", "wall"]
_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_WORKED = 8 * _HOUR

# Where one bar of the histogram ends and the next begins, in seconds: of opening hours, eight of
# which are a day, and around the clock.
EDGES: Final[Mapping[Clock, tuple[int, ...]]] = {
    "business": (
        *(minutes * _MINUTE for minutes in (5, 15, 30)),
        *(hours * _HOUR for hours in (1, 2, 4)),
        *(days * _WORKED for days in (1, 2, 3, 5, 10, 20, 40)),
    ),
    "wall": (
        *(minutes * _MINUTE for minutes in (5, 15, 30)),
        *(hours * _HOUR for hours in (1, 2, 4, 8)),
        *(days * _DAY for days in (1, 2, 3, 5, 10, 20, 40)),
    ),
}
BITS: Final = 8  # of a label's number: stages, states and sides are few
LEVELS: Final = (0.5, 0.9)  # those that are promised: "probably", and "promised"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Of some items: those `promised` were delivered or failed; `kept` came by the first promise.

    What was refused, or cancelled by whoever ordered, was no promise broken.
    """

    promised: int
    kept: int
    delivered: int
    half: timedelta | None
    most: timedelta | None

    @property
    def share(self) -> float | None:
        return self.kept / self.promised if self.promised else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Of one stage, or wait, with one side: its share of all time, and how long it lasts."""

    label: str
    side: str
    share: float
    half: timedelta
    most: timedelta


def in_time(book: Book, rows: Rows) -> Flags:
    found: Flags = is_delivered(book, rows) & (rows["ended"] <= rows["promised"])
    return found


def is_delivered(book: Book, rows: Rows) -> Flags:
    found: Flags = rows["state"] == book.words.known(State.COMPLETED.value)
    return found


def is_promised(book: Book, rows: Rows) -> Flags:
    """Delivered, or failed with us: what was promised, and kept or broken."""
    found: Flags = is_delivered(book, rows) | (
        rows["state"] == book.words.known(State.FAILED.value)
    )
    return found


def figures(book: Book, rows: Rows, clock: Clock) -> Figures:
    delivered = is_delivered(book, rows)
    half, most = spread(rows[clock][delivered])
    return Figures(
        promised=int(is_promised(book, rows).sum()),
        kept=int(in_time(book, rows).sum()),
        delivered=int(delivered.sum()),
        half=half,
        most=most,
    )


def spread(lengths: Numbers) -> tuple[timedelta | None, timedelta | None]:
    """What half took less than, and nine in ten; of nothing, nothing."""
    if not lengths.size:
        return None, None
    half, most = np.quantile(lengths, LEVELS, method="inverted_cdf")
    return timedelta(seconds=round(float(half))), timedelta(seconds=round(float(most)))


def grouped(book: Book, rows: Rows, by: str, clock: Clock) -> Iterator[tuple[int, Figures]]:
    """By one column, in the order of its numbers."""
    for (number,), mine in split(rows, [by]):
        yield number, figures(book, mine, clock)


def split(rows: Rows, by: Sequence[str]) -> Iterator[tuple[tuple[int, ...], Rows]]:
    """The rows of each group by several columns, as (its numbers, its rows), in their order."""
    if not len(rows):
        return
    keys = np.zeros(len(rows), np.int64)
    for name in by:
        keys = keys * (int(rows[name].max()) + 1) + rows[name]
    order = np.argsort(keys, kind="stable")
    starts = np.flatnonzero(np.diff(keys[order])) + 1
    for mine in np.split(order, starts):
        group = rows[mine]
        yield tuple(int(group[0][name]) for name in by), group


def histogram(book: Book, rows: Rows, clock: Clock) -> list[int]:
    """How many were delivered within each of the edges, and in the end beyond them all."""
    places = bars(rows[clock][is_delivered(book, rows)], clock)
    return [int(one) for one in np.bincount(places, minlength=len(EDGES[clock]) + 1)]


def bars(lengths: Numbers, clock: Clock) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """The number of each length's bar: it ends at the edge, and holds it."""
    return np.searchsorted(np.array(EDGES[clock], float), lengths, side="left").astype(np.int64)


def pieces(book: Book, chosen: Flags, clock: Clock) -> list[Piece]:
    """Where the time of the delivered among the `chosen` rows went, by stage and side."""
    taken = (chosen & is_delivered(book, book.rows))[book.stretches["row"]]
    stretches = book.stretches[taken]
    if not stretches.size:
        return []
    kinds = stretches["label"].astype(np.int64) << BITS | stretches["side"]
    # an item may come to the same stage twice: its times there are added
    keys, places = np.unique(
        stretches["row"].astype(np.int64) << 2 * BITS | kinds, return_inverse=True
    )
    lengths = np.bincount(places, weights=stretches[clock])
    whole = max(float(lengths.sum()), 1e-9)
    return [
        _piece(book, int(kind), lengths[keys & (1 << 2 * BITS) - 1 == kind], whole)
        for kind in np.unique(kinds).tolist()
    ]


def _piece(book: Book, kind: int, lengths: Numbers, whole: float) -> Piece:
    half, most = spread(lengths)
    assert half is not None  # noqa: S101 - it is of at least one
    assert most is not None  # noqa: S101 - as is this
    return Piece(
        label=book.labels.word(kind >> BITS),
        side=book.labels.word(kind & (1 << BITS) - 1),
        share=float(lengths.sum()) / whole,
        half=half,
        most=most,
    )


def ordered(found: Sequence[Piece], labels: Sequence[str]) -> list[Piece]:
    """In the order in which an order comes to them."""
    places = {label: place for place, label in enumerate(labels)}
    return sorted(found, key=lambda one: places.get(one.label, len(places)))
