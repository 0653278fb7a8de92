"""`python -m portal --port P`: the portal as a process; everything else from the environment."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import socket
import sys
from dataclasses import replace

import uvicorn
from typing_extensions import override

from catalog import landing_zones
from catalog.load import CatalogError, load
from catalog.places import provider_of
from ledger import LedgerError, open_ledger
from portal.app import create_app
from portal.settings import from_environment

HOST = "127.0.0.1"
PATIENCE = 5  # seconds that requests get to finish when the process is told to end


class _Server(uvicorn.Server):
    """Says when it serves, on one line."""

    def __init__(self, config: uvicorn.Config, ready: str) -> None:
        super().__init__(config)
        self._ready = ready

    @override
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        print(f"ready {self._ready}", flush=True)  # noqa: T201 - what the supervisor waits for


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m portal", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--host", default=HOST, help="the address to listen on")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    try:
        return _serve(options.host, options.port)
    except (ValueError, OSError, CatalogError, LedgerError) as error:
        print(f"portal: {error}", file=sys.stderr)  # noqa: T201 - a process says why it ends
        return 1


def _serve(host: str, port: int) -> int:
    settings = from_environment(os.environ, port)
    url = os.environ.get("GRUNNMUR_LEDGER_URL")
    if not url:
        raise ValueError("set GRUNNMUR_LEDGER_URL: the portal keeps orders in a ledger")
    catalog = load()
    used = {provider_of(place) for one in catalog.values() for place in one.places}
    zones = landing_zones.from_environment(os.environ, used)
    bound = _bind(host, port)
    ledger = open_ledger(url)
    config = uvicorn.Config(
        create_app(ledger, catalog, replace(settings, landing_zones=zones)),
        access_log=False,  # the portal writes its own, without what stands after the ?
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=PATIENCE,
    )
    server = _Server(config, settings.url)

    def stop(*_: object) -> None:
        server.should_exit = True

    # uvicorn raises the signal again when it has shut down: this makes that a clean end.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    try:
        server.run(sockets=[bound])
    finally:
        ledger.close()
    return 0


def _bind(host: str, port: int) -> socket.socket:
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
    except OSError as error:
        bound.close()
        reason = error.strerror or str(error)
        raise OSError(f"port {port} on {host}: {reason}; give another --port") from error
    return bound


if __name__ == "__main__":
    raise SystemExit(main())
