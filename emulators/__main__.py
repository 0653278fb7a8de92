"""python -m emulators: serves the emulated clouds until SIGTERM or Ctrl-C."""

from __future__ import annotations

import argparse

from emulators.aws.guard import stay_home
from emulators.clouds import NAMES, Clouds, Wanted, serve
from emulators.command import PORTS, add_shared, port, until_told
from emulators.ending import leave

REGION = "norwayeast"


def main() -> int:
    """Serve; 0 after a clean end, 1 when one of them could not start."""
    wanted = _wanted()
    stay_home()
    return until_told("emulators", lambda: serve(wanted), Clouds.told, wanted.state)


def _wanted() -> Wanted:
    parser = argparse.ArgumentParser(prog="python -m emulators", description=__doc__)
    for name, number in PORTS.items():
        parser.add_argument(f"--{name}-port", type=port, default=number, help="0 for any free one")
    add_shared(parser)
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


if __name__ == "__main__":
    leave(main())
