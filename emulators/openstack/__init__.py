"""OpenStack on your own desk: what we use of Keystone, Nova, Neutron, Glance, Cinder and Swift.

Fields that a create may have come from the SDK's own resources; behaviour is ours. Unknown paths,
fields and names are refused as OpenStack refuses them, servers take their time, faults come by
rule, a real operation that is not offered is a 501, and what exists is still there after a
restart. Where QEMU is found a virtual machine may really boot (see guests.py).

`python -m emulators` serves it beside the other clouds; `serve()` does so from a thread.
"""

from __future__ import annotations

from emulators.openstack.server import serve
from emulators.serving import Running

__all__ = ["Running", "serve"]
