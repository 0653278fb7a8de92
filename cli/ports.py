"""Which loopback ports the parts get.

A port asked for by name in the environment must be free. Otherwise each part gets the port it
had last time, else the one it prefers, else any free one, so that links stay the same where
they can.
"""

from __future__ import annotations

import json
import secrets
import socket
from collections.abc import Mapping
from pathlib import Path

HOST = "127.0.0.1"
PREFERRED: Mapping[str, int] = {
    "portal": 8410,
    "signin": 8411,
    "aws": 8412,
    "prefect": 8413,
    "google": 8414,
    "azure": 8415,
    "openstack": 8416,
    "ibm": 8417,
}
LAST = 65535
# Below what Linux (from 32768) and others (from 49152) give to clients that ask for no port.
OWN = range(10_000, 32_000)


class PortUnusable(Exception):
    """A port that was asked for cannot be had; the message is one sentence for the terminal."""


def variable(part: str) -> str:
    """The environment variable that asks for a port of `part`."""
    return f"GRUNNMUR_{part.upper()}_PORT"


def choose(environment: Mapping[str, str], memory: Path) -> dict[str, int]:
    """A port per part; what was chosen is remembered in the file `memory`."""
    remembered = _remembered(memory)
    chosen: dict[str, int] = {}
    for part, preferred in PREFERRED.items():
        wish = environment.get(variable(part))
        taken = set(chosen.values())
        if wish:
            chosen[part] = _asked(part, wish, taken)
        else:
            candidates = (remembered.get(part, preferred), preferred)
            free = (port for port in candidates if port not in taken and is_free(port))
            chosen[part] = next(free, 0) or any_free()
    memory.write_text(json.dumps(chosen))
    return chosen


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        # As servers do: a port whose last connection closed a moment ago is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True


def any_free() -> int:
    """A port that is free now, and that no client is given meanwhile while its part is away."""
    while not is_free(port := OWN.start + secrets.randbelow(len(OWN))):
        pass
    return port


def _asked(part: str, wish: str, taken: set[int]) -> int:
    name = variable(part)
    if not wish.isdecimal() or not 0 < int(wish) <= LAST:
        raise PortUnusable(f"{name}={wish} is no port: give a number from 1 to {LAST}.")
    port = int(wish)
    if port in taken or not is_free(port):
        raise PortUnusable(
            f"Port {port} ({name}) is in use: stop what listens there, or choose another port.",
        )
    return port


def _remembered(memory: Path) -> dict[str, int]:
    try:
        kept = json.loads(memory.read_text())
    except (OSError, ValueError):
        return {}
    return {k: v for k, v in kept.items() if isinstance(v, int)} if isinstance(kept, dict) else {}
