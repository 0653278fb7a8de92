"""`python -m flows.server --port P`: the Prefect server, on this machine only, telling nobody.

With SQLite, the embedded default, it runs with `flows.sqlite_immediate`. Its database and all
its settings are Prefect's own: PREFECT_HOME, PREFECT_API_DATABASE_CONNECTION_URL and so on.
"""

from __future__ import annotations

import argparse
import logging
import os
import signal
import socket
import sys
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from typing import Any

from typing_extensions import override

from flows import prefect_env

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

log = logging.getLogger("flows.server")

HOST = "127.0.0.1"
SHUTDOWN_SECONDS = 5

# The operators' browser fetches from this server and nowhere else, whatever the pages ask for.
CONTENT_POLICY = (
    b"default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
    b"style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    b"connect-src 'self' ws: http://127.0.0.1:* http://localhost:*; worker-src 'self' blob:; "
    b"frame-ancestors 'self'; base-uri 'self'; form-action 'self'"
)


def main() -> int:
    """Serve until SIGTERM or SIGINT; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m flows.server", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    port: int = parser.parse_args().port
    try:
        listener = _listen(port)
    except OSError as error:
        print(f"port {port} of {HOST} is not free: {error.strerror}", file=sys.stderr)  # noqa: T201  the answer
        return 1
    with listener:
        url = f"http://{HOST}:{listener.getsockname()[1]}"
        # Prefect reads its settings when it is imported, so the imports wait for this.
        prefect_env.apply(prefect_env.SERVER, {"PREFECT_UI_API_URL": f"{url}/api"})
        _serve(listener, url)
    return 0


def _listen(port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    with suppress(AttributeError):
        listener.set_inheritable(False)
    try:
        listener.bind((HOST, port))
    except OSError:
        listener.close()
        raise
    return listener


def _serve(listener: socket.socket, url: str) -> None:
    import uvicorn  # noqa: PLC0415  after the settings
    from prefect.server.api.server import create_app  # noqa: PLC0415  after the settings

    install_fix()

    class Server(uvicorn.Server):
        @override
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                print(f"ready {url}", flush=True)  # noqa: T201  the supervisor waits for it

    server = Server(
        uvicorn.Config(
            app=only_from_here(create_app(final=True)),
            log_level=os.environ.get("PREFECT_SERVER_LOGGING_LEVEL", "warning").lower(),
            timeout_keep_alive=5,
            timeout_graceful_shutdown=SHUTDOWN_SECONDS,
        )
    )

    def stop(*_: object) -> None:
        server.should_exit = True

    # uvicorn listens to these itself once it serves, and raises them again when it has ended.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    server.run(sockets=[listener])


def install_fix() -> None:
    from prefect.settings import get_current_settings  # noqa: PLC0415  after the settings

    url = get_current_settings().server.database.connection_url
    try:
        from flows import sqlite_immediate  # noqa: PLC0415  its imports may fail, see below

        sqlite_immediate.install(url.get_secret_value() if url else "sqlite")
    except Exception as error:  # noqa: BLE001  whatever Prefect changed, the server must start
        log.warning(
            "Prefect has changed: its SQLite runs without our fix and may answer 503 under a "
            "burst of orders (%s: %s). Use a Prefect version of requirements.lock, or PostgreSQL.",
            type(error).__name__,
            error,
        )


def only_from_here(app: App) -> App:
    """`app`, with a content policy on every page: no script, picture or call from elsewhere."""

    async def guarded(scope: Message, receive: Receive, send: Send) -> None:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = [
                    *message.get("headers", []),
                    (b"content-security-policy", CONTENT_POLICY),
                ]
                message = {**message, "headers": headers}
            await send(message)

        await app(scope, receive, sending)

    return guarded


if __name__ == "__main__":
    sys.exit(main())
