"""One call as the behaviour of each service sees it, and the cloud it works on."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from emulators.ibm.refusal import invalid, missing, not_unique
from emulators.ibm.store import Store, Thing
from emulators.rules import Rule

ACCOUNT = "a/00000000000000000000000000000001"
GROUP = {"id": "default", "name": "Default"}
NAME = re.compile(r"[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?")


@dataclass(frozen=True, slots=True)
class Cloud:
    """`clock` gives epoch seconds; `lag` is how many of them each piece of work takes."""

    store: Store
    clock: Callable[[], float]
    lag: float

    def zulu(self) -> str:
        return datetime.fromtimestamp(self.clock(), UTC).isoformat().replace("+00:00", "Z")

    def later(self, then: Thing | None) -> Thing:
        """The fields of a thing that becomes `then` after its time."""
        return {"_due": self.clock() + self.lag, "_then": then}


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """`path` and `query` hold the request's variables; `body` is JSON, `base` the service's url.

    `rule` is a fault that the work of this call is to end with; `region` is empty where the
    service has none.
    """

    cloud: Cloud
    title: str
    region: str
    base: str
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: dict[str, Any]
    rule: Rule | None

    @property
    def store(self) -> Store:
        return self.cloud.store

    def fails_with(self, kind: str) -> Rule | None:
        return self.rule if self.rule and self.rule.kind == kind else None

    def here(self, collection: str) -> list[Thing]:
        """The things of a collection in the call's region."""
        return [one for one in self.store.among(collection) if one["_region"] == self.region]

    def thing(self, collection: str, what: str, id_: str) -> Thing:
        """The thing by its id. Raises Refusal."""
        found = self.store.get(collection, id_)
        if found is None or found["_region"] != self.region:
            raise missing(what, id_)
        return found

    def meant(self, field: str, collection: str, what: str) -> Thing:
        """The thing that a field of the body means, by id, CRN, href or name."""
        wanted = self.body.get(field)
        return self.named(wanted, field, collection, what)

    def named(self, wanted: object, field: str, collection: str, what: str) -> Thing:
        if not isinstance(wanted, dict) or not wanted:
            raise invalid(field, wanted, "names nothing")
        for one in self.here(collection):
            if all(one.get(key) == value for key, value in wanted.items()):
                return one
        raise missing(what, str(next(iter(wanted.values()))))

    def new(self, collection: str, type_: str, shape: Thing) -> Thing:
        """What every thing has. Raises Refusal for a name that is none or not unique."""
        id_ = f"{self.region or 'global'}-{uuid.uuid4()}"
        name = self.body.get("name") or f"{type_}-{id_[-8:]}"
        if not isinstance(name, str) or not NAME.fullmatch(name):
            raise invalid("name", name, "is no name: small letters, digits and hyphens")
        self.check_unique(collection, name, shape)
        return {
            "id": id_,
            "crn": f"crn:v1:bluemix:public:is:{self.region}:{ACCOUNT}::{type_}:{id_}",
            "href": f"{self.base}/{collection}/{id_}",
            "name": name,
            "created_at": self.cloud.zulu(),
            "resource_group": {**GROUP, "href": f"{self.base}/resource_groups/default"},
            "resource_type": type_.replace("-", "_"),
            "_region": self.region,
            **shape,
        }

    def check_unique(self, collection: str, name: str, shape: Thing) -> None:
        """Names are unique in a region; those of the parts of a VPC, in it."""
        for one in self.here(collection):
            inside = one.get("_vpc") == shape.get("_vpc")
            if inside and one["name"] == name and one["id"] != shape.get("id"):
                raise not_unique(name)


def ref(thing: Thing) -> Thing:
    """How other things tell of this one."""
    keys = ("id", "crn", "href", "name", "resource_type")
    return {key: thing[key] for key in keys if key in thing}


def without(thing: Thing, *names: str) -> Thing:
    """What not every kind of thing tells of itself."""
    return {key: value for key, value in thing.items() if key not in names}


def shown(thing: Thing) -> Thing:
    return {key: value for key, value in thing.items() if not key.startswith("_")}


Handler = Callable[[Call], Any]
