"""One request in, one answer out: routed, struck by faults, done."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, unquote

from typing_extensions import override

from emulators import control
from emulators.kept import Kept
from emulators.loopback import Answer, Dropped, Request
from emulators.openstack import faults, offers, passing
from emulators.openstack.call import Call, Cloud, Guests, Refusal
from emulators.openstack.identity import REGIONS
from emulators.openstack.offered import ROUTES, SERVICES, TITLES, Route
from emulators.openstack.refusals import refused
from emulators.openstack.store import Store
from emulators.rules import Rules

PLACE = re.compile(r"/(?P<region>[a-z]+-[0-9]+)(?P<rest>/.*)")


@dataclass(slots=True)
class Found:
    """What a request asks for."""

    route: Route
    region: str
    path: dict[str, str]


class Emulator(Kept[Store]):
    """The emulated cloud behind HTTP. Safe to use from several threads."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud
        super().__init__(cloud.store, Rules(partial(faults.could_strike, TITLES)))
        with self.store.change():
            self.furnish()

    @override
    def furnish(self) -> None:
        offers.furnish(self.cloud)

    def house(self, guests: Guests) -> None:
        """Boot servers for real from now on; those that ran before come back."""
        with self._lock, self.store.change():
            self.cloud.guests = guests
            passing.bring_back(self.cloud)

    @override
    def close(self) -> None:
        with self._lock:
            if self.cloud.guests:
                self.cloud.guests.close()
        super().close()

    def answer(self, request: Request) -> Answer:
        """Serve one request. Raises Dropped when the connection is to be cut."""
        if request.path.startswith(control.PREFIX):
            return control.serve(request, self.rules, self.calls)
        try:
            return self._serve(request)
        except Refusal as refusal:
            return refused(refusal, request.path)

    def _serve(self, request: Request) -> Answer:
        found = _find(request)
        title = found.route.title
        self.calls.add(title)
        rule = self.rules.strike(title, lasting=title in faults.LASTING)
        faults.before(rule, title)
        if not title.endswith(".version") and title != "identity.tokens.create":
            _check_token(request)
        call = Call(
            cloud=self.cloud,
            region=found.region,
            base=f"http://{request.headers.get('host', '127.0.0.1')}",
            path=found.path,
            query=dict(parse_qsl(request.query, keep_blank_values=True)),
            headers=request.headers,
            body=_body(request, title),
            content=request.body,
            rule=rule,
        )
        try:
            with self.turn(lambda: passing.settle(self.cloud)):
                return found.route.handler(call)
        finally:
            if rule and rule.kind == "lost":  # whatever the answer was, a refusal too
                raise Dropped


def _find(request: Request) -> Found:
    place = PLACE.fullmatch(request.path)
    region, path = (place["region"], place["rest"]) if place else ("", request.path)
    if region and region not in REGIONS:
        raise Refusal(404, f"there is no region {region}")
    other = False
    for route in ROUTES:
        match = route.path.fullmatch(path)
        if match and route.method == request.method:
            parts = {name: unquote(value) for name, value in match.groupdict().items()}
            return Found(route, region, parts)
        other = other or bool(match)
    if path.strip("/").partition("/")[0] not in SERVICES:
        raise Refusal(404, "The resource could not be found.")
    what = "this verb" if other else "this path"
    raise Refusal(501, f"the emulator does not offer {what}: {request.method} {path}")


def _check_token(request: Request) -> None:
    if not request.headers.get("x-auth-token", "").startswith("emulated-"):
        raise Refusal(401, "The request you have made requires authentication.")


def _body(request: Request, title: str) -> dict[str, Any]:
    if not request.body or title.startswith("object."):
        return {}
    try:
        told = json.loads(request.body)
    except ValueError:
        raise Refusal(400, "Malformed request body") from None
    if not isinstance(told, dict):
        raise Refusal(400, "Malformed request body")
    return told
