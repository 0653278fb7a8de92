"""One call as the behaviour of each service sees it, and the cloud it works on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from typing import Any

from emulators.google.contract import Method
from emulators.google.store import Store
from emulators.rules import Rule

LINK = "https://www.googleapis.com/compute/v1/"
SCOPES = frozenset({"zones", "regions"})  # collections that are themselves places
PACIFIC = timezone(timedelta(hours=-8))  # Compute Engine tells times in it, everywhere


@dataclass(frozen=True, slots=True)
class Cloud:
    """`clock` gives epoch seconds; `lag` is how many of them each operation takes."""

    store: Store
    clock: Callable[[], float]
    lag: float

    def pacific(self) -> str:
        return datetime.fromtimestamp(self.clock(), PACIFIC).isoformat(timespec="milliseconds")

    def zulu(self) -> str:
        now = datetime.fromtimestamp(self.clock(), UTC)
        return now.isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass(frozen=True, slots=True)
class Call:
    """`path` and `query` hold the request's variables; `body` is checked JSON, `media` bytes.

    `rule` is a fault that the operation of this call is to end with.
    """

    cloud: Cloud
    method: Method
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: dict[str, Any]
    media: bytes
    rule: Rule | None

    @property
    def store(self) -> Store:
        return self.cloud.store

    @property
    def project(self) -> str:
        return self.path["project"]

    @property
    def scope(self) -> str:
        """`projects/p/zones/z`, `projects/p/regions/r` or `projects/p/global`."""
        for kind in ("zone", "region"):
            if kind in self.path:
                return f"projects/{self.project}/{kind}s/{self.path[kind]}"
        return f"projects/{self.project}/global"

    @property
    def folder(self) -> str:
        """Where the method's collection keeps its things, in this scope."""
        if self.method.collection in SCOPES:
            return f"projects/{self.project}/{self.method.collection}"
        return f"{self.scope}/{self.method.collection}"

    @property
    def target(self) -> str:
        """The path of the thing that the request's own path names."""
        if self.method.collection in SCOPES:
            return self.scope
        names = [v for k, v in self.path.items() if k not in {"project", "zone", "region"}]
        return f"{self.folder}/{names[0]}"


Handler = Callable[[Call], Any]


def number_of(project: str) -> str:
    """A project's number: Google gives it one, and so do we, always the same."""
    return str(int(sha256(project.encode()).hexdigest()[:10], 16))
