"""Serves the emulated IBM Cloud."""

from __future__ import annotations

from pathlib import Path

from emulators.ibm.call import Cloud
from emulators.ibm.service import Emulator
from emulators.ibm.store import Store
from emulators.serving import Clock, Server


def _made(state: Path | None, clock: Clock, lag: float) -> Emulator:
    return Emulator(Cloud(Store(state), clock, lag))


serve = Server(_made)
