"""Serves the emulator over HTTP on a loopback address, from a thread."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any

import boto3
from botocore.config import Config
from moto.moto_server.werkzeug_app import MotoRequestHandler
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from emulators.aws.service import Emulator
from emulators.loopback import listen
from emulators.strikes import Strikes


def _hang_up(
    self: WSGIRequestHandler,
    error: BaseException,  # noqa: ARG001 - werkzeug's signature
    environ: dict[str, Any] | None = None,  # noqa: ARG001 - as above
) -> None:
    """Serve nothing more on a connection that was cut."""
    self.close_connection = True


class Handler(MotoRequestHandler):
    """moto's own, which keeps the spelling of S3's headers; answers leave without waiting."""

    disable_nagle_algorithm = True
    connection_dropped = _hang_up


@dataclass(slots=True)
class Running:
    """A served emulator. `overlay` gives a test in the same process its faults, calls and lag."""

    url: str
    overlay: Emulator
    _server: BaseWSGIServer
    _thread: Thread

    def close(self) -> None:
        """Stop serving, keep the state, and free the port."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self.overlay.close()


def serve(
    port: int = 0,
    state: Path | None = None,
    clock: Callable[[], float] = time.monotonic,
    lag: float = 1.0,
    host: str = "127.0.0.1",
) -> Running:
    """Start the emulator; it has answered a first call when this returns.

    port   0 for any free one
    state  folder to keep the cloud in, None to forget it
    clock  seconds; what falls due does so by this clock
    lag    seconds each change of a machine's state takes

    Raises loopback.NotLoopback, state_file.StateInUse, and OSError: port taken, folder not
    writable.
    """
    logging.getLogger("werkzeug").setLevel(logging.WARNING)  # the control endpoint counts them
    listener = listen(host, port)
    try:
        overlay = Emulator(clock=clock, lag=lag, state=state)
        overlay.faults.strikes = Strikes(state)
    except BaseException:
        listener.close()
        raise
    with listener:
        server = make_server(
            host, port, overlay, threaded=True, request_handler=Handler, fd=listener.fileno()
        )
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, name="emulated-aws")
    thread.daemon = True
    thread.start()
    address = f"[{host}]" if ":" in host else host
    running = Running(f"http://{address}:{server.port}", overlay, server, thread)
    _warm(running)
    return running


def _warm(running: Running) -> None:
    """The first EC2 call takes moto a second or two: nobody else should make it."""
    ec2 = boto3.Session("emulator", "emulator", region_name="eu-west-1").client(
        "ec2",
        endpoint_url=running.url,
        config=Config(proxies={}, retries={"total_max_attempts": 1}),
    )
    ec2.describe_instances()
    ec2.close()
    running.overlay.calls.clear()
