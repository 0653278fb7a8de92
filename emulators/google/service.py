"""One request in, one answer out: routed, checked, struck by faults, done, and checked again."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from functools import partial
from threading import Event
from typing import Any
from urllib.parse import parse_qsl

from emulators import control
from emulators.google import faults, networks, operations, schema
from emulators.google.buckets import Content
from emulators.google.call import Call, Cloud
from emulators.google.contract import Contract, Method
from emulators.google.offered import HANDLERS
from emulators.google.refusal import Malformed, NotOffered, Refusal
from emulators.google.schema import Broken, Checker
from emulators.google.store import Store
from emulators.kept import Kept
from emulators.loopback import Answer, Dropped, Request
from emulators.rules import Rules

WAITS = 200  # looks that a `wait` takes before it answers as things are, as the real one may
LOOK = 0.01  # seconds between them

log = logging.getLogger(__name__)


JSON = "application/json; charset=UTF-8"


class Emulator(Kept[Store]):
    """The emulated cloud behind HTTP. Safe to use from several threads.

    `broken` holds what it was about to answer against Google's own description: bugs here.
    """

    def __init__(self, cloud: Cloud) -> None:
        self.contract = Contract()
        self.cloud = cloud
        self.broken: list[str] = []
        could = partial(faults.could_strike, self.contract)
        super().__init__(cloud.store, Rules(could))

    def answer(self, request: Request) -> Answer:
        """Serve one request. Raises Dropped when the connection is to be cut."""
        if request.path.startswith(control.PREFIX):
            return control.serve(request, self.rules, self.calls)
        try:
            return self._serve(request)
        except Refusal as refusal:
            return _json(refusal.status, refusal.body())
        except Broken as error:
            log.exception("this emulator broke its own description")
            self.broken.append(str(error))
            broken = Refusal(500, "emulatorBroken", "the emulator broke the API's description")
            return _json(500, broken.body())

    def _serve(self, request: Request) -> Answer:
        method, variables = self.contract.find(request.method, request.path)
        self.calls.add(method.id)
        rule = self.rules.strike(method.id, lasting=method.asynchronous)
        faults.before(rule, method)
        query = dict(parse_qsl(request.query, keep_blank_values=True))
        schema.query(method, query)
        schema.variables(method, variables)
        uploading = "uploadType" in query
        call = Call(
            cloud=self.cloud,
            method=method,
            path=variables,
            query=query,
            body={} if uploading else _body(method, request.body),
            media=_media(request) if uploading else b"",
            rule=rule,
        )
        try:
            return self._work(call)
        finally:
            if rule and rule.kind == "lost":  # whatever the answer was, a refusal too
                raise Dropped

    def _work(self, call: Call) -> Answer:
        looks = WAITS if call.method.verb == "wait" else 1
        result: Any = None
        for look in range(looks):
            if look:
                Event().wait(LOOK)
            result = self._once(call)
            if looks > 1 and result["status"] == "DONE":
                break
        if isinstance(result, Content):
            return Answer(200, {"Content-Type": "application/octet-stream"}, bytes(result))
        if result is None:  # Compute Engine's SDK cannot read an answer that is not JSON
            return _json(200, {}) if call.method.api.name == "compute" else Answer(204, {})
        return _json(200, result)

    def _once(self, call: Call) -> Any:  # noqa: ANN401 - JSON
        serve = HANDLERS.get(call.method.id)
        if serve is None:
            raise NotOffered(call.method.id)
        with self.turn(lambda: self._settle(call)):
            result = serve(call)
            if call.method.response and isinstance(result, Mapping):
                Checker(call.method, answering=True).body(result)
        return result

    def _settle(self, call: Call) -> None:
        operations.settle(self.cloud)
        if "project" in call.path:
            networks.furnish(self.store, call.project, self.cloud.pacific())


def _json(status: int, told: object) -> Answer:
    return Answer(status, {"Content-Type": JSON}, json.dumps(told).encode())


def _body(method: Method, raw: bytes) -> dict[str, Any]:
    if not raw:
        told: Any = {}
    else:
        try:
            told = json.loads(raw)
        except ValueError:
            raise Malformed("Invalid JSON payload received. Parsing terminated.") from None
    if not method.request:
        if told:
            raise Malformed("Invalid JSON payload received. The request body must be empty.")
        return {}
    checked: dict[str, Any] = Checker(method).body(told)
    return checked


def _media(request: Request) -> bytes:
    """An upload as one MIME message: its own headers came with the request."""
    kind = request.headers.get("content-type", "")
    if kind.startswith("multipart/"):
        return b"Content-Type: " + kind.encode() + b"\r\n\r\n" + request.body
    return request.body
