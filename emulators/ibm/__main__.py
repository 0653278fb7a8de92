"""python -m emulators.ibm: serves the emulated IBM Cloud until SIGTERM or Ctrl-C."""

from __future__ import annotations

from emulators.command import run
from emulators.ending import leave
from emulators.ibm.server import serve

if __name__ == "__main__":
    leave(run("ibm", __doc__, serve))
