"""Sealed to one browser: what lies in the ledger's database can be read by nobody who reads that.

Hybrid public key encryption (RFC 9180) with X25519, HKDF-SHA256 and ChaCha20-Poly1305. The private
key is in a cookie of the browser that asked, and nowhere else. `about` is bound into the seal, so
that what was sealed for one thing, person and envelope opens as no other's.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
_PURPOSE = "grunnmur access data 1"


class SealBroken(Exception):
    """It was sealed for another key or purpose, or was changed since; nothing of it is told."""


def key_pair() -> tuple[str, str]:
    """A new private key and its public one, as text for a cookie and for a row."""
    private = X25519PrivateKey.generate()
    return _text(private.private_bytes_raw()), _text(private.public_key().public_bytes_raw())


def seal(values: Mapping[str, str], public: str, about: Sequence[str]) -> str:
    """`values` for the holder of `public`'s private key; ValueError when that is no key."""
    key = X25519PublicKey.from_public_bytes(_bytes(public))
    content = json.dumps(dict(values)).encode()
    return _text(_SUITE.encrypt(content, key, info=_info(about)))


def unseal(sealed: str, private: str, about: Sequence[str]) -> dict[str, str]:
    """What was sealed. Raises SealBroken."""
    try:
        key = X25519PrivateKey.from_private_bytes(_bytes(private))
        content = json.loads(_SUITE.decrypt(_bytes(sealed), key, info=_info(about)))
    except (InvalidTag, ValueError):
        raise SealBroken("what was sealed does not open with this key") from None
    return {str(name): str(value) for name, value in content.items()}


def _info(about: Sequence[str]) -> bytes:
    return json.dumps([_PURPOSE, *about]).encode()


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode()


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text.encode())
