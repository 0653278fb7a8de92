"""Everything we use of Prefect that is not public, in one place.

Each has a test in `tests/flows/test_prefect_private.py` that fails when Prefect changes.

The engine watches each run of a deployment for a suspension ("Pause" in the UI) with a thread,
an event loop and a websocket of its own: a third of a short run's time, and at a hundred runs
all the connections that the SQLite server takes. Our worker watches all its runs with one
request instead, and tells the runs themselves (`flows.running`).
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from prefect import flow_engine

OBSERVER = "observe_flow_run_suspension"


class Changed(Exception):
    """Prefect's internals are not those this was written for."""


def install() -> None:
    """Let the worker do the watching in this process; raises Changed when Prefect has changed."""
    if not callable(getattr(flow_engine, OBSERVER, None)):
        raise Changed(f"prefect.flow_engine.{OBSERVER} is gone")
    setattr(flow_engine, OBSERVER, _watched_by_the_worker)


@contextmanager
def _watched_by_the_worker(*_args: object, **_options: object) -> Generator[None]:
    yield
