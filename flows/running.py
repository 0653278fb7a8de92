"""What ends a run before it is done: an operator's cancel or pause, a stopping worker, a newer run.

A run asks between its calls to a provider, never in the middle of one. In a stock worker nobody
tells it of a cancel or a stop: that one kills its child process, and the ledger knows how to go on.
"""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import Enum


class Wish(Enum):
    """Why a run should end before it is done, the strongest first."""

    SUPERSEDED = "another run has taken the item over"
    CANCEL = "an operator cancelled the run"
    PAUSE = "an operator paused the run"
    STOP = "the worker is being stopped"


class Interrupted(Exception):
    """The run is to end here, where it is safe."""

    def __init__(self, wish: Wish) -> None:
        super().__init__(wish.value)
        self.wish = wish


class Control:
    """One run's ear. Told by other threads, asked by the run's own.

    `last_word` is what the run has to say should Prefect not take the end it gives itself.
    """

    def __init__(self) -> None:
        self.last_word = ""
        self._wishes: set[Wish] = set()
        self._deaf: set[Wish] = set()
        self._told = threading.Event()
        self._lock = threading.Lock()

    def tell(self, wish: Wish) -> None:
        with self._lock:
            self._wishes.add(wish)
            if wish not in self._deaf:
                self._told.set()

    def heed(self, wish: Wish) -> None:
        """What `wish` asks for is being done: it does not interrupt again."""
        with self._lock:
            self._deaf.add(wish)
            if not self._wishes - self._deaf:
                self._told.clear()

    def told(self, wish: Wish) -> bool:
        """Whether `wish` was ever told, heeded or not."""
        return wish in self._wishes

    def check(self) -> None:
        """Raise Interrupted when something is wished that is not being done yet."""
        for wish in Wish:
            if wish in self._wishes and wish not in self._deaf:
                raise Interrupted(wish)

    def wait(self, seconds: float) -> None:
        """Sleep; raise Interrupted at once when told something."""
        self._told.wait(seconds)
        self.check()


_current: ContextVar[Control | None] = ContextVar("flows.running.control", default=None)


@contextmanager
def controlled_by(control: Control) -> Generator[None]:
    """Flows and tasks started inside listen to `control`."""
    token = _current.set(control)
    try:
        yield
    finally:
        _current.reset(token)


def current() -> Control:
    """The control of the run this is called in; one that nobody else knows when there is none."""
    return _current.get() or Control()
