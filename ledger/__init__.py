"""What happened: the append-only record, and the questions asked of it."""

from ledger.changes import Changes
from ledger.codec import storable
from ledger.errors import (
    BackupRefused,
    LedgerDamaged,
    LedgerError,
    LedgerUnavailable,
    LedgerUnusable,
    NotStorable,
    TooMuch,
)
from ledger.leases import Lease, Ready
from ledger.people import Known, People
from ledger.sql import SqlLedger, open_ledger, restore_ledger
from ledger.verification import Flaw
from ledger.views import OrderRow, Wanted

__all__ = [
    "BackupRefused",
    "Changes",
    "Flaw",
    "Known",
    "Lease",
    "LedgerDamaged",
    "LedgerError",
    "LedgerUnavailable",
    "LedgerUnusable",
    "NotStorable",
    "OrderRow",
    "People",
    "Ready",
    "SqlLedger",
    "TooMuch",
    "Wanted",
    "open_ledger",
    "restore_ledger",
    "storable",
]
