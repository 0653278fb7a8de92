"""What was found that carries no tag of ours: one row as long as it is seen, and kept afterwards.

Every run tells all that it met in its scope. What it did not meet again closes itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from ledger import store, tables
from ledger.candidate_rows import CANDIDATES, MOST, as_read, candidate, facts, free, kept, told
from ledger.codec import check_storable, storable
from ledger.database import Database
from ledger.paging import Mark, beyond, bounded
from ledger.people import PEOPLE
from ledger.upsert import inserted
from orders.adoption import Candidate, Choice, Met, Proposal, Wish
from orders.entry import Stamp
from orders.events import OrderPlaced
from orders.findings import Scope
from orders.model import OPEN, Action

_C = CANDIDATES.c
_OPEN = _C.closed_at.is_(None)
_AGE = (_C.first_seen, _C.id)
_ITEMS, _THINGS = tables.items.c, tables.things.c
PAGE = 50


class Candidates:
    """May be shared by threads; raises LedgerUnavailable while there is no database.

    What a person writes raises NotStorable where no database could hold it.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def tell(self, met: Iterable[tuple[Met, Proposal]], at: datetime) -> int:
        """Some of what a run met at `at`; how many of them are new. See `close`."""
        new = 0
        with self._database.writing() as connection:
            for one, proposal in met:
                again = {**facts(one), **told(proposal), "last_seen": at}
                known = sa.update(CANDIDATES).where(_OPEN, _C.key == one.key)
                kept = {
                    # What an operator has made of it stands.
                    name: sa.case((_C.own != "", _C[name]), else_=again[name])
                    for name in ("agency", "ready")
                }
                if not connection.execute(known.values({**again, **kept})).rowcount:
                    new += inserted(connection, CANDIDATES, {**again, **_new(one, at)})
        return new

    def close(self, scope: Scope, at: datetime) -> int:
        """Close what was not met at `at`; how many."""
        inside = [_C.provider == scope.provider, _C.account == scope.account]
        if scope.region is not None:
            inside.append(_C.region == scope.region)
        gone = sa.update(CANDIDATES).where(_OPEN, _C.last_seen != at, *inside)
        with self._database.writing() as connection:
            return connection.execute(gone.values(closed_at=at)).rowcount

    def accounted(self, scope: Scope, resources: Sequence[str]) -> set[str]:
        """Those of `resources` that are things already, or that an order is at work on."""
        with self._database.reading() as connection:
            return _accounted(connection, scope.provider, scope.account, resources)

    def neighbours(self, scope: Scope) -> Iterator[Mapping[str, Any]]:
        """Whose is what there already: agency, kind, resource, parameters, outputs, answers."""
        names = ("kind", "resource_id", "parameters", "outputs", "answers")
        query = (
            sa.select(_THINGS.agency, *(_ITEMS[name] for name in names))
            .join_from(tables.things, tables.items, _left_by())
            .where(_ITEMS.provider == scope.provider, _ITEMS.account == scope.account)
            .execution_options(yield_per=MOST)
        )
        with self._database.reading() as connection, connection.execute(query) as rows:
            for row in rows:
                texts = {name: json.loads(getattr(row, name)) for name in names[2:]}
                yield {**row._mapping, **texts}  # noqa: SLF001 - SQLAlchemy's name for a public thing

    def agencies(self) -> set[str]:
        """Those that have something, or somebody who has signed in."""
        with self._database.reading() as connection:
            things = connection.scalars(sa.select(_THINGS.agency).distinct()).all()
            people = connection.scalars(sa.select(PEOPLE.c.agency).distinct()).all()
        return {*things, *people} - {""}

    def one(self, id_: str) -> Candidate | None:
        return next(iter(self.several([id_])), None)

    def several(self, ids: Sequence[str]) -> list[Candidate]:
        """Open ones of these, however many; the oldest first of every `MOST`."""
        wanted = iter([one for one in ids if storable(one)])
        found: list[Candidate] = []
        while some := list(islice(wanted, MOST)):
            found += self._found(_OPEN, _C.id.in_(some), limit=len(some))
        return found

    def open(
        self,
        *,
        ready: bool | None = None,
        agency: str | None = None,
        provider: str | None = None,
        after: Mark | None = None,
        limit: int = PAGE,
    ) -> list[Candidate]:
        """Oldest first; those that wait for a decision."""
        if not storable(agency, provider):
            return []
        conditions = [_OPEN, free()]
        for column, value in ((_C.ready, ready), (_C.agency, agency), (_C.provider, provider)):
            conditions += [column == value] if value is not None else []
        if after is not None:
            conditions.append(beyond(_AGE, after, descending=False))
        return self._found(*conditions, limit=limit)

    def decided(self, choice: Choice, *, limit: int = PAGE) -> list[Candidate]:
        """Refused and still there; or adopted, and the order is under way."""
        return self._found(_OPEN, ~free(), _C.choice == choice.value, limit=limit)

    def count(self) -> int:
        """How many wait for a decision."""
        query = sa.select(sa.func.count()).select_from(CANDIDATES).where(_OPEN, free())
        with self._database.reading() as connection:
            return connection.execute(query).scalar_one()

    def keep(self, id_: str, own: Wish, *, ready: bool) -> bool:
        """An operator's own wish, instead of what was proposed."""
        said = {"own": kept(own), "agency": own.agency, "ready": ready}
        return self._set(_C.id == id_, _OPEN, free(), **said)

    def refuse(self, id_: str, stamp: Stamp) -> bool:
        """Not ours: it is not asked about again."""
        return self._set(_C.id == id_, _OPEN, free(), **_decision(Choice.REFUSED, stamp))

    def take_up(self, id_: str) -> bool:
        """Ask about what was refused after all."""
        undone = {"choice": "", "decided_by": "", "decided_at": None, "why": ""}
        return self._set(_C.id == id_, _OPEN, _C.choice == Choice.REFUSED.value, **undone)

    def adopt(self, one: Candidate, event: OrderPlaced) -> bool:
        """Decide and place the order in one transaction.

        False when somebody else was quicker, or it is not as it was read: a run may have met it
        changed, or an operator made something else of it.
        """
        met, stamp = one.met, Stamp(at=event.at, by=event.by, why=event.why)
        said = {**_decision(Choice.ADOPTED, stamp), "order_id": event.order}
        query = sa.update(CANDIDATES).where(_C.id == one.id, _OPEN, free(), as_read(one))
        with self._database.writing() as connection:
            if _accounted(connection, met.provider, met.account, [met.resource]):
                return False
            if not connection.execute(query.values(said)).rowcount:
                return False
            store.append(connection, event.order, [event], expected=0)
        return True

    def _set(self, *conditions: sa.ColumnElement[bool], **said: Any) -> bool:  # noqa: ANN401 - columns
        check_storable(*(text for text in said.values() if isinstance(text, str)))
        query = sa.update(CANDIDATES).where(*conditions).values(said)
        with self._database.writing() as connection:
            return bool(connection.execute(query).rowcount)

    def _found(self, *conditions: sa.ColumnElement[bool], limit: int) -> list[Candidate]:
        query = sa.select(CANDIDATES, free().label("free")).where(*conditions)
        query = query.order_by(*_AGE).limit(bounded(limit))
        with self._database.reading() as connection:
            return [candidate(row) for row in connection.execute(query)]


