"""One request in, one answer out: routed, checked, struck by faults, done."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, unquote

from emulators import control
from emulators.ibm import buckets, faults, offers
from emulators.ibm.buckets import Ask
from emulators.ibm.call import Call, Cloud, shown
from emulators.ibm.contract import Contract, Operation
from emulators.ibm.offered import HANDLERS
from emulators.ibm.refusal import Refusal, invalid, not_offered
from emulators.ibm.store import Store
from emulators.kept import Kept
from emulators.loopback import Answer, Dropped, Request
from emulators.rules import Rule, Rules

PLACES = re.compile(
    r"(?P<global>/dl/v1|/provider/v2|/v3)(?P<rest>/.*)"
    r"|/(?P<region>[a-z0-9-]+)/(?P<kind>v1|cos)(?P<below>/.*|)"
)
APIS = {"/dl/v1": "directlink", "/provider/v2": "carrier", "/v3": "tagging"}
TOKEN = "/identity/token"  # noqa: S105 - a path
TOKEN_TITLE = "iam.get_token"  # noqa: S105 - a title
HOUR = 3600
MADE = ("create_gateway_action", "attach_tag", "detach_tag", "search")  # answered 200, not 201


class Emulator(Kept[Store]):
    """The emulated cloud behind HTTP. Safe to use from several threads."""

    def __init__(self, cloud: Cloud) -> None:
        self.contract = Contract()
        self.cloud = cloud
        titles = [*self.contract.titles, *buckets.TITLES, TOKEN_TITLE]
        super().__init__(cloud.store, Rules(partial(faults.could_strike, titles)))

    def answer(self, request: Request) -> Answer:
        """Serve one request. Raises Dropped when the connection is to be cut."""
        if request.path.startswith(control.PREFIX):
            return control.serve(request, self.rules, self.calls)
        place = PLACES.fullmatch(request.path)
        storing = place is not None and place["kind"] == "cos"
        try:
            if request.path == TOKEN:
                return self._token()
            found = _known(place, request.path)
            return self._store(request, found) if storing else self._serve(request, found)
        except Refusal as refusal:
            if storing:
                data = b"" if request.method == "HEAD" else refusal.xml()
                return Answer(refusal.status, {"Content-Type": "application/xml"}, data)
            return _json(refusal.status, refusal.body())

    def _token(self) -> Answer:
        self.calls.add(TOKEN_TITLE)
        faults.before(self.rules.strike(TOKEN_TITLE, lasting=False), TOKEN_TITLE)
        told = {"access_token": "emulated", "refresh_token": "none", "token_type": "Bearer"}
        return _json(200, told | {"expires_in": HOUR, "expiration": int(self.cloud.clock()) + HOUR})

    def _serve(self, request: Request, place: re.Match[str]) -> Answer:
        api = "vpc" if place["region"] else APIS[place["global"]]
        rest = place["rest"] or place["below"]
        if rest == "/resources/search":
            api = "search"
        operation, path = self.contract.find(api, request.method, rest)
        self.calls.add(operation.title)
        rule = self.rules.strike(operation.title, lasting=operation.title in faults.LASTING)
        faults.before(rule, operation.title)
        call = Call(
            cloud=self.cloud,
            title=operation.title,
            region=place["region"] or "",
            base=_base(request, place),
            path={name: unquote(value) for name, value in path.items()},
            query=_query(operation, request.query),
            body=_body(operation, request.body),
            rule=rule,
        )
        return self._struck(rule, lambda: self._done(operation, call))

    def _done(self, operation: Operation, call: Call) -> Answer:
        handler = HANDLERS.get(operation.title)
        if handler is None:
            raise not_offered(operation.title)
        with self.turn(self._settle):
            told = handler(call)
        if told is None:
            return Answer(204, {})
        status = 201 if operation.verb == "POST" and operation.name not in MADE else 200
        return _json(status, shown(told))

    def _store(self, request: Request, place: re.Match[str]) -> Answer:
        bucket, _, key = (place["below"] or "").removeprefix("/").partition("/")
        ask = Ask(
            cloud=self.cloud,
            region=place["region"],
            bucket=unquote(bucket),
            key=unquote(key),
            query=dict(parse_qsl(request.query, keep_blank_values=True)),
            headers=request.headers,
            body=request.body,
            verb=request.method,
        )
        title = buckets.title(ask)
        self.calls.add(title)
        rule = self.rules.strike(title, lasting=False)
        faults.before(rule, title)

        def work() -> Answer:
            with self.turn(self._settle):
                reply = buckets.serve(ask, title)
            headers = {"Content-Type": "application/xml"} if reply.xml else {}
            return Answer(
                reply.status, {**headers, **reply.headers}, reply.data or reply.xml.encode()
            )

        return self._struck(rule, work)

    def _settle(self) -> None:
        self.store.settle(self.cloud.clock())

    @staticmethod
    def _struck(rule: Rule | None, work: Any) -> Answer:  # noqa: ANN401 - a call without arguments
        try:
            answer: Answer = work()
        finally:
            if rule and rule.kind == "lost":  # whatever the answer was, a refusal too
                raise Dropped
        return answer


def _json(status: int, told: Mapping[str, Any]) -> Answer:
    return Answer(status, {"Content-Type": "application/json"}, json.dumps(told).encode())


def _known(place: re.Match[str] | None, path: str) -> re.Match[str]:
    if place is None:
        raise Refusal(404, "not_found", f"there is no {path} here")
    if place["region"] and place["region"] not in offers.REGIONS:
        raise Refusal(404, "not_found", f"there is no region {place['region']}")
    return place


def _base(request: Request, place: re.Match[str]) -> str:
    below = f"/{place['region']}/v1" if place["region"] else place["global"]
    return f"http://{request.headers.get('host', 'localhost')}{below}"


def _query(operation: Operation, text: str) -> dict[str, str]:
    told = dict(parse_qsl(text, keep_blank_values=True))
    if unknown := sorted(set(told) - operation.query):
        raise invalid(unknown[0], told[unknown[0]], f"is no parameter of {operation.name}")
    if "version" in operation.query and not told.get("version"):
        raise Refusal(400, "missing_version", "the query parameter version is needed")
    if operation.api == "vpc" and told.get("generation") != "2":
        raise Refusal(400, "missing_generation", "the query parameter generation=2 is needed")
    return told


def _body(operation: Operation, raw: bytes) -> dict[str, Any]:
    try:
        told = json.loads(raw) if raw else {}
    except ValueError:
        raise Refusal(400, "invalid_json", "the body is no JSON") from None
    if not isinstance(told, dict):
        raise Refusal(400, "invalid_json", "the body is no object")
    if unknown := sorted(set(told) - operation.body):
        raise invalid(unknown[0], told[unknown[0]], f"is no field of {operation.name}")
    return told
