"""python -m emulators.openstack: serves the emulated private cloud until SIGTERM or Ctrl-C."""

from __future__ import annotations

from emulators.command import run
from emulators.ending import leave
from emulators.openstack.server import serve

if __name__ == "__main__":
    leave(run("openstack", __doc__, serve))
