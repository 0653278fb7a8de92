"""The ledger as its users hold it: every question and every change is one transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Unpack

from ledger import leases, store, verification, views
from ledger.archive import Manifest
from ledger.attachments import Attachments
from ledger.audit import Audit
from ledger.backup import restore_backup, write_backup
from ledger.changes import Changes, changes
from ledger.delegations import Delegations
from ledger.desk import Desk
from ledger.drafts import Drafts
from ledger.envelopes import Envelopes
from ledger.found import Found
from ledger.hub import Hub
from ledger.lead_times import LeadTimes
from ledger.leases import Lease, Ready, Told
from ledger.mails import Mails
from ledger.notices import Notices
from ledger.old_orders import OldOrders
from ledger.opening import opened
from ledger.own_offerings import OwnOfferings
from ledger.owned import Owned
from ledger.people import People
from ledger.previews import Previews
from ledger.rightcloud_archive import RightcloudArchive
from ledger.verification import Flaw
from ledger.views import Filter, OrderRow, Wanted
from ledger.voices import Voices
from orders.events import LedgerEvent
from orders.model import State
from orders.ports import Earlier


def open_ledger(url: str, *, make: bool = True) -> SqlLedger:
    """The ledger at sqlite:////folder/ledger.db or postgresql+psycopg://…, its schema brought up.

    Without `make` there must be one already. Raises LedgerUnavailable when no database answers,
    LedgerUnusable when a person must act.
    """
    return SqlLedger(opened(url, make=make))


def restore_ledger(url: str, file: Path, *, spare: int) -> tuple[SqlLedger, Manifest]:
    """The ledger of a backup, in the empty database at `url`; see `ledger.backup`."""
    manifest = restore_backup(url, file, spare=spare)
    return open_ledger(url), manifest


class SqlLedger(Found, Owned):
    """See `orders.ports.Ledger`. May be shared by threads, not passed on to a forked process.

    Every method raises LedgerUnavailable while the database is away.
    """

    def close(self) -> None:
        self._database.close()

    # The record: orders.ports.Ledger.

    def next_number(self) -> str:
        with self._database.writing() as connection:
            return store.next_number(connection)

    def history(self, order: str) -> Sequence[LedgerEvent]:
        with self._database.reading() as connection:
            return store.history(connection, order)

    def histories(self, orders: Collection[str]) -> Mapping[str, Sequence[LedgerEvent]]:
        """The histories of several at once, of those that there are."""
        with self._database.reading() as connection:
            return store.histories(connection, orders)

    def append(self, order: str, events: Sequence[LedgerEvent], *, expected: int) -> None:
        """Raises what the port says, IllegalTransition, and NotStorable."""
        if events:
            with self._database.writing() as connection:
                store.append(connection, order, events, expected=expected)

    def earlier(self, agency: str, external_id: str) -> Earlier | None:
        with self._database.reading() as connection:
            return store.earlier(connection, agency, external_id)

    def changes(self) -> Changes:
        return changes(self._database)

    def verify(self) -> list[Flaw]:
        """All that is wrong with the record; empty when it is sound. Memory stays flat."""
        with self._database.reading(snapshot=True) as connection:
            return list(verification.flaws(connection))

    def back_up(self, file: Path, now: datetime) -> Manifest:
        """All of it into a new file, while the house works on; raises BackupRefused."""
        return write_backup(self._database, file, now)

    # Who works on what.

    def ready(self, limit: int = 100, *, now: datetime | None = None) -> list[Ready]:
        """What needs a run at `now`; without it, what starts at a time of its own is left out."""
        with self._database.reading() as connection:
            return leases.ready(connection, limit, now)

    def due(self, now: datetime, limit: int = 100) -> list[tuple[str, str]]:
        with self._database.reading() as connection:
            return leases.due(connection, now, limit)

    def claim(self, order: str, item: str, owner: str, seen: Lease | None) -> Lease | None:
        with self._database.writing() as connection:
            return leases.claim(connection, (order, item), owner, seen)

    def inherit(self, order: str, item: str, owner: str, seen: Lease) -> Lease | None:
        with self._database.writing() as connection:
            return leases.inherit(connection, (order, item), owner, seen)

    def renew(self, order: str, item: str, generation: int, **told: Unpack[Told]) -> bool:
        with self._database.writing() as connection:
            return leases.renew(connection, (order, item), generation, told)

    def release(self, order: str, item: str, generation: int) -> None:
        with self._database.writing() as connection:
            leases.release(connection, (order, item), generation)

    # What pages, the API and reconciliation read.

    def orders(
        self,
        agency: str | None = None,
        *,
        external_id: str | None = None,
        state: State | None = None,
        limit: int = 50,
        offset: int = 0,
    ) -> list[OrderRow]:
        found = Filter(agency=agency, external_id=external_id, state=state)
        with self._database.reading() as connection:
            return views.orders(connection, found, limit, offset)

    def count(
        self,
        agency: str | None = None,
        *,
        external_id: str | None = None,
        state: State | None = None,
    ) -> int:
        found = Filter(agency=agency, external_id=external_id, state=state)
        with self._database.reading() as connection:
            return views.count(connection, found)

    def order_row(self, order: str) -> OrderRow | None:
        with self._database.reading() as connection:
            return views.order_row(connection, order)

    def wanted(self, provider: str, account: str, region: str | None = None) -> Iterator[Wanted]:
        with self._database.reading() as connection:
            yield from views.wanted(connection, provider, account, region)

    def items_on(
        self, provider: str, account: str, instance: str
    ) -> tuple[list[Wanted], Wanted | None]:
        """Those of `wanted` on one instance, and the last item that ever was on it."""
        with self._database.reading() as connection:
            return views.items_on(connection, provider, account, instance)

    @property
    def desk(self) -> Desk:
        """Open orders by whose turn, state, person, agency and age; lists in pages."""
        return Desk(self._database)

    @property
    def audit(self) -> Audit:
        """Who did what, when and why."""
        return Audit(self._database)

    @property
    def lead_times(self) -> LeadTimes:
        return LeadTimes(self._database)

    @property
    def old_orders(self) -> OldOrders:
        """Of an old system, imported to learn promises from."""
        return OldOrders(self._database)

    @property
    def voices(self) -> Voices:
        """What was asked, and what people thought."""
        return Voices(self._database)

    # What people and programs leave here.

    @property
    def drafts(self) -> Drafts:
        return Drafts(self._database)

    @property
    def delegations(self) -> Delegations:
        return Delegations(self._database)

    @property
    def attachments(self) -> Attachments:
        return Attachments(self._database)

    @property
    def notices(self) -> Notices:
        return Notices(self._database)

    @property
    def own_offerings(self) -> OwnOfferings:
        return OwnOfferings(self._database)

    @property
    def hub(self) -> Hub:
        return Hub(self._database)

    @property
    def mails(self) -> Mails:
        return Mails(self._database)

    # What RightCloud decides by.

    @property
    def rightcloud(self) -> RightcloudArchive:
        return RightcloudArchive(self._database)

    @property
    def previews(self) -> Previews:
        """What changes would change, before they are ordered."""
        return Previews(self._database)

    @property
    def envelopes(self) -> Envelopes:
        return Envelopes(self._database)

    # Who is signed in, and who has been.

    @property
    def people(self) -> People:
        return People(self._database)
