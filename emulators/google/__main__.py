"""python -m emulators.google: serves the emulated Google Cloud until SIGTERM or Ctrl-C."""

from __future__ import annotations

from emulators.command import run
from emulators.ending import leave
from emulators.google.server import serve

if __name__ == "__main__":
    leave(run("google", __doc__, serve))
