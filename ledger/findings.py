"""What reconciliation has found: one row as long as the difference is seen, and kept afterwards.

Every run tells all that it saw in its scope. What it did not see again closes itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from ledger import store, tables
from ledger.codec import check_storable, storable
from ledger.database import Database
from ledger.paging import Mark, beyond, bounded
from ledger.upsert import inserted
from orders.entry import Stamp
from orders.events import OrderPlaced
from orders.findings import Decision, Finding, Scope, Seen
from orders.reconcile import Verdict

FINDINGS = sa.Table(
    "findings",
    tables.metadata,
    sa.Column("id", tables.Key, primary_key=True),
    sa.Column("key", tables.Key, nullable=False),
    sa.Column("verdict", sa.Text, nullable=False),
    sa.Column("provider", sa.Text, nullable=False),
    sa.Column("account", sa.Text, nullable=False),
    sa.Column("region", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("instance", sa.Text, nullable=False),
    sa.Column("resource", sa.Text, nullable=False),
    sa.Column("agency", sa.Text, nullable=False),
    sa.Column("owner", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("order_id", sa.Text, nullable=False),
    sa.Column("item_id", sa.Text, nullable=False),
    sa.Column("evidence", sa.Text, nullable=False),
    sa.Column("opened_at", tables.Utc, nullable=False),
    sa.Column("seen_at", tables.Utc, nullable=False),
    sa.Column("closed_at", tables.Utc),
    sa.Column("decision", sa.Text, nullable=False),
    sa.Column("decided_by", sa.Text, nullable=False),
    sa.Column("decided_at", tables.Utc),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Index("findings_by_age", "opened_at", "id"),
)
_F = FINDINGS.c
_OPEN = _F.closed_at.is_(None)
_AGE = (_F.opened_at, _F.id)
sa.Index("open_findings", _F.key, unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN)

PAGE = 50
POLICY = "policy"  # who decides what an offering allows beforehand
_SEEN = ("provider", "account", "region", "kind", "instance", "resource", "agency", "owner", "name")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a run changed: how many were found anew, and how many have gone away."""

    opened: int
    closed: int