def mark(one: Candidate) -> Mark:
    """Where a list goes on after `one`."""
    return Mark(at=one.first_seen, id=one.id)


def _decision(choice: Choice, stamp: Stamp) -> dict[str, Any]:
    return {
        "choice": choice.value,
        "decided_by": stamp.by,
        "decided_at": stamp.at,
        "why": stamp.why,
    }


def _new(one: Met, at: datetime) -> dict[str, Any]:
    texts = ("own", "choice", "decided_by", "why", "order_id")
    blank = dict.fromkeys(texts, "")
    return {"id": uuid4().hex, "key": one.key, "first_seen": at, **blank}


def _left_by() -> sa.ColumnElement[bool]:
    return sa.and_(_ITEMS.order_id == _THINGS.order_id, _ITEMS.item_id == _THINGS.item_id)


def _accounted(
    connection: sa.Connection, provider: str, account: str, resources: Sequence[str]
) -> set[str]:
    stands = sa.exists().where(_left_by())
    still_open = _ITEMS.state.in_(sorted(state.value for state in OPEN))
    at_work = sa.and_(still_open, _ITEMS.action != Action.ADOPT.value)
    query = sa.select(_ITEMS.resource_id).where(
        _ITEMS.resource_id.in_(resources),
        _ITEMS.provider == provider,
        _ITEMS.account == account,
        sa.or_(stands, at_work),
    )
    return set(connection.scalars(query))
