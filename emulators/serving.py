"""What serves an emulator, whichever cloud it is: on a loopback address and from a thread."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from emulators import loopback
from emulators.rules import Rules
from emulators.strikes import Strikes

Clock = Callable[[], float]


class Emulator(Protocol):
    """A cloud behind HTTP."""

    @property
    def rules(self) -> Rules: ...

    def answer(self, request: loopback.Request) -> loopback.Answer: ...

    def close(self) -> None: ...


E = TypeVar("E", bound=Emulator)


@dataclass(slots=True)
class Running(Generic[E]):
    """A served emulator. `emulator` gives a test in the same process its rules, calls and cloud."""

    emulator: E
    _served: loopback.Served

    @property
    def url(self) -> str:
        return self._served.url

    def close(self) -> None:
        """Stop serving, hang up on everybody, end what it runs, keep the state, free the port."""
        self._served.close()
        self.emulator.close()


@dataclass(frozen=True, slots=True)
class Server(Generic[E]):
    """Serves what `make` gives of a folder for the state, a clock and a lag."""

    make: Callable[[Path | None, Clock, float], E]

    def __call__(
        self,
        port: int = 0,
        state: Path | None = None,
        clock: Clock = time.time,
        lag: float = 1.0,
        host: str = "127.0.0.1",
    ) -> Running[E]:
        """Start the emulator; it answers when this returns.

        port   0 for any free one
        state  folder to keep the cloud in, None to forget it
        clock  epoch seconds; what goes on ends by this clock
        lag    seconds that the shortest work takes

        Raises loopback.NotLoopback, state_file.StateInUse, and OSError (port taken, folder not
        writable).
        """
        emulator = self.make(state, clock, lag)
        emulator.rules.strikes = Strikes(state)
        try:
            return Running(emulator, loopback.serve(emulator.answer, port, host))
        except BaseException:
            emulator.close()
            raise
