"""`python -m flows.deploy`: the work pool, and the deployments of prefect.yaml. Safe to repeat."""

from __future__ import annotations

import argparse
import logging
import os
import sys
import time
from pathlib import Path

import flows
from flows import prefect_env
from flows.pool import POOL, TEMPLATE, TYPE

FILE = Path(flows.__file__).parents[1] / "prefect.yaml"
WAIT_SECONDS = 60.0

log = logging.getLogger("flows.deploy")


def main() -> int:
    """Deploy, waiting for a server that is still starting; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m flows.deploy", description=__doc__)
    parser.add_argument("--file", type=Path, default=FILE, help="the deployments (%(default)s)")
    file: Path = parser.parse_args().file
    if not file.is_file():
        print(f"{file}: no such file; name one with --file", file=sys.stderr)  # noqa: T201  the answer
        return 1
    if not os.environ.get("PREFECT_API_URL"):
        print("PREFECT_API_URL is not set: to which Prefect server?", file=sys.stderr)  # noqa: T201  the answer
        return 1
    prefect_env.apply()
    try:
        make_pool()
    except ConnectionError as error:
        print(error, file=sys.stderr)  # noqa: T201  the answer
        return 1
    return apply(file)


def make_pool() -> None:
    """A pool of type `process`, which our worker and stock ones serve alike.

    Raises ConnectionError when the server did not answer for a minute.
    """
    import httpx  # noqa: PLC0415  with Prefect, which reads its settings when it is imported
    from prefect.client.orchestration import get_client  # noqa: PLC0415  as above
    from prefect.client.schemas.actions import WorkPoolCreate  # noqa: PLC0415  as above
    from prefect.exceptions import ObjectAlreadyExists  # noqa: PLC0415  as above

    pool = WorkPoolCreate(name=POOL, type=TYPE, base_job_template=TEMPLATE)
    deadline = time.monotonic() + WAIT_SECONDS
    with get_client(sync_client=True) as client:
        while True:
            try:
                client.create_work_pool(pool)
            except ObjectAlreadyExists:
                return
            except httpx.TransportError as error:
                if time.monotonic() > deadline:
                    raise ConnectionError(
                        f"no Prefect server answers at {client.api_url}: start it with "
                        "python -m flows.server, or correct PREFECT_API_URL"
                    ) from error
                time.sleep(0.5)
            else:
                return


def apply(file: Path) -> int:
    """Apply every deployment of `file` the way `prefect deploy` does; its exit code."""
    from prefect.cli import app  # noqa: PLC0415  as above

    sys.argv = ["prefect", "--no-prompt", "deploy", "--all", "--prefect-file", str(file)]
    try:
        app()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0


if __name__ == "__main__":
    sys.exit(main())
