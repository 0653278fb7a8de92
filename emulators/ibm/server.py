"""Starts the emulator, on a loopback address and from a thread."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from emulators import loopback
from emulators.ibm.call import Cloud
from emulators.ibm.service import Emulator
from emulators.ibm.store import Store


@dataclass(slots=True)
class Running:
    """A served emulator. `emulator` gives a test in the same process its rules, calls and cloud."""

    emulator: Emulator
    _served: loopback.Served

    @property
    def url(self) -> str:
        return self._served.url

    def close(self) -> None:
        """Stop serving, hang up on everybody, keep the state, and free the port."""
        self._served.close()
        self.emulator.close()


def serve(
    port: int = 0,
    state: Path | None = None,
    clock: Callable[[], float] = time.time,
    lag: float = 1.0,
    host: str = "127.0.0.1",
) -> Running:
    """Start the emulator; it answers when this returns.

    port   0 for any free one
    state  folder to keep the cloud in, None to forget it
    clock  epoch seconds; work ends by this clock
    lag    seconds each piece of work takes

    Raises loopback.NotLoopback, store.StateInUse, and OSError (port taken, folder not writable).
    """
    emulator = Emulator(Cloud(Store(state), clock, lag))
    try:
        return Running(emulator, loopback.serve(emulator.answer, port, host))
    except BaseException:
        emulator.close()
        raise
