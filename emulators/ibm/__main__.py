"""python -m emulators.ibm: serves the emulated IBM Cloud until SIGTERM or Ctrl-C."""

from __future__ import annotations

import argparse
import logging
import sys
from pathlib import Path

from emulators.ending import listening
from emulators.ibm.server import serve
from emulators.ibm.store import StateInUse
from emulators.loopback import NotLoopback


def main() -> int:
    """Serve; 0 after a clean end, 1 when it could not start."""
    wanted = _arguments()
    logging.basicConfig(format="emulators.ibm: %(message)s", level=logging.WARNING)
    wait_for_the_end = listening()
    try:
        running = serve(port=wanted.port, state=wanted.state, lag=wanted.lag, host=wanted.host)
    except NotLoopback as error:
        return _refuse(f"--host {error}")
    except StateInUse as error:
        return _refuse(f"{error}; stop it, or give another --state")
    except OSError as error:
        where = f"{wanted.host}:{wanted.port} with state {wanted.state}"
        return _refuse(f"cannot serve {where}: {error}")
    kept = wanted.state or "memory"
    sys.stdout.write(f"ready {running.url}, state in {kept}\n")
    sys.stdout.flush()
    wait_for_the_end()
    running.close()
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m emulators.ibm", description=__doc__)
    parser.add_argument("--port", type=int, default=4600, help="0 for any free one")
    parser.add_argument("--host", default="127.0.0.1", help="a loopback address")
    parser.add_argument("--state", type=Path, help="folder to keep the cloud in; none: forget it")
    parser.add_argument("--lag", type=float, default=1.0, help="seconds each piece of work takes")
    return parser.parse_args()


def _refuse(why: str) -> int:
    sys.stderr.write(f"emulators.ibm: {why}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
