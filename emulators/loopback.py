"""Serves HTTP on a loopback address from a thread: what an emulator stands on.

It knows no cloud. An application gets a Request and gives an Answer, or raises Dropped to have
the connection reset without one.
"""

from __future__ import annotations

import logging
import socket
import struct
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import IPv6Address, ip_address
from threading import Thread
from typing import Any

from typing_extensions import override

LARGEST = 32_000_000  # bytes of one request

log = logging.getLogger(__name__)


class NotLoopback(Exception):
    """An address that others could reach; an emulator keeps to its own machine."""


class Dropped(Exception):
    """The connection is to be reset without an answer."""


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request. `path` and `query` as they were sent; the headers' names in small."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""


App = Callable[[Request], Answer]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = None  # a caller on this machine that is gone is seen at once: no silence is too long

    @override
    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: emulators count their calls themselves."""

    @override
    def parse_request(self) -> bool:
        if not super().parse_request():
            return False
        setattr(self, f"do_{self.command}", self._serve)  # any method: the application decides
        return True

    def _serve(self) -> None:
        if self.headers.get("Transfer-Encoding"):
            self._send(Answer(411, {}))
            self.close_connection = True
            return
        size = self.headers.get("Content-Length") or "0"
        if not size.isdecimal() or int(size) > LARGEST:
            self._send(Answer(413 if size.isdecimal() else 400, {}))
            self.close_connection = True
            return
        path, _, query = self.path.partition("?")
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(size))
        server: Any = self.server
        try:
            answer = server.app(Request(self.command, path, query, headers, body))
        except Dropped:
            self._cut()
        else:
            self._send(answer)

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    def _cut(self) -> None:
        """Reset the connection, so that the caller sees it break and not end."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, host: str, port: int, app: App) -> None:
        self.address_family = _family(host)
        self.app = app
        self.open: set[socket.socket] = set()
        super().__init__((host, port), _Handler)

    @override
    def server_bind(self) -> None:
        # not HTTPServer's own, which looks the name up in the DNS. After a kill, connections of the
        # process before may be dying still: they do not keep the port.
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        socket.socket.bind(self.socket, self.server_address)
        self.server_address = self.socket.getsockname()

    @override
    def process_request(self, request: Any, client_address: Any) -> None:
        self.open.add(request)
        super().process_request(request, client_address)

    @override
    def shutdown_request(self, request: Any) -> None:
        self.open.discard(request)
        super().shutdown_request(request)

    @override
    def handle_error(self, request: Any, client_address: Any) -> None:
        error = sys.exc_info()[1]
        if isinstance(error, OSError):  # the caller went away
            log.debug("%s: %s", client_address, error)
        else:
            log.error("a request ended in a fault of the emulator's own", exc_info=error)

    def hang_up(self) -> None:
        """Cut the connections that callers keep open: nobody is here any more."""
        for connection in list(self.open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


@dataclass(slots=True)
class Served:
    """A served application."""

    url: str
    _server: _Server
    _thread: Thread

    def close(self) -> None:
        """Stop serving, hang up on everybody and free the port."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._server.hang_up()


def serve(app: App, port: int = 0, host: str = "127.0.0.1") -> Served:
    """Serve `app`; port 0 for any free one. Raises NotLoopback and OSError (port taken)."""
    if not _loopback(host):
        raise NotLoopback(f"{host!r} is no loopback address; use 127.0.0.1 or ::1")
    server = _Server(host, port, app)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    address = f"[{host}]" if ":" in host else host
    return Served(f"http://{address}:{server.server_address[1]}", server, thread)


def listen(host: str, port: int) -> socket.socket:
    """A listening socket for a server that is not ours. Raises as `serve` does."""
    if not _loopback(host):
        raise NotLoopback(f"{host!r} is no loopback address; use 127.0.0.1 or ::1")
    listener = socket.socket(_family(host), socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(128)
    except OSError:
        listener.close()
        raise
    return listener


def _family(host: str) -> socket.AddressFamily:
    six = isinstance(ip_address(host), IPv6Address)
    return socket.AF_INET6 if six else socket.AF_INET


def _loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
