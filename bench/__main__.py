"""`python -m bench`: every benchmark, one after the other. `make bench` runs this.

`python -m bench deliveries` runs one part.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from importlib import import_module

PARTS = {
    "latency": "from an order to the first call and to delivery, beside a stock worker",
    "deliveries": "calls and time of a delivery, per kind and cloud",
    "load": "a hundred orders at once, a thousand in a row, and what is held meanwhile",
    "recovery": "from a kill of the worker until its order goes on",
    "reconcile": "wanted against found, beside two dicts and SQLite",
    "lead_time": "lead times and promises with 100,000 orders delivered",
    "booting": "from an order to an answer from inside the server, through the whole product",
    "pages": "every page over many orders, on SQLite and PostgreSQL",
    "rightcloud": "a whole decision, beside SQLite and plain Python",
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("part", nargs="*", help=", ".join(f"{k}: {v}" for k, v in PARTS.items()))
    parser.add_argument("--orders", type=int, default=5, help="one at a time (%(default)s)")
    parser.add_argument("--burst", type=int, default=30, help="all at once (%(default)s)")
    parser.add_argument("--row", type=int, default=1000, help="of load, in a row (%(default)s)")
    parser.add_argument("--size", type=int, default=100_000, help="under the pages (%(default)s)")
    options = parser.parse_args()
    if unknown := set(options.part) - PARTS.keys():
        parser.error(f"no such part: {', '.join(unknown)}; there are: {', '.join(PARTS)}")
    given = {
        "latency": (options.orders, options.burst),
        "load": (options.row,),
        "pages": (options.size,),
    }
    for part in options.part or PARTS:
        run: Callable[..., None] = import_module(f"bench.{part}").run
        run(*given.get(part, ()))


if __name__ == "__main__":
    main()
