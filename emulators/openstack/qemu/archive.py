"""A cpio archive in the kernel's newc format, written without root: every file is root's in it."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from dataclasses import dataclass

MAGIC = b"070701"
TRAILER = "TRAILER!!!"
FILE, FOLDER, LINK = 0o100000, 0o040000, 0o120000


@dataclass(frozen=True, slots=True)
class Entry:
    """A file, and how it may be used; `link`: its data is where it leads."""

    data: bytes
    mode: int = 0o644
    link: bool = False


def packed(entries: Mapping[str, Entry]) -> bytes:
    """The archive with all folders that `entries` need, compressed."""
    folders = {
        "/".join(parts[:depth])
        for parts in (name.split("/") for name in entries)
        for depth in range(1, len(parts))
    }
    out = [_record(name, b"", FOLDER | 0o755) for name in sorted(folders)]
    for name, entry in sorted(entries.items()):
        kind = LINK if entry.link else FILE
        out.append(_record(name, entry.data, kind | entry.mode))
    out.append(_record(TRAILER, b"", 0))
    return gzip.compress(b"".join(out), 6, mtime=0)


def _record(name: str, data: bytes, mode: int) -> bytes:
    path = name.encode() + b"\0"
    links = 2 if mode & FOLDER and not mode & FILE else 1
    numbers = (0, mode, 0, 0, links, 0, len(data), 0, 0, 0, 0, len(path), 0)
    head = MAGIC + b"".join(b"%08X" % number for number in numbers)
    return _padded(head + path) + _padded(data)


def _padded(data: bytes) -> bytes:
    return data + b"\0" * (-len(data) % 4)
