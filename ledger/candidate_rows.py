"""The table of candidates, and how its rows and the values are made of each other."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from ledger import tables
from orders.adoption import By, Candidate, Choice, Evidence, Met, Proposal, Sure, Wish
from orders.model import State

CANDIDATES = sa.Table(
    "candidates",
    tables.metadata,
    sa.Column("id", tables.Key, primary_key=True),
    sa.Column("key", tables.Key, nullable=False),
    sa.Column("provider", sa.Text, nullable=False),
    sa.Column("account", sa.Text, nullable=False),
    sa.Column("region", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("resource", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("facts", sa.Text, nullable=False),
    sa.Column("agency", sa.Text, nullable=False),
    sa.Column("evidence", sa.Text, nullable=False),
    sa.Column("proposal", sa.Text, nullable=False),
    sa.Column("own", sa.Text, nullable=False),
    sa.Column("choice", sa.Text, nullable=False),
    sa.Column("decided_by", sa.Text, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("order_id", sa.Text, nullable=False),
    sa.Column("ready", sa.Boolean, nullable=False),
    sa.Column("first_seen", tables.Utc, nullable=False),
    sa.Column("last_seen", tables.Utc, nullable=False),
    sa.Column("closed_at", tables.Utc),
    sa.Column("decided_at", tables.Utc),
    sa.Index("candidates_by_age", "first_seen", "id"),
)
_C = CANDIDATES.c
_STILL = _C.closed_at.is_(None)
sa.Index("open_candidates", _C.key, unique=True, sqlite_where=_STILL, postgresql_where=_STILL)

MOST = 500  # rows in memory at a time
_PLAIN = ("provider", "account", "region", "kind", "resource", "name")
_FACTS = ("tags", "parameters", "networks")
_IN_VAIN = [State.FAILED.value, State.CANCELLED.value, State.REJECTED.value]


def free() -> sa.ColumnElement[bool]:
    """Nobody has decided, or the order that was to adopt it came to nothing."""
    orders = tables.orders.c
    in_vain = sa.exists().where(orders.id == _C.order_id, orders.state.in_(_IN_VAIN))
    return sa.or_(_C.choice == "", sa.and_(_C.choice == Choice.ADOPTED.value, in_vain))


def facts(one: Met) -> dict[str, Any]:
    """What the provider told, as columns."""
    plain = {name: getattr(one, name) for name in _PLAIN}
    rest = {name: asdict(one)[name] for name in _FACTS}
    return {**plain, "facts": json.dumps(rest, sort_keys=True)}


def as_read(one: Candidate) -> sa.ColumnElement[bool]:
    """What it is, and what it is to become, is what stands on its row still."""
    own, proposed = one.own, told(one.proposal)["proposal"]
    wished = _C.own == kept(own) if own else sa.and_(_C.own == "", _C.proposal == proposed)
    return sa.and_(_C.facts == facts(one.met)["facts"], wished)


def kept(own: Wish) -> str:
    """What an operator made of the proposal, as a column."""
    return json.dumps(asdict(own))


def told(proposal: Proposal) -> dict[str, Any]:
    """What is proposed, as columns."""
    return {
        "agency": proposal.wish.agency,
        "proposal": json.dumps(asdict(proposal.wish), sort_keys=True),
        "evidence": json.dumps([asdict(one) for one in proposal.evidence]),
        "ready": proposal.ready,
    }


def candidate(row: sa.Row[Any]) -> Candidate:
    said = row._mapping  # noqa: SLF001 - SQLAlchemy's own name for a public thing
    rest = json.loads(row.facts)
    met = Met(
        **{name: said[name] for name in _PLAIN},
        tags=rest["tags"],
        parameters=rest["parameters"],
        networks=tuple(rest["networks"]),
    )
    proposal = Proposal(
        wish=Wish(**json.loads(row.proposal)),
        evidence=tuple(map(_evidence, json.loads(row.evidence))),
    )
    return Candidate(
        id=row.id,
        met=met,
        proposal=proposal,
        own=Wish(**json.loads(row.own)) if row.own else None,
        ready=row.ready,
        first_seen=row.first_seen,
        last_seen=row.last_seen,
        closed_at=row.closed_at,
        choice=Choice(row.choice),
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        why=row.why,
        order=row.order_id,
        free=row.free,
    )


def _evidence(told_: dict[str, str]) -> Evidence:
    return Evidence(
        by=By(told_["by"]), what=told_["what"], says=told_["says"], sure=Sure(told_["sure"])
    )
