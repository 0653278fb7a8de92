"""The sessions of those who are signed in, as a part of the ledger that its users hold."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ledger import sessions
from ledger.database import Database


class SignedIn:
    """Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def open_session(self, person: Mapping[str, Any], now: datetime, ends_at: datetime) -> str:
        with self._database.writing() as connection:
            return sessions.open_session(connection, person, now, ends_at)

    def session(self, token: str, now: datetime) -> Mapping[str, Any] | None:
        with self._database.reading() as connection:
            return sessions.session(connection, token, now)

    def close_session(self, token: str) -> None:
        with self._database.writing() as connection:
            sessions.close_session(connection, token)

    def close_sessions_of(self, subject: str) -> None:
        with self._database.writing() as connection:
            sessions.close_sessions_of(connection, subject)
