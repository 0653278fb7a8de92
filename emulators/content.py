"""What an object holds: kept as text beside what is told of it, and its MD5 in two spellings."""

from __future__ import annotations

import base64
from hashlib import md5


def packed(data: bytes) -> str:
    """As it is kept in a thing's JSON; see `unpacked`."""
    return base64.b64encode(data).decode()


def unpacked(kept: str) -> bytes:
    return base64.b64decode(kept)


def md5_base64(data: bytes) -> str:
    """Blob Storage's and Cloud Storage's way."""
    return packed(md5(data, usedforsecurity=False).digest())


def md5_hex(data: bytes) -> str:
    """S3's and Swift's way."""
    return md5(data, usedforsecurity=False).hexdigest()
