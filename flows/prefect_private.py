"""Everything we use of Prefect that is not public, in one place.

Each has a test in `tests/flows/test_prefect_private.py` that fails when Prefect changes.

The engine watches each run of a deployment for a suspension ("Pause" in the UI) with a thread,
an event loop and a websocket of its own: a third of a short run's time, and at a hundred runs
all the connections that the SQLite server takes. The worker watches all its runs with one
request instead, and tells the engine what it saw.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from prefect import flow_engine
from prefect._flow_run_suspension import mark_flow_run_suspension_requested
from prefect.client.schemas.objects import State

OBSERVER = "observe_flow_run_suspension"


class Changed(Exception):
    """Prefect's internals are not those this was written for."""


def install() -> None:
    """Let the worker do the watching in this process; raises Changed when Prefect has changed."""
    if not callable(getattr(flow_engine, OBSERVER, None)):
        raise Changed(f"prefect.flow_engine.{OBSERVER} is gone")
    setattr(flow_engine, OBSERVER, _watched_by_the_worker)


def suspend(run: UUID, state: State[Any]) -> bool:
    """Tell the engine of `run` that the server has suspended it; False when it runs elsewhere."""
    return mark_flow_run_suspension_requested(run, state)


@contextmanager
def _watched_by_the_worker(*_args: object, **_options: object) -> Generator[None]:
    yield
