"""What people were asked and what they thought: recurring questions, and answers to the survey.

Read from the ledger itself, by an index of these few kinds of entries.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from ledger import tables
from ledger.codec import decode
from ledger.database import Database
from orders.events import QuestionAsked, SurveyAnswered, SurveyFollowedUp

_LEDGER, _ORDERS, _ITEMS = tables.ledger.c, tables.orders.c, tables.items.c
EXAMPLES = 5
CHUNK = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurring:
    """A question as it was last put, how often it came, and some orders that it came on."""

    offering: str
    question: str
    times: int
    last_at: datetime
    orders: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question, and what the order had been promised first."""

    order: str
    offering: str
    agency: str
    at: datetime
    by: str
    question: str
    placed_at: datetime
    promised_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """One answer to the survey, 1 to 5, and what was `done` about it; the last word on that."""

    order: str
    offering: str
    agency: str
    at: datetime
    by: str
    score: int
    text: str
    placed_at: datetime
    promised_at: datetime
    ended_at: datetime | None
    unhappy: bool
    done: str = ""
    done_at: datetime | None = None


class Voices:
    """Reads, and never writes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def questions(self, since: datetime, offering: str | None = None) -> list[Recurring]:
        """What was asked since then, most often first. Case and spaces make no other question."""
        found: dict[tuple[str, str], Recurring] = {}
        with self._database.reading() as connection:
            for row in connection.execute(_asked(since)):
                event = decode(row.kind, row.body)
                if not isinstance(event, QuestionAsked):
                    continue
                about = connection.scalar(_OFFERING, {"order": row.order_id, "item": event.item})
                if offering in {None, about}:
                    key = str(about), " ".join(event.waiting_on.question.casefold().split())
                    found[key] = _again(found.get(key), str(about), event, row.order_id)
        return sorted(found.values(), key=lambda one: (-one.times, one.offering, one.question))

    def asked(self, since: datetime) -> Iterator[Asked]:
        """Each question since then, oldest first; one about several items is one question."""
        last = None
        with self._database.reading() as connection:
            for row in connection.execute(_asked(since).execution_options(yield_per=CHUNK)):
                event = decode(row.kind, row.body)
                if isinstance(event, QuestionAsked) and (row.order_id, event.at) != last:
                    last = row.order_id, event.at
                    yield Asked(
                        order=row.order_id,
                        offering=row.offering,
                        agency=row.agency,
                        at=event.at,
                        by=event.by,
                        question=event.waiting_on.question,
                        placed_at=row.placed_at,
                        promised_at=row.promised_at,
                    )

    def opinions(self, since: datetime, agency: str | None = None) -> Iterator[Opinion]:
        """What was answered since then, oldest first."""
        with self._database.reading() as connection:
            rows = connection.execute(_thought(since).execution_options(yield_per=CHUNK))
            for row in rows:
                event = decode(row.kind, row.body)
                if isinstance(event, SurveyAnswered) and agency in {None, row.agency}:
                    yield _opinion(row, event, _followed(connection, row.order_id))


_OFFERING = sa.select(_ITEMS.offering).where(
    _ITEMS.order_id == sa.bindparam("order"), _ITEMS.item_id == sa.bindparam("item")
)


def _asked(since: datetime) -> sa.Select[Any]:
    return _of("QuestionAsked", since)


def _thought(since: datetime) -> sa.Select[Any]:
    return _of("SurveyAnswered", since)


def _of(kind: str, since: datetime) -> sa.Select[Any]:
    # The kind stands in the query itself: only so do both databases see that the index of these
    # entries alone will do.
    return (
        sa.select(tables.ledger, _ORDERS.agency, _ORDERS.offering, _ORDERS.unhappy)
        .add_columns(_ORDERS.placed_at, _ORDERS.promised_at, _ORDERS.ended_at)
        .join(tables.orders, _ORDERS.id == _LEDGER.order_id)
        .where(_LEDGER.kind == sa.literal_column(f"'{kind}'"))
        .where(_LEDGER.at >= since.astimezone(UTC).isoformat(timespec="microseconds"))
        .order_by(_LEDGER.at, _LEDGER.order_id, _LEDGER.version)
    )


def _followed(connection: sa.Connection, order: str) -> SurveyFollowedUp | None:
    query = (
        sa.select(_LEDGER.kind, _LEDGER.body)
        .where(_LEDGER.order_id == order, _LEDGER.kind == "SurveyFollowedUp")
        .order_by(_LEDGER.version.desc())
    )
    row = connection.execute(query.limit(1)).one_or_none()
    event = decode(row.kind, row.body) if row else None
    return event if isinstance(event, SurveyFollowedUp) else None


def _opinion(row: sa.Row[Any], event: SurveyAnswered, followed: SurveyFollowedUp | None) -> Opinion:
    return Opinion(
        order=row.order_id,
        offering=row.offering,
        agency=row.agency,
        at=event.at,
        by=event.by,
        score=event.score,
        text=event.text,
        placed_at=row.placed_at,
        promised_at=row.promised_at,
        ended_at=row.ended_at,
        unhappy=row.unhappy,
        done=followed.text if followed else "",
        done_at=followed.at if followed else None,
    )


def _again(known: Recurring | None, offering: str, event: QuestionAsked, order: str) -> Recurring:
    orders = known.orders if known is not None else ()
    return Recurring(
        offering=offering,
        question=event.waiting_on.question,
        times=1 + (known.times if known is not None else 0),
        last_at=event.at,
        orders=(*(one for one in orders if one != order), order)[-EXAMPLES:],
    )
