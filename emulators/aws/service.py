"""The emulated AWS: what it does with one request, on top of moto.

Refuse what is not signed; count it; let a fault strike; do the work once per client token, under
one lock because moto is not safe without; keep the change; answer.
"""

from __future__ import annotations

import json
import os
import socket
import struct
import time
from collections.abc import Callable, Iterable
from http import HTTPStatus
from pathlib import Path
from threading import RLock
from typing import Any

from moto.core.exceptions import ServiceException
from moto.ec2.models import ec2_backends

from emulators import control
from emulators.aws import backends, buckets, databases, ec2, faults, own, patches
from emulators.aws.answers import Answer, AwsError, Dropped, serialise
from emulators.aws.cloud import Cloud
from emulators.aws.lag import Lag
from emulators.aws.operation import Operation, Unreadable, identify, length
from emulators.aws.patches import Pace
from emulators.aws.persistence import Store
from emulators.aws.schedule import Due, Schedule
from emulators.aws.shapes import check_request
from emulators.aws.things import Call, Things
from emulators.aws.tokens import Tokens
from emulators.calls import Calls
from emulators.rules import Rule, Rules

Start = Callable[[str, list[tuple[str, str]]], Any]
CHECKS = (ec2.check, buckets.check, databases.check)  # what AWS refuses and moto lets pass


class Emulator:
    """A WSGI application. One per process: moto keeps its clouds in module globals."""

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.monotonic,
        lag: float = 1.0,
        state: Path | None = None,
    ) -> None:
        self.faults = Rules(faults.could_strike)
        self.calls = Calls()
        self.lag = Lag(clock, lag)
        self.schedule = Schedule(clock, lag)
        self.things = Things()
        self.tokens = Tokens()
        self._pace = Pace(self.lag, self.schedule)
        self._lock = RLock()
        self._cloud = Cloud()
        self._store = Store(state, self._lock, self._keep) if state else None
        if self._store:
            self._store.hold()
        patches.install(self._pace)
        if self._store and (kept := self._store.load()):
            self.tokens.seen = kept["tokens"]
            self.lag.restore(kept["dues"], _machines())
            self.schedule.restore(kept.get("scheduled", []))
            self.things.restore(kept.get("things", {}))

    def __call__(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        try:
            answer = self._answer(environ)
        except Dropped:
            _cut(environ)
            raise ConnectionResetError from None  # what the server takes for a caller gone away
        headers = [
            h for h in answer.headers if h[0].lower() not in {"content-length", "connection"}
        ]
        headers.append(("Content-Length", str(len(answer.body))))
        start(f"{answer.status} {_phrase(answer.status)}", headers)
        return [answer.body]

    def empty(self) -> None:
        """An account nobody has used yet: no resources, tokens, faults or calls."""
        with self._lock:
            backends.empty()
            self.lag.clear()
            self.schedule.clear()
            self.things.clear()
            self.tokens.seen.clear()
            self.faults.clear()
            self.calls.clear()
            if self._store:
                self._store.clear()

    def close(self) -> None:
        """Save what fell due meanwhile, and let go of everything."""
        if self._store:
            with self._lock:
                change = self._store.touch("")
            self._store.save(change)
            self._store.close()
        patches.remove(self._pace)

    def _answer(self, environ: dict[str, Any]) -> Answer:
        if environ["PATH_INFO"].startswith(control.PREFIX):
            return _json(*self._control(environ))
        try:
            operation = identify(environ)
        except Unreadable as error:
            return _json(*control.refuse(400, str(error)))
        if operation is None:
            return _json(*control.refuse(403, "not a signed request to a service of AWS"))
        self.calls.add(operation.title)
        try:
            rule = self.faults.strike(operation.title)
            faults.before(rule, operation)
            answer = self._work(operation, environ, rule)
        except (AwsError, ServiceException) as refusal:
            return serialise(operation, refusal)
        if rule and rule.kind == "lost":
            raise Dropped
        return answer

    def _control(self, environ: dict[str, Any]) -> control.Answer:
        if not control.local(environ.get("HTTP_HOST", "")):
            return control.refuse(403, "ask for this by a loopback address")
        size = min(length(environ), control.LARGEST + 1)
        return control.answer(
            self.faults,
            self.calls,
            environ["REQUEST_METHOD"],
            environ["PATH_INFO"],
            environ["wsgi.input"].read(size),
        )

    def _work(self, operation: Operation, environ: dict[str, Any], rule: Rule | None) -> Answer:
        with self._lock:
            self._pass_time()
            answer = self.tokens.replay(operation)
            if answer:
                return answer
            answer = self._ask(operation, environ)
            if answer.done:
                buckets.made(operation)
                self.tokens.keep(operation, answer)
                if rule and rule.kind == "async-error":
                    self._doom(rule)
            change = self._touch(operation)
        if self._store and change:
            self._store.save(change)
        return answer

    def _ask(self, operation: Operation, environ: dict[str, Any]) -> Answer:
        if own.serves(operation):
            check_request(operation)
            return own.ask(Call(operation, self.things, self.schedule))
        for check in CHECKS:
            check(operation)
        check_request(operation)
        return self._cloud.ask(operation, environ)

    def _pass_time(self) -> None:
        """Let fall due what does; kept with the next change, as the dues are that it came from."""
        for region in self.lag.tick():
            self._changed(region)
        self.schedule.tick(self._arrive)

    def _changed(self, region: str) -> None:
        if self._store:
            self._store.touch(region)

    def _arrive(self, due: Due) -> None:
        self._changed(due.address[2])
        if due.address[0] == databases.SORT:
            databases.arrive(due)
        else:
            own.arrive(due, self.things)

    def _doom(self, rule: Rule) -> None:
        code = rule.code or "Server.InternalError"
        self.lag.doom(code, rule.message or f"{code}: Internal error on launch")
        self.schedule.doom(rule.code or "failed", rule.message or "Internal error")

    def _touch(self, operation: Operation) -> int:
        """The number of the change to save, 0 when there is none."""
        if not self._store:
            return 0
        # reading makes moto lay out a region it has not seen: default networks and the like
        if operation.reads and self._store.known(operation.region):
            return 0
        return self._store.touch(operation.region)

    def _keep(self) -> dict[str, Any]:
        return {
            "tokens": self.tokens.seen,
            "dues": self.lag.keep(),
            "scheduled": self.schedule.keep(),
            "things": self.things.keep(),
        }


def _json(status: int, body: object) -> Answer:
    return Answer(status, (("Content-Type", "application/json"),), json.dumps(body).encode())


def _machines() -> dict[str, Any]:
    return {
        machine.id: machine
        for account in ec2_backends.values()
        for backend in account.values()
        for machine in backend.all_instances()
    }


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"


def _cut(environ: dict[str, Any]) -> None:
    """Reset the connection, so that the caller sees it break and not end."""
    connection = environ.get("werkzeug.socket")
    if isinstance(connection, socket.socket):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        os.close(connection.detach())  # its own close would wait for the streams made from it
