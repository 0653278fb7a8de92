"""One request in, one answer out: routed, struck by faults, checked, done, and checked again."""

from __future__ import annotations

import json
import logging
import re
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import RLock
from urllib.parse import parse_qsl, unquote
from uuid import uuid4

from emulators import control
from emulators.azure import blobs, faults, lasting
from emulators.azure.call import Call, Reply
from emulators.azure.checks import check_answer, check_body, check_path, check_query
from emulators.azure.cloud import Cloud, Thing
from emulators.azure.contract import PACKAGES, Contract, Found, NoSuchPath
from emulators.azure.errors import ArmError, unauthenticated
from emulators.azure.offered import serve
from emulators.azure.store import Store
from emulators.calls import Calls
from emulators.loopback import Answer, Dropped, Request
from emulators.rules import Rule, Rules

VARIABLE = re.compile(r"\{(\w+)\}")
JSON = {"Content-Type": "application/json; charset=utf-8"}

log = logging.getLogger(__name__)


class Emulator:
    """The emulated cloud behind HTTP. Safe to use from several threads.

    clock  epoch seconds; what falls due does so by this clock
    lag    seconds that the shortest long-running operation takes

    `broken` holds what it was about to answer against Azure's own description: bugs here.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.time,
        lag: float = 1.0,
        state: Path | None = None,
    ) -> None:
        self.contract = Contract()
        self.calls = Calls()
        self.broken: list[str] = []
        self.rules = Rules(lambda match, kind: faults.could_strike(self.contract, match, kind))
        self.cloud = Cloud(Store(state) if state else None)
        self._clock = clock
        self._lag = lag
        self._lock = RLock()

    def empty(self) -> None:
        """A new cloud: nothing exists, no rule is in force, no call was made."""
        self.restore({})

    def copy(self) -> dict[str, Thing]:
        """The cloud as it is; see `restore`."""
        with self._lock:
            return self.cloud.copy()

    def restore(self, copy: Mapping[str, Thing]) -> None:
        """A cloud as it once was, without rules and calls: many tests can start from one."""
        self.rules.clear()
        self.calls.clear()
        with self._lock:
            self.cloud.restore(copy)

    def close(self) -> None:
        with self._lock:
            self.cloud.close()

    def answer(self, request: Request) -> Answer:
        """Serve one request. Raises Dropped when the connection is to be cut."""
        if request.path.startswith(control.PREFIX):
            return control.serve(request, self.rules, self.calls)
        if "x-ms-version" in request.headers:  # which only the storage itself is told
            return self._blob(request)
        try:
            reply = self._serve(request, unquote(request.path).rstrip("/"))
        except ArmError as refusal:
            reply = Reply(refusal.status, refusal.body(), refusal.headers)
        except AssertionError as error:
            log.exception("this emulator broke Azure's description")
            self.broken.append(str(error))
            reply = Reply(500, ArmError(500, "EmulatorBroken", str(error)).body())
        body = b"" if reply.body is None else json.dumps(reply.body).encode()
        headers = {**(JSON if body else {}), "x-ms-request-id": str(uuid4()), **reply.headers}
        return Answer(reply.status, headers, body)

    def _blob(self, request: Request) -> Answer:
        """What an account of storage answers, beside Azure Resource Manager."""
        account, _, rest = request.path.lstrip("/").partition("/")
        container, _, blob = rest.partition("/")
        ask = blobs.Ask(
            cloud=self.cloud,
            verb=request.method,
            account=account,
            container=container,
            blob=unquote(blob),
            query=dict(parse_qsl(request.query, keep_blank_values=True)),
            headers=request.headers,
            body=request.body,
            now=self._clock(),
        )
        try:
            told = self._struck(ask)
        except blobs.BlobError as error:
            told = blobs.refused(error)
        headers = {"x-ms-request-id": str(uuid4()), "x-ms-version": "2025-01-05", **told.headers}
        return Answer(told.status, headers, told.body)

    def _struck(self, ask: blobs.Ask) -> blobs.Told:
        title = blobs.title(ask)
        if not ask.headers.get("authorization", "").startswith("Bearer "):
            raise blobs.BlobError(401, "NoAuthenticationInformation", "No token was sent.")
        self.calls.add(title)
        rule = self.rules.strike(title, lasting=False)
        faults.before_blob(rule)
        try:
            with self._lock:
                try:
                    told = blobs.serve(ask)
                    self.cloud.commit()
                finally:
                    self.cloud.forget()
            return told
        finally:
            if rule and rule.kind == "lost":
                raise Dropped

    def _serve(self, request: Request, path: str) -> Reply:
        if not request.headers.get("authorization", "").startswith("Bearer "):
            raise unauthenticated()
        query = dict(parse_qsl(request.query, keep_blank_values=True))
        base = f"http://{request.headers.get('host', '')}"
        look = self._look(path, query, base) if request.method == "GET" else None
        if look:
            return look
        found = self._find(request.method, path)
        self.calls.add(found.operation.title)
        rule = self.rules.strike(found.operation.title, lasting=found.operation.long_running)
        faults.before(rule, found.operation)
        try:
            return self._checked(request, found, query, base, rule)
        finally:
            if rule and rule.kind == "lost":  # whatever the answer was, a refusal too
                raise Dropped

    def _look(self, path: str, query: Mapping[str, str], base: str) -> Reply | None:
        with self._lock:
            lasting.settle(self.cloud, self._clock())
            return lasting.look(self.cloud, path, query, base)

    def _find(self, method: str, path: str) -> Found:
        try:
            return self.contract.find(method, path)
        except NoSuchPath as missing:
            raise _no_such(method, missing) from None

    def _checked(
        self, request: Request, found: Found, query: Mapping[str, str], base: str, rule: Rule | None
    ) -> Reply:
        operation = found.operation
        check_query(operation, query)
        check_path(operation, found.values)
        body = check_body(operation, request.body)
        with self._lock:
            now = self._clock()
            lasting.settle(self.cloud, now)
            call = Call(
                cloud=self.cloud,
                operation=operation,
                path=_canonical(found),
                query=query,
                body=body,
                base=base,
                now=now,
                lag=self._lag,
                rule=rule,
            )
            try:
                return self._done(call)
            finally:
                self.cloud.forget()

    def _done(self, call: Call) -> Reply:
        reply = serve(call)
        check_answer(call.operation, reply)
        if call.operation.method != "GET":
            lasting.forget_old(self.cloud, call.now)
        self.cloud.commit()
        return reply


def _canonical(found: Found) -> str:
    """The path as Azure writes it; only names keep the case they came in."""

    def value(match: re.Match[str]) -> str:
        return found.values[match[1]]

    path = VARIABLE.sub(value, found.operation.url)
    return re.sub("/resourcegroups/", "/resourceGroups/", path, flags=re.IGNORECASE)


def _no_such(method: str, missing: NoSuchPath) -> ArmError:
    path = str(missing)
    if missing.methods:
        allowed = {"Allow": ", ".join(missing.methods)}
        why = f"The HTTP method '{method}' is not supported here."
        return ArmError(405, "MethodNotAllowed", why, headers=allowed)
    namespace, _, rest = path.rpartition("/providers/")[2].partition("/")
    if namespace.lower() not in PACKAGES:
        why = f"The resource namespace '{namespace}' is invalid."
        return ArmError(404, "InvalidResourceNamespace", why)
    type_ = "/".join(rest.split("/")[::2])
    why = f"The resource type '{type_}' could not be found in the namespace '{namespace}'."
    return ArmError(404, "InvalidResourceType", why)
