"""A cloud that is kept in one state file: emptied, copied and taken back, and called in turn."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from threading import Lock
from typing import Generic, TypeVar

from emulators.calls import Calls
from emulators.rules import Rules
from emulators.state_file import StateFile

S = TypeVar("S", bound=StateFile)


class Kept(Generic[S]):
    """What an emulator of such a cloud is besides its API. Safe to use from several threads."""

    def __init__(self, store: S, rules: Rules) -> None:
        self.store = store
        self.rules = rules
        self.calls = Calls()
        self._lock = Lock()

    def furnish(self) -> None:
        """Put there, in a change, what stands before anybody orders: nothing, unless told."""

    def empty(self) -> None:
        """A new cloud: nothing is ordered, no rule is in force, no call was made."""
        self.rules.clear()
        self.calls.clear()
        with self._lock, self.store.change():
            self.store.empty()
            self.furnish()

    def copy(self) -> bytes:
        """The cloud as it is; see `restore`. Offered where the state is in memory."""
        with self._lock:
            return self.store.copy()

    def restore(self, copy: bytes) -> None:
        """A cloud as it once was, without rules and calls: many tests can start from one."""
        self.rules.clear()
        self.calls.clear()
        with self._lock:
            self.store.restore(copy)

    def close(self) -> None:
        with self._lock:
            self.store.close()

    @contextmanager
    def turn(self, settle: Callable[[], None]) -> Generator[None]:
        """The store for one call, all of whose changes are kept or none.

        What time has done by then, which `settle` sees to, stays done when the call is refused:
        a change that is told of, such as a 404 for what has gone meanwhile, is not taken back.
        """
        with self._lock:
            with self.store.change():
                settle()
            with self.store.change():
                yield
