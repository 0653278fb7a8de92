"""Public SSH keys: what is one, and how a server is told at its first start whose opens it."""

from __future__ import annotations

import base64
import binascii
import json
import re

KEY = re.compile(
    r"(ssh-ed25519|ssh-rsa|ecdsa-sha2-[a-z0-9-]+) ([A-Za-z0-9+/]+=*)(?: [^\x00-\x1f]*)?"
)
LONGEST = 16_000  # what the clouds take to tell a server, less the words around it


def is_key(key: str) -> bool:
    """Whether a text is a public key: the sort it says first is the sort that is inside."""
    found = KEY.fullmatch(key)
    if found is None or len(key) > LONGEST:
        return False
    try:
        inside = base64.b64decode(found[2], validate=True)
    except binascii.Error:
        return False
    length = int.from_bytes(inside[:4], "big")
    return inside[4 : 4 + length] == found[1].encode() and len(inside) > 4 + length


def authorized(key: str) -> str:
    """The lines of a cloud-config that let its owner in; none when there is no key."""
    return f"ssh_authorized_keys:\n  - {json.dumps(key)}\n" if key else ""
