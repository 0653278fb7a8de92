"""`python -m flows.worker`: our worker and the dispatcher, in one process.

Runs are threads of it (`flows.in_process`). With --stock, or when Prefect has changed so that ours
does not fit, Prefect's own process worker runs them: the same pool, the same deployments. With
--dispatch-only the runs are left to workers elsewhere, such as `prefect worker start`.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import socket
import sys

from flows import prefect_env
from flows.pool import POOL
from ledger import LedgerUnusable

LIMIT = 16


def main() -> int:
    """Work until SIGTERM or SIGINT; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m flows.worker", description=__doc__)
    parser.add_argument("--pool", default=POOL, help="the work pool to serve (%(default)s)")
    parser.add_argument("--name", default=f"grunnmur {socket.gethostname()}")
    parser.add_argument("--limit", type=int, default=LIMIT, help="runs at once (%(default)s)")
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--stock", action="store_true", help="use Prefect's own process worker")
    kind.add_argument("--dispatch-only", action="store_true", help="run nothing here")
    options = parser.parse_args()
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    logging.getLogger("httpx").setLevel(logging.WARNING)
    if not os.environ.get("PREFECT_API_URL"):
        print("PREFECT_API_URL is not set: which Prefect server is to be served?", file=sys.stderr)  # noqa: T201  the answer
        return 1
    prefect_env.apply(prefect_env.WORKER)
    from flows import serving  # noqa: PLC0415  Prefect reads its settings when it is imported

    try:
        if options.dispatch_only:
            work = serving.dispatch()
        else:
            work = serving.serve(options.pool, options.name, options.limit, stock=options.stock)
        asyncio.run(work)
    except (KeyError, LedgerUnusable) as error:
        print(error.args[0], file=sys.stderr)  # noqa: T201  the answer
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
