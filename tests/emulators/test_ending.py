"""A process of emulators ends when it is told to, whoever of its threads hears it, or says why."""

from __future__ import annotations

import ctypes
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0  # seconds
TGKILL = 234  # Linux on x86_64
SERVES = """
import sys
from threading import Event, Thread
from emulators import ending
ending.LONGEST = float(sys.argv[1])
wait = ending.listening()
Thread(target=Event().wait, daemon=True).start()
print("ready", flush=True)
wait()
print("heard", flush=True)
if sys.argv[2] == "hangs":
    Event().wait()
ending.leave(0)
"""


def serving(longest: float, how: str) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", SERVES, str(longest), how],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    assert process.stdout.readline() == "ready\n"
    return process


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_that_any_thread_is_handed_is_heard(number):
    """The kernel gives a signal to whichever thread it likes; only one of them waits for it."""
    for thread in (0, 1):
        with serving(PATIENCE, "ends") as process:
            tids = sorted(int(one.name) for one in Path(f"/proc/{process.pid}/task").iterdir())
            assert ctypes.CDLL(None).syscall(TGKILL, process.pid, tids[thread], number) == 0
            assert process.communicate(timeout=PATIENCE) == ("heard\n", "")
        assert process.returncode == 0


def test_an_end_that_hangs_is_cut_short_and_tells_where():
    with serving(0.5, "hangs") as process:
        process.send_signal(signal.SIGTERM)
        _, told = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    assert 'File "<string>"' in told
    assert "in <module>" in told
