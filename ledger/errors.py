"""What can be wrong with the ledger itself; what an order refuses stands in `orders.errors`."""

from __future__ import annotations


class LedgerError(Exception):
    """The ledger cannot do its work."""


class LedgerUnavailable(LedgerError):
    """The database does not answer just now.

    Whether a write that raised this was kept is unknown: read again before writing again.
    """


class LedgerUnusable(LedgerError):
    """Trying again does not help: a person must put the database or its address right."""


class LedgerDamaged(LedgerError):
    """A stored event cannot be read back."""


class NotStorable(LedgerError, ValueError):
    """An event whose content would not come back from the ledger as it went in."""


class TooMuch(LedgerError, ValueError):
    """More, or larger, than is kept for anybody; the text says how much is."""


class AlreadyImported(LedgerError):
    """A log of that name is in already."""


class BackupRefused(LedgerError):
    """A backup cannot be written or restored; what was there before is as it was."""
