"""A public SSH key that nobody has the private half of, and nobody ever had.

Azure makes no Linux machine without a key or a password, and refuses another key for a machine
that it knows. Where an order brings none, the key's bytes are a hash that happens to be a point of
the curve: always the same for one instance, and its private half is as hard to find as any. People
sign in by the serial console or by what the agency installs.
"""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from itertools import count

PRIME = 2**255 - 19
D = -121665 * pow(121666, -1, PRIME) % PRIME
NAME = b"ssh-ed25519"


def nobodys(seed: str) -> str:
    """The key for a seed, in OpenSSH's words."""
    for nth in count():
        raw = sha256(f"{seed} {nth}".encode()).digest()
        if _on_curve(raw):
            wire = b"".join(len(part).to_bytes(4, "big") + part for part in (NAME, raw))
            return f"{NAME.decode()} {b64encode(wire).decode()} nobody"
    raise AssertionError("every second hash is a point")


def _on_curve(raw: bytes) -> bool:
    """Whether the bytes are a point of edwards25519, as RFC 8032 reads them."""
    y = int.from_bytes(raw, "little") & (2**255 - 1)
    square = (y * y - 1) * pow(D * y * y + 1, -1, PRIME) % PRIME
    return 0 < y < PRIME and square != 0 and pow(square, (PRIME - 1) // 2, PRIME) == 1
