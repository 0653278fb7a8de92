"""`python -m bench`: every benchmark, one after the other. `make bench` runs this."""

from __future__ import annotations

import argparse

from bench import latency, rightcloud


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--orders", type=int, default=7, help="one at a time (%(default)s)")
    parser.add_argument("--burst", type=int, default=30, help="all at once (%(default)s)")
    options = parser.parse_args()
    latency.run(options.orders, options.burst)
    rightcloud.run()


if __name__ == "__main__":
    main()
