"""Does `things` say what the items say? Asked of the database as a whole, for `verify`."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from ledger import tables
from orders.model import MAKES, OPEN, Action, Stage, State

_ITEMS, _THINGS, _ORDERS = tables.items.c, tables.things.c, tables.orders.c
_DONE = State.COMPLETED.value
_STILL_OPEN = sorted(state.value for state in OPEN)
_MAKES = sorted(action.value for action in {*MAKES, Action.MOVE})
_DAY_TWO = (Action.MODIFY.value, Action.TERMINATE.value)
_IN_USE = (Stage.KEEP.value, Stage.HAND_OVER.value)


def contradictions(connection: sa.Connection) -> Iterator[tuple[str, str]]:
    """An order's id and what is wrong with a thing of it; nothing when all is in step."""
    for query, why in (
        (_missing(), "delivered {}, and its row in things is missing"),
        (_strange(), "its row in things, {}, is of no item that was completed"),
        (_old(), "its row in things, {}, is not of the last item that changed it"),
        (_not_taken(), "changes {}, and its row in things does not say so"),
        (_taken(), "does not change {}, and its row in things says so"),
    ):
        for row in connection.execute(query):
            yield row.order_id, why.format(row.instance)


def _missing() -> sa.Select[tuple[str, str]]:
    ends = tables.items.alias()
    removed = sa.exists().where(
        *_same(ends, tables.items),
        ends.c.action == Action.TERMINATE.value,
        ends.c.state == _DONE,
    )
    stands = sa.exists().where(_THINGS.instance == _ITEMS.instance)
    return sa.select(_ITEMS.order_id, _ITEMS.instance).where(
        _ITEMS.action.in_(_MAKES), _ITEMS.state == _DONE, ~removed, ~stands
    )


def _same(one: sa.FromClause, other: sa.FromClause) -> Iterator[sa.ColumnElement[bool]]:
    """On one instance; said in the columns of the index."""
    for name in ("provider", "account", "instance"):
        yield one.c[name] == other.c[name]


def _strange() -> sa.Select[tuple[str, str]]:
    fits = sa.exists().where(
        _ITEMS.order_id == _THINGS.order_id,
        _ITEMS.item_id == _THINGS.item_id,
        _ITEMS.instance == _THINGS.instance,
        sa.or_(
            _ITEMS.state == _DONE,
            sa.and_(_ITEMS.action == Action.MOVE.value, _ITEMS.stage.in_(_IN_USE)),
        ),
        _ITEMS.action != Action.TERMINATE.value,
        _ORDERS.id == _ITEMS.order_id,
        _ORDERS.agency == _THINGS.agency,
    )
    return sa.select(_THINGS.order_id, _THINGS.instance).where(~fits)


def _old() -> sa.Select[tuple[str, str]]:
    own, later = tables.items.alias(), tables.items.alias()
    return (
        sa.select(_THINGS.order_id, _THINGS.instance)
        .join(own, sa.and_(own.c.order_id == _THINGS.order_id, own.c.item_id == _THINGS.item_id))
        .where(
            sa.exists().where(
                *_same(later, own),
                later.c.state == _DONE,
                later.c.action.in_(_DAY_TWO),
                later.c.ended_at > own.c.ended_at,
            ),
        )
    )


def _not_taken() -> sa.Select[tuple[str, str]]:
    taken = sa.exists().where(
        _THINGS.instance == _ITEMS.instance, _THINGS.changing == _ITEMS.order_id
    )
    return sa.select(_ITEMS.order_id, _ITEMS.instance).where(
        _ITEMS.action.in_(_DAY_TWO), _ITEMS.state.in_(_STILL_OPEN), ~taken
    )


def _taken() -> sa.Select[tuple[str, str]]:
    changes = sa.exists().where(
        _ITEMS.order_id == _THINGS.changing,
        _ITEMS.instance == _THINGS.instance,
        _ITEMS.action.in_((*_DAY_TWO, Action.MOVE.value)),
        _ITEMS.state.in_(_STILL_OPEN),
    )
    return sa.select(_THINGS.changing.label("order_id"), _THINGS.instance).where(
        _THINGS.changing.is_not(None), ~changes
    )
