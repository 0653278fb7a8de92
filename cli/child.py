"""Starts a part so that it cannot outlive its supervisor, even one that was killed.

usage: python -m cli.child SUPERVISOR_PID PROGRAM [ARGUMENT ...]
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1  # linux/prctl.h; kept over execve


def main(supervisor: int, program: list[str]) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != supervisor:  # it died before we asked to be told
            sys.exit("the supervisor is gone")
    os.execvp(program[0], program)  # noqa: S606 - becoming the part is the point


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
