"""Who is signed in to the portal. Only the hash of a token is kept."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

import sqlalchemy as sa

from ledger import tables


def open_session(
    connection: sa.Connection,
    person: Mapping[str, Any],
    now: datetime,
    ends_at: datetime,
) -> str:
    """The new token. `person` is JSON and has a `subject`; ended sessions are swept out."""
    sessions = tables.sessions
    token = secrets.token_urlsafe(32)
    row = {
        "token_hash": _hash(token),
        "subject": str(person["subject"]),
        "person": json.dumps(dict(person), ensure_ascii=False),
        "opened_at": now,
        "ends_at": ends_at,
    }
    connection.execute(sa.delete(sessions).where(sessions.c.ends_at <= now))
    connection.execute(sa.insert(sessions).values(row))
    return token


def session(connection: sa.Connection, token: str, now: datetime) -> Mapping[str, Any] | None:
    """The person, or None when the token is unknown or its time is over."""
    sessions = tables.sessions.c
    query = sa.select(sessions.person).where(
        sessions.token_hash == _hash(token),
        sessions.ends_at > now,
    )
    text = connection.scalar(query)
    found: Mapping[str, Any] | None = None if text is None else json.loads(text)
    return found


def close_session(connection: sa.Connection, token: str) -> None:
    sessions = tables.sessions
    connection.execute(sa.delete(sessions).where(sessions.c.token_hash == _hash(token)))


def close_sessions_of(connection: sa.Connection, subject: str) -> None:
    sessions = tables.sessions
    connection.execute(sa.delete(sessions).where(sessions.c.subject == subject))


def _hash(token: str) -> str:
    # A cookie may hold anything, half a surrogate pair too.
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
