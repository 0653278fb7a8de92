"""python -m emulators: serves the emulated clouds until SIGTERM or Ctrl-C."""

from __future__ import annotations

import argparse
import logging
import math
import sys
from pathlib import Path

from emulators.aws.guard import stay_home
from emulators.clouds import NAMES, CannotServe, Wanted, serve
from emulators.ending import leave, listening

PORTS = {"aws": 4566, "google": 4580, "azure": 4590, "openstack": 4595, "ibm": 4600}
LAST_PORT = 65_535
REGION = "norwayeast"


def main() -> int:
    """Serve; 0 after a clean end, 1 when one of them could not start."""
    wanted = _wanted()
    logging.basicConfig(format="emulators: %(message)s", level=logging.WARNING)
    stay_home()
    wait_for_the_end = listening()
    try:
        clouds = serve(wanted)
    except CannotServe as error:
        sys.stderr.write(f"emulators: {error}\n")
        return 1
    told = ", ".join(f"{name} {url}" for name, url in clouds.urls.items())
    sys.stdout.write(f"ready {told}, state in {wanted.state or 'memory'}\n")
    sys.stdout.flush()
    wait_for_the_end()
    clouds.close()
    return 0


def _wanted() -> Wanted:
    parser = argparse.ArgumentParser(prog="python -m emulators", description=__doc__)
    for name, port in PORTS.items():
        parser.add_argument(f"--{name}-port", type=_port, default=port, help="0 for any free one")
    parser.add_argument("--host", default="127.0.0.1", help="a loopback address")
    parser.add_argument("--state", type=Path, help="folder to keep the clouds in; none: forget it")
    parser.add_argument(
        "--lag", type=_seconds, default=1.0, help="seconds the shortest work takes in each cloud"
    )
    parser.add_argument(
        "--landing-zone",
        metavar="SUBSCRIPTION[:REGION]",
        action="append",
        default=[],
        help=f"an Azure subscription to furnish with a network, in {REGION} unless told; "
        "may be repeated",
    )
    parser.add_argument(
        "--boot",
        action="store_true",
        help="boot the private cloud's servers with QEMU, where there is one and a --state",
    )
    told = parser.parse_args()
    zones = (zone.partition(":") for zone in told.landing_zone)
    return Wanted(
        ports={name: getattr(told, f"{name}_port") for name in NAMES},
        state=told.state,
        lag=told.lag,
        host=told.host,
        boot=told.boot,
        landing_zone={name: region or REGION for name, _, region in zones},
    )


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > LAST_PORT:
        raise argparse.ArgumentTypeError(f"{text!r} is no port from 0 to {LAST_PORT}")
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds, 0 or more")
    return seconds


if __name__ == "__main__":
    leave(main())
