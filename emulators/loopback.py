"""Keeps an emulator to its own machine."""

from __future__ import annotations

import socket
import struct
from ipaddress import IPv6Address, ip_address


class NotLoopback(Exception):
    """An address that others could reach."""


def listen(host: str, port: int) -> socket.socket:
    """A listening socket on a loopback address; `port` 0 for any free one.

    Raises NotLoopback, and OSError when the port is taken.
    """
    try:
        address = ip_address(host)
    except ValueError:
        address = None
    if address is None or not address.is_loopback:
        raise NotLoopback(f"{host!r} is no loopback address; use 127.0.0.1 or ::1")
    family = socket.AF_INET6 if isinstance(address, IPv6Address) else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(128)
    except OSError:
        listener.close()
        raise
    return listener


def cut(connection: socket.socket) -> None:
    """Reset the connection, so that the caller sees it break and not end."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()
