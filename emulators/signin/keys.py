"""The signing key, kept on disk so that tokens outlive a restart."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path

from joserfc.jwk import RSAKey

BITS = 2048


def signing_key(state: Path | None) -> RSAKey:
    """The key in the folder `state`, made (mode 0600) when missing; without a folder, in memory."""
    if state is None:
        return _fresh()
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = state / "signing-key.json"
    if path.exists():
        return RSAKey.import_key(json.loads(path.read_text("utf8")))
    key = _fresh()
    # Written whole under another name first: a crash leaves no half key behind.
    draft = path.with_suffix(f".{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf8") as file:
        json.dump(key.as_dict(private=True), file)
    draft.rename(path)
    return key


def _fresh() -> RSAKey:
    return RSAKey.generate_key(
        BITS,
        parameters={"kid": secrets.token_hex(8), "use": "sig", "alg": "RS256"},
    )
