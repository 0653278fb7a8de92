"""What the domain needs from outside, said as protocols."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from orders.events import LedgerEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """An order that already has an external id."""

    order: str
    fingerprint: str


class Ledger(Protocol):
    """Append-only record of events, one stream per order."""

    def next_number(self) -> str:
        """A fresh order number. Numbers may be skipped, never used twice."""
        ...

    def history(self, order: str) -> Sequence[LedgerEvent]:
        """All events of one order, oldest first; raises UnknownOrder when there are none."""
        ...

    def append(self, order: str, events: Sequence[LedgerEvent], *, expected: int) -> None:
        """Add events in one transaction, projections with them.

        Raises StaleOrder when the stream is not at version `expected`, DuplicateExternalId
        when an OrderPlaced carries an external id that its agency has used.
        """
        ...

    def earlier(self, agency: str, external_id: str) -> Earlier | None:
        """The agency's order with this external id, if there is one."""
        ...
