"""A PostgreSQL server that lives as long as a benchmark, if this machine has the programs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tests.fixtures.postgres import REACHED, programs, served


@contextmanager
def postgres() -> Iterator[str | None]:
    """The address of an empty database with the server's own settings; None without programs."""
    found = programs()
    if found is None:
        yield None
        return
    with served(found, REACHED) as server:
        yield server.url("postgres")
