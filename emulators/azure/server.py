"""Serves the emulated Azure."""

from __future__ import annotations

from pathlib import Path

from emulators.azure.service import Emulator
from emulators.serving import Clock, Server


def _made(state: Path | None, clock: Clock, lag: float) -> Emulator:
    return Emulator(clock=clock, lag=lag, state=state)


serve = Server(_made)
