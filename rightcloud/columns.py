"""Columns of a large table: numbers as they are, words as a code per row. Never changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.intp]
_Kind = TypeVar("_Kind", bound=np.generic)


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """A column of text: a code per row, and the words in alphabetical order, each used."""

    codes: Codes
    words: tuple[str, ...]

    def __getitem__(self, row: int) -> str:
        return self.words[int(self.codes[row])]

    def spelt(self) -> list[str]:
        return [self.words[code] for code in self.codes.tolist()]


Column = Words | Numbers | Flags


def words(values: Sequence[str]) -> Words:
    vocabulary = sorted(set(values))
    if len(vocabulary) == 1:
        return Words(frozen(np.zeros(len(values), dtype=np.int32)), tuple(vocabulary))
    code = {word: place for place, word in enumerate(vocabulary)}
    codes = np.fromiter(map(code.__getitem__, values), dtype=np.int32, count=len(values))
    return Words(frozen(codes), tuple(vocabulary))


def numbers(values: Sequence[float]) -> Numbers:
    return frozen(np.array(values, dtype=np.float64))


def taken(column: Any, rows: Rows) -> Any:  # noqa: ANN401 - the same kind of column goes out as came in
    """These rows of a column, in this order."""
    if not isinstance(column, Words):
        return frozen(column[rows])
    codes = column.codes[rows]
    used = np.bincount(codes, minlength=len(column.words)) > 0
    renumbered = (np.cumsum(used) - 1).astype(np.int32)
    left = tuple(word for word, there in zip(column.words, used.tolist(), strict=True) if there)
    return Words(frozen(renumbered[codes]), left)


def joined(one: Any, other: Any) -> Any:  # noqa: ANN401 - the same kind of column goes out as came in
    """The rows of one column and then those of another of its kind."""
    if not isinstance(one, Words):
        return frozen(np.concatenate([one, other]))
    vocabulary = sorted({*one.words, *other.words})
    code = {word: place for place, word in enumerate(vocabulary)}
    parts = [_recoded(column, code) for column in (one, other)]
    return Words(frozen(np.concatenate(parts)), tuple(vocabulary))


def _recoded(column: Words, code: dict[str, int]) -> Codes:
    translated = np.array([code[word] for word in column.words], dtype=np.int32)
    return translated[column.codes]


def content(column: Column) -> bytes:
    """The same bytes for equal columns, on every machine."""
    if isinstance(column, Words):
        return "\n".join(column.words).encode() + content_of(column.codes)
    return content_of(column)


def content_of(array: npt.NDArray[Any]) -> bytes:
    return np.ascontiguousarray(array, array.dtype.newbyteorder("<")).tobytes()


def frozen(array: npt.NDArray[_Kind]) -> npt.NDArray[_Kind]:
    array.setflags(write=False)
    return array
