"""python -m emulators.aws: serves the emulated AWS until SIGTERM or Ctrl-C."""

from __future__ import annotations

from emulators.aws.guard import stay_home
from emulators.aws.server import serve
from emulators.command import run
from emulators.ending import leave

if __name__ == "__main__":
    stay_home()
    leave(run("aws", __doc__, serve))
