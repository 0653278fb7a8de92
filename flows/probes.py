"""One look at a delivered thing, from this machine: whether it answers, and how soon."""

from __future__ import annotations

import http.client
import re
import socket
import ssl
import time
from urllib.parse import urlsplit

from orders.health import Look

PATIENCE = 5.0  # seconds for one look
BROKEN = 500  # from here on it is the server that is at fault
SSL_REQUEST = bytes.fromhex("0000000804d2162f")  # PostgreSQL's own: will you speak TLS?
TLS, PLAIN = b"S", b"N"
STATUS = re.compile(rb"HTTP/1\.[01] ([0-9]{3})[ \r\n]")
LINE = 1024  # bytes in which the status has come


def ask_server(url: str, patience: float = PATIENCE) -> Look:
    """From connecting to the first line of the answer."""
    try:
        where = urlsplit(url)
        sort = (
            http.client.HTTPSConnection if where.scheme == "https" else http.client.HTTPConnection
        )
        asked = sort(where.hostname or "", where.port, timeout=patience)
    except (ValueError, http.client.HTTPException):
        return Look(None, "its address is none")
    start = time.monotonic()
    try:
        asked.request("GET", where.path or "/", headers={"User-Agent": "grunnmur"})
        status = _status(asked.sock, start + patience)
    except (OSError, http.client.HTTPException) as error:
        return Look(None, type(error).__name__)
    finally:
        asked.close()
    if status >= BROKEN:
        return Look(None, f"HTTP {status}")
    return Look(time.monotonic() - start)


def _status(answering: socket.socket, until: float) -> int:
    """Of the first line of the answer. A server that tells it byte by byte is not waited for."""
    line = b""
    while b"\n" not in line and len(line) < LINE:
        answering.settimeout(max(0.001, until - time.monotonic()))
        piece = answering.recv(LINE)
        if not piece:
            raise http.client.RemoteDisconnected("")
        line += piece
        if time.monotonic() >= until:
            raise TimeoutError
    found = STATUS.match(line)
    if found is None:
        raise http.client.BadStatusLine("")
    return int(found[1])


def ask_database(host: str, port: int, patience: float = PATIENCE) -> Look:
    """From connecting until PostgreSQL speaks, over TLS where it offers that. Nobody signs in."""
    start = time.monotonic()
    try:
        with socket.create_connection((host, port), timeout=patience) as plain:
            plain.sendall(SSL_REQUEST)
            offered = plain.recv(1)
            if offered == PLAIN:
                return Look(time.monotonic() - start)
            if offered != TLS:
                return Look(None, "not PostgreSQL")
            plain.settimeout(max(0.001, patience - (time.monotonic() - start)))
            with _unproven().wrap_socket(plain) as encrypted:
                return Look(time.monotonic() - start, encrypted.version() or "TLS")
    except (OSError, ValueError, OverflowError) as error:
        return Look(None, type(error).__name__)


def _unproven() -> ssl.SSLContext:
    """Whoever answers is not believed and told nothing: only whether he answers counts."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
