"""Serves the emulator over HTTP on a loopback address, from a thread."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock, Thread

from typing_extensions import override

from emulators import loopback
from emulators.google.call import Cloud
from emulators.google.refusal import Dropped
from emulators.google.service import Answer, Emulator, Request
from emulators.google.store import Store

LARGEST = 64 * 1024 * 1024  # bytes of one request
IDLE = 60.0  # seconds after which a silent connection is let go


class _Server(ThreadingHTTPServer):
    """Knows its open connections, so that closing it leaves none behind."""

    daemon_threads = True

    def __init__(self, listener: socket.socket, emulator: Emulator) -> None:
        super().__init__(listener.getsockname()[:2], _Handler, bind_and_activate=False)
        self.socket.close()
        self.socket = listener
        self.emulator = emulator
        self._open: set[socket.socket] = set()
        self._lock = Lock()

    def opened(self, connection: socket.socket) -> None:
        with self._lock:
            self._open.add(connection)

    def closed(self, connection: socket.socket) -> None:
        with self._lock:
            self._open.discard(connection)

    def hang_up(self) -> None:
        """End every connection; what is being answered is cut off."""
        with self._lock:
            for connection in self._open:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    @override
    def handle_error(self, request: object, client_address: object) -> None:
        """Callers may go away; a bug of ours has been answered and logged before this."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = IDLE
    server: _Server

    @override
    def setup(self) -> None:
        super().setup()
        self.server.opened(self.connection)

    @override
    def finish(self) -> None:
        self.server.closed(self.connection)
        with suppress(OSError, ValueError):
            super().finish()

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Calls are counted elsewhere; nothing of a request is written down."""

    def _serve(self) -> None:
        size = int(self.headers.get("Content-Length") or 0)
        if size > LARGEST or "chunked" in self.headers.get("Transfer-Encoding", ""):
            self.close_connection = True
            self._send(Answer(413, b'{"error": {"code": 413, "message": "Request Too Large"}}'))
            return
        request = Request(
            method=self.command,
            target=self.path,
            host=self.headers.get("Host", ""),
            content_type=self.headers.get("Content-Type", ""),
            body=self.rfile.read(size),
        )
        try:
            self._send(self.server.emulator.answer(request))
        except Dropped:
            self.close_connection = True
            loopback.cut(self.connection)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = _serve  # noqa: N815 - http.server's

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)


@dataclass(slots=True)
class Running:
    """A served emulator. `emulator` gives a test in the same process its rules, calls and cloud."""

    url: str
    emulator: Emulator
    _server: _Server
    _thread: Thread

    def close(self) -> None:
        """Stop serving, end all connections, keep the state, and free the port."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._server.hang_up()
        self.emulator.close()


def serve(
    port: int = 0,
    state: Path | None = None,
    clock: Callable[[], float] = time.time,
    lag: float = 1.0,
    host: str = "127.0.0.1",
) -> Running:
    """Start the emulator; it answers when this returns.

    port   0 for any free one
    state  folder to keep the cloud in, None to forget it
    clock  epoch seconds; operations end by this clock
    lag    seconds each operation takes

    Raises loopback.NotLoopback, store.StateInUse, and OSError (port taken, folder not writable).
    """
    listener = loopback.listen(host, port)
    try:
        emulator = Emulator(Cloud(Store(state), clock, lag))
    except BaseException:
        listener.close()
        raise
    server = _Server(listener, emulator)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.name = "emulated-google"
    thread.start()
    address = f"[{host}]" if ":" in host else host
    url = f"http://{address}:{listener.getsockname()[1]}"
    return Running(url, emulator, server, thread)
