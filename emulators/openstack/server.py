"""Serves the emulated private cloud.

Servers are simulated, unless `Emulator.house` is given something that really boots them.
"""

from __future__ import annotations

from pathlib import Path

from emulators.openstack.call import Cloud
from emulators.openstack.service import Emulator
from emulators.openstack.store import Store
from emulators.serving import Clock, Server


def _made(state: Path | None, clock: Clock, lag: float) -> Emulator:
    return Emulator(Cloud(Store(state), clock, lag))


serve = Server(_made)
