"""Serves the emulated Google Cloud."""

from __future__ import annotations

from pathlib import Path

from emulators.google.call import Cloud
from emulators.google.service import Emulator
from emulators.google.store import Store
from emulators.serving import Clock, Server


def _made(state: Path | None, clock: Clock, lag: float) -> Emulator:
    return Emulator(Cloud(Store(state), clock, lag))


serve = Server(_made)
