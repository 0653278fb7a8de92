"""python -m emulators.azure: serves the emulated Azure until SIGTERM or Ctrl-C."""

from __future__ import annotations

from emulators.azure.server import serve
from emulators.command import run
from emulators.ending import leave

if __name__ == "__main__":
    leave(run("azure", __doc__, serve))
