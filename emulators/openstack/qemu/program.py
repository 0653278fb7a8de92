"""A program of Debian's that a guest's system is made with; it ends when nobody waits for it."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from threading import Event

LOOK = 0.1


class Failed(Exception):
    """It did not do its work; the message says which program, and its last words."""


class Ended(Exception):
    """Nobody waits for its work any more."""


def run(command: Sequence[str], folder: Path, patience: float, end: Event) -> str:
    """What it prints. Raises Failed, and Ended soon after `end` is set; then it is gone."""
    try:
        process = subprocess.Popen(  # noqa: S603 - Debian's own programs, with names of ours
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,  # with all that it starts itself
        )
    except OSError as error:
        raise Failed(f"{command[0]}: {error}") from None
    printed, complained = _awaited(process, patience, end)
    if process.returncode:
        told = (complained.strip().splitlines() or ["no reason"])[-1]
        raise Failed(f"{' '.join(command[:2])}: {told}")
    return printed


def _awaited(process: subprocess.Popen[str], patience: float, end: Event) -> tuple[str, str]:
    waited = 0.0
    while True:
        try:
            return process.communicate(timeout=LOOK)
        except subprocess.TimeoutExpired:
            waited += LOOK
        if end.is_set() or waited > patience:
            break
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    if end.is_set():
        raise Ended
    raise Failed(f"{process.args!r} was not done after {patience:.0f} s")
