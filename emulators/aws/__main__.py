"""python -m emulators.aws: serves the emulated AWS until SIGTERM or Ctrl-C, then exits with 0."""

from __future__ import annotations

import argparse
import logging
import math
import sys
from pathlib import Path

from emulators.aws.guard import stay_home
from emulators.aws.persistence import StateInUse
from emulators.aws.server import serve
from emulators.ending import leave, listening
from emulators.loopback import NotLoopback

LAST_PORT = 65_535


def main() -> int:
    """Serve; 0 after a clean end, 1 when it could not start."""
    wanted = _arguments()
    logging.basicConfig(format="emulators.aws: %(message)s", level=logging.WARNING)
    stay_home()
    wait_for_the_end = listening()
    try:
        running = serve(port=wanted.port, state=wanted.state, lag=wanted.lag, host=wanted.host)
    except NotLoopback as error:
        return _refuse(f"--host {error}")
    except StateInUse as error:
        return _refuse(f"{error}; stop it, or give another --state")
    except OSError as error:
        return _refuse(
            f"cannot serve {wanted.host}:{wanted.port} with state {wanted.state}: {error}"
        )
    sys.stdout.write(f"ready {running.url}, state in {wanted.state or 'memory'}\n")
    sys.stdout.flush()
    wait_for_the_end()
    running.close()
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m emulators.aws", description=__doc__)
    parser.add_argument("--port", type=int, default=4566, help="0 for any free one")
    parser.add_argument("--host", default="127.0.0.1", help="a loopback address")
    parser.add_argument("--state", type=Path, help="folder to keep the cloud in; none: forget it")
    parser.add_argument("--lag", type=float, default=1.0, help="seconds each state change takes")
    wanted = parser.parse_args()
    if not 0 <= wanted.port <= LAST_PORT:
        parser.error(f"--port {wanted.port}: ports go from 0 to {LAST_PORT}")
    if not 0 <= wanted.lag < math.inf:
        parser.error(f"--lag {wanted.lag}: a number of seconds, 0 or more")
    return wanted


def _refuse(why: str) -> int:
    sys.stderr.write(f"emulators.aws: {why}\n")
    return 1


if __name__ == "__main__":
    leave(main())
