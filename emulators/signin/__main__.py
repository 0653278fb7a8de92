"""`python -m emulators.signin --port P --redirect URL [--state DIR]`: the provider as a process."""

from __future__ import annotations

import argparse
import os
import signal
import socket
import sys
from pathlib import Path

import uvicorn
from typing_extensions import override

from emulators.signin.provider import create_app
from emulators.signin.settings import AUDIENCE, Settings, clients, refuse_outside_demo

HOST = "127.0.0.1"


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
    options = _options()
    try:
        refuse_outside_demo(os.environ)
        known = clients(os.environ, options.redirect)
        bound = _bind(options.port)
    except (ValueError, OSError) as error:
        print(f"sign-in: {error}", file=sys.stderr)  # noqa: T201 - a process says why it ends
        return 1
    issuer = f"http://{HOST}:{bound.getsockname()[1]}"
    app = create_app(
        Settings(issuer=issuer, audience=options.audience, clients=known, state=options.state),
    )
    server = _Server(uvicorn.Config(app, access_log=False, log_level="warning"), issuer)

    def stop(*_: object) -> None:
        server.should_exit = True

    # uvicorn raises the signal again when it has shut down: this makes that a clean end.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    server.run(sockets=[bound])
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m emulators.signin", description=__doc__)
    parser.add_argument("--port", type=int, required=True, help="0 for any free one")
    parser.add_argument(
        "--redirect",
        action="append",
        default=[],
        help="an address of the portal that a code may be sent to; may be repeated",
    )
    parser.add_argument("--audience", default=AUDIENCE, help="who access tokens are for")
    parser.add_argument("--state", type=Path, help="folder for the signing key")
    return parser.parse_args()


def _bind(port: int) -> socket.socket:
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((HOST, port))
    except OSError as error:
        bound.close()
        raise OSError(f"port {port} on {HOST} is in use: give another --port ({error})") from error
    return bound


if __name__ == "__main__":
    raise SystemExit(main())