class Findings:
    """May be shared by threads; raises LedgerUnavailable while there is no database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def tell(self, scope: Scope, seen: Iterable[Seen], at: datetime) -> Told:
        """All that a run saw in its scope at `at`; open ones that it did not see are closed."""
        opened = 0
        with self._database.writing() as connection:
            for one in seen:
                again = {**_columns(one), "seen_at": at}
                known = sa.update(FINDINGS).where(_OPEN, _F.key == one.key).values(again)
                if not connection.execute(known).rowcount:
                    opened += inserted(connection, FINDINGS, {**again, **_new(one, at)})
            gone = sa.update(FINDINGS).where(_OPEN, _F.seen_at != at, *_within(scope))
            closed = connection.execute(gone.values(closed_at=at)).rowcount
        return Told(opened=opened, closed=closed)

    def one(self, id_: str) -> Finding | None:
        found = self._found(_F.id == id_, limit=1) if storable(id_) else []
        return found[0] if found else None

    def open(
        self, verdict: Verdict | None = None, *, after: Mark | None = None, limit: int = PAGE
    ) -> list[Finding]:
        """Oldest first; what somebody decided to leave is not among them."""
        conditions = [_OPEN, _F.decision != Decision.LEAVE.value]
        if verdict is not None:
            conditions.append(_F.verdict == verdict.value)
        if after is not None:
            conditions.append(beyond(_AGE, after, descending=False))
        return self._found(*conditions, limit=limit)

    def left(self, *, limit: int = PAGE) -> list[Finding]:
        """Still so, and somebody has said that it may stay so."""
        return self._found(_OPEN, _F.decision == Decision.LEAVE.value, limit=limit)

    def closed(self, *, limit: int = PAGE) -> list[Finding]:
        """The last that went away, newest first."""
        query = sa.select(FINDINGS).where(_F.closed_at.is_not(None))
        query = query.order_by(_F.closed_at.desc(), _F.id).limit(bounded(limit))
        with self._database.reading() as connection:
            return [_finding(row) for row in connection.execute(query)]

    def tally(self) -> Mapping[Verdict, int]:
        """How many are open and not left, by verdict."""
        query = (
            sa.select(_F.verdict, sa.func.count().label("number"))
            .where(_OPEN, _F.decision != Decision.LEAVE.value)
            .group_by(_F.verdict)
        )
        with self._database.reading() as connection:
            return {Verdict(row.verdict): row.number for row in connection.execute(query)}

    def decide(self, id_: str, stamp: Stamp, decision: Decision, why: str) -> bool:
        """False when it is closed, or has a yes of which nobody knows yet what came.

        Raises NotStorable.
        """
        said = {
            "decision": decision.value,
            "decided_by": stamp.by if decision else "",
            "decided_at": stamp.at if decision else None,
            "why": why,
            "outcome": "",
        }
        check_storable(why)
        with self._database.writing() as connection:
            return bool(connection.execute(_free(id_).values(said)).rowcount)

    def order(self, id_: str, stamp: Stamp, event: OrderPlaced) -> bool:
        """Say yes and place the order that comes of it, in one transaction; False as for `decide`.

        Raises what an append does: then there is no yes either.
        """
        said = {
            "decision": Decision.YES.value,
            "decided_by": stamp.by,
            "decided_at": stamp.at,
            "why": stamp.why,
            "outcome": event.order,
        }
        check_storable(stamp.why)
        with self._database.writing() as connection:
            if not connection.execute(_free(id_).values(said)).rowcount:
                return False
            store.append(connection, event.order, [event], expected=0)
        return True

    def agreed(self, scope: Scope) -> Iterator[Finding]:
        """Open ones with a yes, whose outcome is not known: oldest first, all of them.

        Read page by page while they are concluded; those that cannot be yet hold up no others.
        """
        yes = (_OPEN, _F.decision == Decision.YES.value, _F.outcome == "", *_within(scope))
        found = self._found(*yes, limit=PAGE)
        while found:
            yield from found
            rest = beyond(_AGE, mark(found[-1]), descending=False)
            found = self._found(*yes, rest, limit=PAGE)

    def conclude(self, id_: str, outcome: str, closed_at: datetime | None = None) -> None:
        """What came of a yes; with an outcome it may be given again."""
        said: dict[str, Any] = {"outcome": outcome, "closed_at": closed_at}
        with self._database.writing() as connection:
            connection.execute(sa.update(FINDINGS).where(_F.id == id_, _OPEN).values(said))

    def _found(self, *conditions: sa.ColumnElement[bool], limit: int) -> list[Finding]:
        query = sa.select(FINDINGS).where(*conditions).order_by(*_AGE).limit(bounded(limit))
        with self._database.reading() as connection:
            return [_finding(row) for row in connection.execute(query)]


def mark(finding: Finding) -> Mark:
    """Where a list goes on after `finding`."""
    return Mark(at=finding.opened_at, id=finding.id)


def _free(id_: str) -> sa.Update:
    """To be changed, unless it is closed or a yes of which nobody knows yet what came stands."""
    undecided = sa.or_(_F.decision != Decision.YES.value, _F.outcome != "")
    return sa.update(FINDINGS).where(_F.id == id_, _OPEN, undecided)


def _within(scope: Scope) -> Sequence[sa.ColumnElement[bool]]:
    inside = [_F.provider == scope.provider, _F.account == scope.account]
    return inside if scope.region is None else [*inside, _F.region == scope.region]


def _columns(one: Seen) -> dict[str, Any]:
    evidence = json.dumps(dict(one.evidence), sort_keys=True)
    plain = {name: getattr(one, name) for name in _SEEN}
    return {**plain, "order_id": one.order, "item_id": one.item, "evidence": evidence}


def _new(one: Seen, at: datetime) -> dict[str, Any]:
    allowed = {"decision": Decision.YES.value, "decided_by": POLICY, "decided_at": at}
    undecided = {"decision": "", "decided_by": "", "decided_at": None}
    return {
        "id": uuid4().hex,
        "key": one.key,
        "verdict": one.verdict.value,
        "opened_at": at,
        "why": "",
        "outcome": "",
        **(allowed if one.allowed else undecided),
    }


def _finding(row: sa.Row[Any]) -> Finding:
    told = row._mapping  # noqa: SLF001 - SQLAlchemy's own name for a public thing
    seen = Seen(
        verdict=Verdict(row.verdict),
        order=row.order_id,
        item=row.item_id,
        evidence=json.loads(row.evidence),
        allowed=row.decided_by == POLICY,
        **{name: told[name] for name in _SEEN},
    )
    return Finding(
        id=row.id,
        seen=seen,
        opened_at=row.opened_at,
        seen_at=row.seen_at,
        closed_at=row.closed_at,
        decision=Decision(row.decision),
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        why=row.why,
        outcome=row.outcome,
    )
