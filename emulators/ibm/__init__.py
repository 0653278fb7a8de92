"""IBM Cloud on your own desk: VPC, Cloud Object Storage, Direct Link, tags and their search.

What may be asked comes from IBM's own SDKs (operations.json, made by tools/ibm_operations.py);
only the behaviour is ours. Names are unique and told as IBM tells it, states lag, tags are found
late, faults come by rule, a real operation that is not offered is a 501, and what exists is still
there after a restart.

Regional services stand below the region's name: `<url>/eu-de/v1` is VPC there, `<url>/eu-de/cos`
Cloud Object Storage. `python -m emulators.ibm --port 4600 --state .grunnmur/ibm` serves it;
`serve()` does so from a thread, for tests.
"""

from __future__ import annotations

from emulators.ibm.server import serve
from emulators.serving import Running

__all__ = ["Running", "serve"]
