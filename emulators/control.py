"""An emulator's own endpoints, beside the cloud's.

GET    /_emulator/health   {"status": "ok"}
GET    /_emulator/faults   the rules in force, with how often each struck; and how often each kind
                           of fault did since the cloud is there, whatever became of its rules
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

from emulators import loopback
from emulators.calls import Calls
from emulators.rules import BadRule, Rules

PREFIX = "/_emulator/"
LARGEST = 1_000_000

Answer = tuple[int, dict[str, Any]]


def answer(rules: Rules, calls: Calls, method: str, path: str, body: bytes) -> Answer:
    """Serve one control request: HTTP status and JSON. The caller checked `local`."""
    verbs: dict[str, dict[str, Callable[[], Answer]]] = {
        "health": {"GET": lambda: (200, {"status": "ok"})},
        "faults": {
            "GET": lambda: (200, {"rules": rules.report(), "struck": rules.struck()}),
            "POST": lambda: _add(rules, body),
            "DELETE": lambda: _cleared(rules),
        },
        "calls": {
            "GET": lambda: (200, calls.report()),
            "DELETE": lambda: _forgotten(calls),
        },
    }
    known = verbs.get(path.removeprefix(PREFIX))
    if known is None:
        return refuse(404, f"there are {', '.join(verbs)} here")
    serve = known.get(method)
    return serve() if serve else refuse(405, f"only {', '.join(known)} here")


def serve(request: loopback.Request, rules: Rules, calls: Calls) -> loopback.Answer:
    """Serve one control request of an application behind `loopback.serve`."""
    if local(request.headers.get("host", "")):
        status, told = answer(rules, calls, request.method, request.path, request.body)
    else:
        status, told = refuse(403, "ask for this by a loopback address")
    headers = {"Content-Type": "application/json"}
    return loopback.Answer(status, headers, json.dumps(told).encode())


def refuse(status: int, why: str) -> Answer:
    return status, {"error": why}


def local(host: str) -> bool:
    """Whether a Host header names this machine: a web page elsewhere must not steer us."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"


def _add(rules: Rules, body: bytes) -> Answer:
    if len(body) > LARGEST:
        return refuse(413, f"rules of more than {LARGEST} bytes")
    try:
        rules.add(json.loads(body))
    except ValueError as error:
        return refuse(400, f"the body is no JSON: {error}")
    except BadRule as error:
        return refuse(400, str(error))
    return 201, {"rules": rules.report()}


def _cleared(rules: Rules) -> Answer:
    rules.clear()
    return 200, {"rules": []}


def _forgotten(calls: Calls) -> Answer:
    calls.clear()
    return 200, calls.report()
