"""Google Cloud on your own desk: Compute Engine, Cloud Storage and Cloud SQL for PostgreSQL.

What may be asked, and how answers look, comes from Google's own discovery documents; only the
behaviour is ours. Unknown paths, fields, values and names are refused as Google refuses them,
operations take their time, requestIds are honoured, faults come by rule, a real operation that is
not offered is a 501, and what exists is still there after a restart.

`python -m emulators.google --port 4580 --state .grunnmur/google` serves it; `serve()` does so
from a thread, for tests.
"""

from __future__ import annotations

from emulators.google.server import serve
from emulators.serving import Running

__all__ = ["Running", "serve"]
