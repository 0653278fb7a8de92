"""The emulator's own endpoints, beside AWS's.

GET    /_emulator/health   {"status": "ok"}
GET    /_emulator/faults   the rules in force, with how often each struck
POST   /_emulator/faults   add a rule, or a list of rules (see rules.py)
DELETE /_emulator/faults   clear them
GET    /_emulator/calls    calls by operation, and the times of the last ones (see calls.py)
DELETE /_emulator/calls    count from nothing again
"""

from __future__ import annotations

import json
from collections.abc import Callable
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from emulators.aws.answers import Answer
from emulators.aws.calls import Calls
from emulators.aws.faults import Faults
from emulators.aws.rules import BadRule

PREFIX = "/_emulator/"
LARGEST = 1_000_000


def answer(faults: Faults, calls: Calls, environ: dict[str, Any]) -> Answer:
    """Serve one control request."""
    if not _local(environ.get("HTTP_HOST", "")):  # a web page under another name must not steer us
        return refuse(403, "ask for this by a loopback address")
    paths: dict[str, dict[str, Callable[[], Answer]]] = {
        "health": {"GET": lambda: _reply(200, {"status": "ok"})},
        "faults": {
            "GET": lambda: _rules(faults),
            "POST": lambda: _add(faults, environ),
            "DELETE": lambda: _cleared(faults),
        },
        "calls": {
            "GET": lambda: _reply(200, calls.report()),
            "DELETE": lambda: _forgotten(calls),
        },
    }
    path = paths.get(environ["PATH_INFO"].removeprefix(PREFIX))
    if path is None:
        return refuse(404, f"there are {', '.join(paths)} here")
    serve = path.get(environ["REQUEST_METHOD"])
    return serve() if serve else refuse(405, f"only {', '.join(path)} here")


def refuse(status: int, why: str) -> Answer:
    return _reply(status, {"error": why})


def _add(faults: Faults, environ: dict[str, Any]) -> Answer:
    size = int(environ.get("CONTENT_LENGTH") or 0)
    if size > LARGEST:
        return refuse(413, f"rules of more than {LARGEST} bytes")
    try:
        faults.add(json.loads(environ["wsgi.input"].read(size)))
    except ValueError as error:
        return refuse(400, f"the body is no JSON: {error}")
    except BadRule as error:
        return refuse(400, str(error))
    return _rules(faults, 201)


def _rules(faults: Faults, status: int = 200) -> Answer:
    return _reply(status, {"rules": faults.report()})


def _cleared(faults: Faults) -> Answer:
    faults.clear()
    return _rules(faults)


def _forgotten(calls: Calls) -> Answer:
    calls.clear()
    return _reply(200, calls.report())


def _reply(status: int, body: object) -> Answer:
    return Answer(status, (("Content-Type", "application/json"),), json.dumps(body).encode())


def _local(host: str) -> bool:
    name = urlsplit(f"//{host}").hostname or ""
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"
