"""The command line of emulators: what may be asked, how a refusal is told, when it ends."""

from __future__ import annotations

import argparse
import logging
import math
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol, TypeVar

from emulators.ending import listening
from emulators.loopback import NotLoopback
from emulators.state_file import StateInUse

PORTS = {"aws": 4566, "google": 4580, "azure": 4590, "openstack": 4595, "ibm": 4600}
LAST_PORT = 65_535


class CannotServe(Exception):
    """A cloud cannot be served; the message says which and why."""


class Closing(Protocol):
    def close(self) -> None: ...


class Running(Closing, Protocol):
    """What each cloud's `serve` gives."""

    @property
    def url(self) -> str: ...


class Serve(Protocol):
    """Each cloud's `serve`."""

    def __call__(self, port: int, state: Path | None, *, lag: float, host: str) -> Running: ...


C = TypeVar("C", bound=Closing)


def run(name: str, about: str | None, serve: Serve) -> int:
    """Serve one cloud until SIGTERM or Ctrl-C; 0 after a clean end, 1 when it could not start."""
    program = f"emulators.{name}"
    parser = argparse.ArgumentParser(prog=f"python -m {program}", description=about)
    parser.add_argument("--port", type=port, default=PORTS[name], help="0 for any free one")
    add_shared(parser)
    wanted = parser.parse_args()

    def start() -> Running:
        with told(name, f"{wanted.host}:{wanted.port}", wanted.state):
            return serve(wanted.port, wanted.state, lag=wanted.lag, host=wanted.host)

    return until_told(program, start, lambda running: running.url, wanted.state)


def until_told(
    program: str, start: Callable[[], C], tell: Callable[[C], str], state: Path | None
) -> int:
    """Start, tell on stdout where, wait for SIGTERM or Ctrl-C, close."""
    logging.basicConfig(format=f"{program}: %(message)s", level=logging.WARNING)
    wait_for_the_end = listening()
    try:
        running = start()
    except CannotServe as error:
        sys.stderr.write(f"{program}: {error}\n")
        return 1
    sys.stdout.write(f"ready {tell(running)}, state in {state or 'memory'}\n")
    sys.stdout.flush()
    wait_for_the_end()
    running.close()
    return 0


@contextmanager
def told(name: str, where: str, state: Path | None) -> Generator[None]:
    """Tell in one sentence why a cloud cannot be served. Raises CannotServe."""
    try:
        yield
    except NotLoopback as error:
        raise CannotServe(f"--host {error}") from None
    except StateInUse as error:
        raise CannotServe(f"{name}: {error}; stop it, or give another --state") from None
    except OSError as error:
        at = f"{where} with state {state or 'memory'}"
        raise CannotServe(f"cannot serve {name} at {at}: {error}") from None


def add_shared(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="a loopback address")
    parser.add_argument("--state", type=Path, help="folder to keep it all in; none: forget it")
    parser.add_argument("--lag", type=seconds, default=1.0, help="seconds the shortest work takes")


def port(text: str) -> int:
    if not text.isdecimal() or int(text) > LAST_PORT:
        raise argparse.ArgumentTypeError(f"{text!r} is no port from 0 to {LAST_PORT}")
    return int(text)


def seconds(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 <= number < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds, 0 or more")
    return number
