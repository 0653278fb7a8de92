"""Prefect's SQLite, with write transactions that wait for their turn.

As it comes, the server begins its transactions DEFERRED: of two that read and then write, one
fails at once with "database is locked", whatever the busy timeout, and clients see 503. Begun
IMMEDIATE they queue instead. `tests/flows/test_sqlite_immediate.py` shows when this file is no
longer needed, and when it no longer fits.
"""

from __future__ import annotations

import inspect
from typing import Any

from prefect.server.database.configurations import AioSqliteConfiguration
from prefect.server.database.dependencies import set_database_config
from typing_extensions import override


class DoesNotFit(Exception):
    """Prefect's internals are not those this was written for."""


class ImmediateSqlite(AioSqliteConfiguration):
    """Begins every transaction as Prefect begins those it means to write in."""

    @override
    def begin_transaction(
        self,
        session: Any,
        with_for_update: bool = False,
    ) -> Any:  # what the stock one gives, whatever Prefect calls it
        return super().begin_transaction(session, with_for_update=True)


def install(url: str) -> bool:
    """Let this process's server use it; False when its database at `url` is not SQLite.

    Raises DoesNotFit, and changes nothing, when Prefect has changed underneath.
    """
    if not url.startswith("sqlite"):
        return False
    signature = inspect.signature(AioSqliteConfiguration.begin_transaction)
    if list(signature.parameters) != ["self", "session", "with_for_update"]:
        raise DoesNotFit(f"AioSqliteConfiguration.begin_transaction{signature}")
    set_database_config(ImmediateSqlite(connection_url=url))
    return True
