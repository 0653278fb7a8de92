"""Whose a lease is: a process, named so that a neighbour on its machine can see that it is gone.

That it is there, or runs on another machine, is never concluded: there the beat alone counts.
"""

from __future__ import annotations

import os
import uuid
from functools import cache
from pathlib import Path

# A process number means something on one machine, between two starts of it, in one container.
BOOT = Path("/proc/sys/kernel/random/boot_id")
CONTAINER = Path("/proc/self/ns/pid")
STATE, BEGUN = 0, 19  # fields of /proc/<pid>/stat after the name; see proc(5)
ENDED = frozenset("ZX")  # a zombie does nothing any more


@cache
def _of(pid: int) -> str:
    return f"{os.uname().nodename} {pid} {_begun(pid)}@{_place()} {uuid.uuid4().hex[:8]}"


def ours() -> str:
    """The name of this process, the same at every call: machine, process, its begin and place."""
    return _of(os.getpid())  # a forked child has its own


def is_gone(owner: str) -> bool:
    """Whether the process of that name ran here and has ended, beyond doubt."""
    _, _, rest = owner.partition(" ")
    pid, _, rest = rest.partition(" ")
    begun, _, place = rest.partition(" ")[0].partition("@")
    known = pid.isdecimal() and begun and place
    return bool(known) and place == _place() and _begun(int(pid)) != begun


def _begun(pid: int) -> str:
    """When the process began, in ticks since the machine did; empty when there is none."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return ""
    fields = stat.rpartition(")")[2].split()
    return "" if fields[STATE] in ENDED else fields[BEGUN]


@cache
def _place() -> str:
    """Where process numbers mean the same as here; empty where that cannot be told."""
    try:
        return f"{BOOT.read_text().strip()[:8]}-{CONTAINER.stat().st_ino}"
    except OSError:
        return ""
