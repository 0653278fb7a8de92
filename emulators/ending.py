"""The end of a process that serves: heard whenever it comes, and sure to come about.

A handler of ours that woke the main thread by a lock could be called while the main thread holds
that very lock, and a signal that the kernel hands to another thread would wake nobody. The byte
that Python writes for every signal, in whichever thread, has neither fault.
"""

from __future__ import annotations

import faulthandler
import os
import signal
import socket
import sys
from collections.abc import Callable
from typing import NoReturn

SIGNALS = (signal.SIGTERM, signal.SIGINT)
LONGEST = 60.0  # seconds that an end may take; then all threads tell where they are


def listening() -> Callable[[], None]:
    """Take SIGTERM and SIGINT from now on; what is returned waits for the first of them.

    From that moment the process has LONGEST to end by itself. Then it says on stderr where each
    thread stands, and ends with 1. To be called in the main thread.
    """
    heard, told = socket.socketpair()
    told.settimeout(0)
    signal.set_wakeup_fd(told.detach(), warn_on_full_buffer=False)
    for number in SIGNALS:
        signal.signal(number, lambda *_: None)

    def wait() -> None:
        while heard.recv(1)[0] not in SIGNALS:
            pass
        faulthandler.dump_traceback_later(LONGEST, exit=True)

    return wait


def leave(code: int) -> NoReturn:
    """End at once, when everything is closed: to take down what moto has built takes seconds."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
