"""One request on its way through the emulator, and the two ways to refuse it."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

from emulators.loopback import Answer
from emulators.openstack.store import Store, Thing
from emulators.rules import Rule

JSON = "application/json"
PROJECT = "5a0d8a3b9c7e4f1d8b6a2c3d4e5f6a7b"  # the one that everybody works in


class Refusal(Exception):
    """What the cloud refuses. `kind`: the name that Neutron gives it."""

    def __init__(self, status: int, message: str, kind: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.kind = kind


class Guests(Protocol):
    """What really runs servers, where something does."""

    def takes(self, server: Thing) -> bool:
        """Whether this server is to boot at all."""

    def boot(self, server: Thing) -> str:
        """Start it; the answer says why it cannot, or is empty."""

    def look(self, id_: str) -> Mapping[str, str]:
        """`state` is starting, answering, ended or simulated; `why` and addresses go with it."""

    def stop(self, id_: str) -> None: ...

    def console(self, id_: str) -> str: ...

    def close(self) -> None: ...


@dataclass(slots=True)
class Cloud:
    """What all calls share.

    lag   seconds that the shortest work takes
    most  things on one page of a listing, however many a call asks for
    """

    store: Store
    clock: Callable[[], float]
    lag: float
    guests: Guests | None = None
    most: int = 1000

    def zulu(self) -> str:
        """Nova's and Neutron's way to tell a time; with parts of a second, to tell the older."""
        return datetime.fromtimestamp(self.clock(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(slots=True, kw_only=True)
class Call:
    """One call: where, what, and the rule that strikes it."""

    cloud: Cloud
    region: str
    base: str
    path: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: dict[str, Any]
    content: bytes = b""
    rule: Rule | None = None
    more: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def store(self) -> Store:
        return self.cloud.store

    def named(self, collection: str) -> str:
        """Each region has its own things."""
        return f"{self.region}/{collection}"

    def must(self, collection: str, id_: str, kind: str = "ItemNotFound") -> Thing:
        found = self.store.get(self.named(collection), id_)
        if found is None:
            word = collection[:-1].replace("-", " ").capitalize()
            raise Refusal(404, f"{word} {id_} could not be found.", kind)
        return found

    def asked(self, name: str) -> dict[str, Any]:
        """The object that the body has under `name`. Raises Refusal."""
        found = self.body.get(name)
        if not isinstance(found, dict) or len(self.body) != 1:
            raise Refusal(400, f"Invalid input: '{name}' is a required property", "BadRequest")
        return dict(found)


def new_id() -> str:
    return str(uuid.uuid4())


def told(thing: Thing) -> Thing:
    """A thing as the cloud shows it: what starts with a dash below is our own note."""
    return {name: value for name, value in thing.items() if not name.startswith("_")}


def answer(body: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    if body is None:
        return Answer(status, {**(headers or {})})
    return Answer(status, {"Content-Type": JSON, **(headers or {})}, json.dumps(body).encode())


def page(call: Call, name: str, found: list[Thing]) -> Answer:
    """One page of a listing, from after `marker` on."""
    ids = [thing["id"] for thing in found]
    if marker := call.query.get("marker"):
        if marker not in ids:
            raise Refusal(400, f"marker [{marker}] not found", "BadRequest")
        found = found[ids.index(marker) + 1 :]
    limit = call.query.get("limit", "1000")
    if not limit.isdecimal():
        raise Refusal(400, f"limit {limit!r} is no number", "BadRequest")
    most = min(int(limit), call.cloud.most)
    listed: dict[str, object] = {name: [told(thing) for thing in found[:most]]}
    if len(found) >= most > 0:
        listed[f"{name}_links"] = [{"rel": "next", "href": f"marker={found[most - 1]['id']}"}]
    return answer(listed)


def check_fields(given: Mapping[str, Any], known: frozenset[str]) -> None:
    """Raises Refusal for what the API does not have."""
    for name in sorted(set(given) - known):
        raise Refusal(
            400,
            f"Additional properties are not allowed ('{name}' was unexpected)",
            "HTTPBadRequest",
        )
