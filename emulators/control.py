"""An emulator's own endpoints, beside those of its cloud.

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
from urllib.parse import urlsplit

from emulators.calls import Calls
from emulators.loopback import Answer, Request
from emulators.rules import BadRule, Rules

PREFIX = "/_emulator/"


def answer(request: Request, rules: Rules, calls: Calls) -> Answer:
    """Serve one control request."""
    if not _local(request.headers.get("host", "")):  # a page under another name must not steer us
        return refuse(403, "ask for this by a loopback address")
    paths: dict[str, dict[str, Callable[[], Answer]]] = {
        "health": {"GET": lambda: reply(200, {"status": "ok"})},
        "faults": {
            "GET": lambda: _rules(rules),
            "POST": lambda: _add(rules, request.body),
            "DELETE": lambda: _cleared(rules),
        },
        "calls": {"GET": lambda: reply(200, calls.report()), "DELETE": lambda: _forgotten(calls)},
    }
    path = paths.get(request.path.removeprefix(PREFIX))
    if path is None:
        return refuse(404, f"there are {', '.join(paths)} here")
    serve = path.get(request.method)
    return serve() if serve else refuse(405, f"only {', '.join(path)} here")


def refuse(status: int, why: str) -> Answer:
    return reply(status, {"error": why})


def reply(status: int, body: object) -> Answer:
    return Answer(status, {"Content-Type": "application/json"}, json.dumps(body).encode())


def _add(rules: Rules, body: bytes) -> Answer:
    try:
        rules.add(json.loads(body))
    except ValueError as error:
        return refuse(400, f"the body is no JSON: {error}")
    except BadRule as error:
        return refuse(400, str(error))
    return _rules(rules, 201)


def _rules(rules: Rules, status: int = 200) -> Answer:
    return reply(status, {"rules": rules.report()})


def _cleared(rules: Rules) -> Answer:
    rules.clear()
    return _rules(rules)


def _forgotten(calls: Calls) -> Answer:
    calls.clear()
    return reply(200, calls.report())


def _local(host: str) -> bool:
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"
