"""What RightCloud needs of a store: a journal that only grows, and documents by their digest.

The ledger is one (`ledger.rightcloud_archive`); this package knows no database.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol


class Row(Protocol):
    """One line of the journal; `body` is JSON, `seq` counts from 1."""

    @property
    def seq(self) -> int: ...
    @property
    def at(self) -> datetime: ...
    @property
    def by(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def body(self) -> str: ...


class Line(Protocol):
    """A line on its way into the journal."""

    @property
    def at(self) -> datetime: ...
    @property
    def by(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def body(self) -> str: ...


class Archive(Protocol):
    def last(self) -> int:
        """The number of the newest line; 0 when there is none."""
        ...

    def rows(self, after: int = 0) -> Sequence[Row]:
        """The lines after this one, oldest first."""
        ...

    def add(self, lines: Sequence[Line], documents: Mapping[str, bytes], *, expected: int) -> bool:
        """All lines and documents, or nothing and False when the journal has grown meanwhile."""
        ...

    def documents(self, digests: Sequence[str]) -> Mapping[str, bytes]:
        """The documents that are there, by digest."""
        ...


def digest_of(document: bytes) -> str:
    """What a document is kept under: equal documents are kept once."""
    return hashlib.sha256(document).hexdigest()
