"""Keeps this process to its own machine, whatever moto or anything under it tries."""

from __future__ import annotations

import socket
import sys
from ipaddress import ip_address
from typing import Any

CONNECTING = {"socket.connect", "socket.sendto", "socket.sendmsg"}
RESOLVING = {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}


def stay_home() -> None:
    """From now on, connecting or resolving beyond loopback raises PermissionError. For good."""
    sys.addaudithook(_hook)


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    if event in CONNECTING:
        connection, address = arguments
        if connection.family != socket.AF_UNIX and address and not _home(address[0]):
            raise PermissionError(f"this emulator connects to nobody but itself, not {address[0]}")
    elif event in RESOLVING and arguments[0] and not _home(arguments[0]):
        raise PermissionError(f"this emulator looks nobody up, not {arguments[0]!r} either")


def _home(host: str | bytes) -> bool:
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"
