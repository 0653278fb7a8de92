"""Azure on your own desk: its Resource Manager, driven by what the azure-mgmt packages describe.

The contract comes from the vendor, only behaviour is ours: what Azure would refuse is refused as
Azure refuses it, operations run and end by a clock, faults strike by rule, and what is real and
not here is answered with an honest 501. The cloud is still there after a restart.

`python -m emulators.azure --port 4590 --state .grunnmur/azure` serves it; `serve()` does so from
a thread, for tests.
"""

from __future__ import annotations

from emulators.azure.server import serve
from emulators.serving import Running

__all__ = ["Running", "serve"]
