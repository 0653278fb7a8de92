"""What people were asked and what they thought: recurring questions, and answers to the survey.

Read from the ledger itself, by an index of these few kinds of entries.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from ledger import tables
from ledger.codec import decode, storable
from ledger.database import Database
from orders.events import QuestionAsked, SurveyAnswered, SurveyFollowedUp

_LEDGER, _ORDERS, _ITEMS = tables.ledger.c, tables.orders.c, tables.items.c
EXAMPLES = 5
LATEST = 1000


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
        """What was asked since then, most often first. Case and spaces make no other question.

        Of the last `LATEST` questions: what recurs is among them.
        """
        found: dict[tuple[str, str], Recurring] = {}
        with self._database.reading() as connection:
            rows = connection.execute(_questions(since, offering)).all()[::-1]
            about = _offerings(connection, {row.order_id for row in rows})
        for row in rows:
            event = decode(row.kind, row.body)
            if not isinstance(event, QuestionAsked):
                continue
            name = about[row.order_id, event.item]
            if offering in {None, name}:
                key = name, " ".join(event.waiting_on.question.casefold().split())
                found[key] = _again(found.get(key), name, event, row.order_id)
        return sorted(found.values(), key=lambda one: (-one.times, one.offering, one.question))

    def asked(self, since: datetime) -> Iterator[Asked]:
        """The last `LATEST` questions since then, the latest first.

        One about several items is one question.
        """
        last = None
        with self._database.reading() as connection:
            rows = connection.execute(_questions(since)).all()
        for row in rows:
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

    def opinions(
        self, since: datetime, agency: str | None = None, *, unhappy: bool = False
    ) -> list[Opinion]:
        """The last `LATEST` answers since then, oldest first.

        `unhappy` are those that nobody has done anything about.
        """
        query = _of("SurveyAnswered", since)
        if agency is not None:
            query = query.where(_ORDERS.agency == agency)
        if unhappy:
            query = query.where(_ORDERS.unhappy)
        with self._database.reading() as connection:
            rows = connection.execute(query).all()[::-1] if storable(agency) else []
            done = _followed(connection, {row.order_id for row in rows})
        events = [(row, decode(row.kind, row.body)) for row in rows]
        return [
            _opinion(row, event, done.get(row.order_id))
            for row, event in events
            if isinstance(event, SurveyAnswered)
        ]


def _questions(since: datetime, offering: str | None = None) -> sa.Select[Any]:
    """On orders with an item of `offering`."""
    query = _of("QuestionAsked", since)
    if offering is None:
        return query
    mine = _ITEMS.order_id == _LEDGER.order_id, _ITEMS.offering == offering
    return query.where(sa.exists().where(*mine) if storable(offering) else sa.false())


def _offerings(connection: sa.Connection, orders: Collection[str]) -> dict[tuple[str, str], str]:
    """By order and item."""
    query = sa.select(_ITEMS.order_id, _ITEMS.item_id, _ITEMS.offering)
    rows = connection.execute(query.where(_ITEMS.order_id.in_(orders)))
    return {(row.order_id, row.item_id): row.offering for row in rows}


def _of(kind: str, since: datetime) -> sa.Select[Any]:
    """The last `LATEST`, the latest first."""
    # The kind stands in the query itself: only so do both databases see that the index of these
    # entries alone will do.
    return (
        sa.select(tables.ledger, _ORDERS.agency, _ORDERS.offering, _ORDERS.unhappy)
        .add_columns(_ORDERS.placed_at, _ORDERS.promised_at, _ORDERS.ended_at)
        .join(tables.orders, _ORDERS.id == _LEDGER.order_id)
        .where(_LEDGER.kind == sa.literal_column(f"'{kind}'"))
        .where(_LEDGER.at >= since.astimezone(UTC).isoformat(timespec="microseconds"))
        .order_by(_LEDGER.at.desc(), _LEDGER.order_id.desc(), _LEDGER.version.desc())
        .limit(LATEST)
    )


def _followed(connection: sa.Connection, orders: Collection[str]) -> Mapping[str, SurveyFollowedUp]:
    """What was done last, by order."""
    query = (
        sa.select(_LEDGER.order_id, _LEDGER.kind, _LEDGER.body)
        .where(_LEDGER.order_id.in_(orders), _LEDGER.kind == "SurveyFollowedUp")
        .order_by(_LEDGER.version)
    )
    told = [(row.order_id, decode(row.kind, row.body)) for row in connection.execute(query)]
    return {order: event for order, event in told if isinstance(event, SurveyFollowedUp)}


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
