"""What a change would change, asked by the portal and answered by whoever may call the provider.

Not drawn from events: an answer is worth nothing an hour later, and nothing is decided by it. The
order that follows is checked anew when it is delivered.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from ledger import tables
from ledger.codec import storable
from ledger.database import Database
from ledger.questions import Questions

PREVIEWS = sa.Table(
    "previews",
    tables.metadata,
    sa.Column("id", tables.Key, primary_key=True),
    sa.Column("agency", sa.Text, nullable=False),
    sa.Column("instance", tables.Key, nullable=False),
    sa.Column("parameters", sa.Text, nullable=False),
    sa.Column("answers", sa.Text, nullable=False),
    sa.Column("asked_at", tables.Utc, nullable=False),
    sa.Column("taken", sa.Boolean, nullable=False),
    sa.Column("answered_at", tables.Utc),
    sa.Column("changes", sa.Text),
    sa.Column("problem", sa.Text),
    sa.Column("again", sa.Boolean),
    sa.Index("previews_by_age", "asked_at"),
)
_C = PREVIEWS.c
KEPT = timedelta(hours=1)
# Who asked has gone away by then: it is not worth a call any more.
STALE = timedelta(minutes=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What `instance`, a thing of `agency`, would be asked to become."""

    agency: str
    instance: str
    parameters: Mapping[str, Any]
    answers: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that would be changed. `replaces`: not in place; the order would be refused."""

    field: str
    actual: Any
    wanted: Any
    replaces: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The differences, none when it is so already; or the `problem`, and if `again` may help."""

    changes: tuple[Difference, ...] = ()
    problem: str = ""
    again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """`answer` is None while nobody has answered yet."""

    id: str
    wish: Wish
    asked_at: datetime
    answer: Answer | None


class Previews:
    """Questions and answers; both are gone after an hour."""

    def __init__(self, database: Database) -> None:
        self._rows = Questions(database, PREVIEWS, KEPT)

    def ask(self, wish: Wish, now: datetime) -> str:
        """The id under which `find` gives the answer, usually within a second."""
        row = {
            "id": uuid.uuid4().hex,
            "agency": wish.agency,
            "instance": wish.instance,
            "parameters": json.dumps(dict(wish.parameters)),
            "answers": json.dumps(dict(wish.answers)),
            "asked_at": now,
            "taken": False,
        }
        self._rows.ask(row, sa.false())
        return str(row["id"])

    def find(self, id_: str, agency: str) -> Preview | None:
        """None when the agency has asked nothing under this id within the last hour."""
        if not storable(id_, agency):
            return None
        row = self._rows.find(_C.id == id_, _C.agency == agency)
        return _preview(row) if row else None

    def waiting(self, now: datetime, limit: int = 10) -> Sequence[Preview]:
        """What nobody has taken, oldest first."""
        unanswered = sa.and_(_C.asked_at > now - STALE, sa.not_(_C.taken))
        return [_preview(row) for row in self._rows.waiting(unanswered, limit)]

    def take(self, id_: str) -> bool:
        """Whether it is yours to answer: of two who take it, one does."""
        return self._rows.change(sa.and_(_C.id == id_, sa.not_(_C.taken)), {"taken": True})

    def answer(self, id_: str, answer: Answer, now: datetime) -> None:
        row = {
            "answered_at": now,
            "changes": json.dumps([asdict(one) for one in answer.changes]),
            "problem": answer.problem,
            "again": answer.again,
        }
        self._rows.change(_C.id == id_, row)


def _preview(row: sa.Row[Any]) -> Preview:
    wish = Wish(
        agency=row.agency,
        instance=row.instance,
        parameters=json.loads(row.parameters),
        answers=json.loads(row.answers),
    )
    answer = None
    if row.answered_at is not None:
        changes = tuple(Difference(**one) for one in json.loads(row.changes))
        answer = Answer(changes=changes, problem=row.problem, again=row.again)
    return Preview(id=row.id, wish=wish, asked_at=row.asked_at, answer=answer)
