"""The hash chain: each event of an order carries the hash of the one before it.

It shows that somebody changed the record; it cannot show that somebody rewrote a whole order and
all its hashes, for there is no secret in it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

FIRST = ""


def row_hash(row: Mapping[str, Any]) -> str:
    """SHA-256, in hex, over the row's canonical JSON: every column but the hash itself."""
    said = {name: value for name, value in row.items() if name != "hash"}
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
