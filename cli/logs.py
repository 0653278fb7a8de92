"""Logs of the parts that stay small though nobody looks after them: the newest, and some before."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path

LARGEST = 10 * 1024 * 1024  # bytes of one file; there are two of each part


def kept_small(log: Path, largest: int = LARGEST) -> bool:
    """Move what `log` has to a file beside it when it is too large; whether it was.

    Whoever writes to it goes on in the same file, opened to append. What stood in the file beside
    is gone. On a full disk the old lines are given up rather than the new ones.
    """
    try:
        if log.stat().st_size <= largest:
            return False
    except OSError:
        return False
    before = log.with_name(f"{log.name}.1")
    try:
        shutil.copyfile(log, before)
    except OSError:
        with suppress(OSError):
            before.unlink()
    with suppress(OSError):
        os.truncate(log, 0)
    return True
