"""Everything that exists in the emulated cloud, and changes to it that happen as a whole.

A request works on staged changes; they become true together when it commits, or not at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import asdict, dataclass, field
from typing import Any

from emulators.azure.store import Store

OPERATION = "operation"  # the type of a long-running operation; no resource's type lacks a slash


@dataclass(slots=True)
class Thing:
    """A resource, a resource group or a long-running operation.

    type    in small letters
    body    what Azure shows of it
    hidden  what Azure knows of it and does not show
    """

    type: str
    body: dict[str, Any]
    hidden: dict[str, Any] = field(default_factory=dict[str, Any])

    @property
    def properties(self) -> dict[str, Any]:
        found: dict[str, Any] = self.body.setdefault("properties", {})
        return found

    @property
    def id(self) -> str:
        return str(self.body["id"])


class Cloud:
    """Not thread-safe: the service calls it under its own lock."""

    def __init__(self, store: Store | None = None) -> None:
        self._store = store
        self._things: dict[str, Thing] = {}
        self._staged: dict[str, Thing | None] = {}
        self._due: dict[str, float] = {}
        for key, row in (store.load() if store else {}).items():
            self._settle(key, Thing(**row))

    def peek(self, key: str) -> Thing | None:
        """The thing there, to look at only."""
        return self._staged[key] if key in self._staged else self._things.get(key)

    def take(self, key: str) -> Thing | None:
        """A copy of the thing there, to change and then `put`."""
        return deepcopy(self.peek(key))

    def put(self, key: str, thing: Thing) -> None:
        self._staged[key] = thing

    def drop(self, key: str) -> None:
        """Remove a thing and everything under it."""
        for under in [k for k, _ in self.each(f"{key}/")]:
            self._staged[under] = None
        self._staged[key] = None

    def each(self, under: str = "/", type_: str = "") -> Iterator[tuple[str, Thing]]:
        """What is there, oldest first, to look at only."""
        for key in list(dict.fromkeys((*self._things, *self._staged))):
            thing = self.peek(key)
            if thing and key.startswith(under) and type_ in {"", thing.type}:
                yield key, thing

    def commit(self) -> None:
        """Make the staged changes true, on the disk first."""
        if not self._staged:
            return
        if self._store:
            self._store.save({k: asdict(t) if t else None for k, t in self._staged.items()})
        for key, thing in self._staged.items():
            self._settle(key, thing)
        self._staged = {}

    def forget(self) -> None:
        """Let go of the staged changes."""
        self._staged = {}

    def due(self, now: float) -> list[str]:
        """The operations that end by now, in the order they do."""
        over = sorted((due, key) for key, due in self._due.items() if due <= now)
        return [key for _, key in over]

    def copy(self) -> dict[str, Thing]:
        """Everything there is; see `restore`."""
        return deepcopy(self._things)

    def restore(self, copy: Mapping[str, Thing]) -> None:
        """Make everything as it was in `copy`."""
        for key in [*self._things]:
            self._staged[key] = None
        self._staged.update(deepcopy(dict(copy)))
        self.commit()

    def close(self) -> None:
        if self._store:
            self._store.close()

    def _settle(self, key: str, thing: Thing | None) -> None:
        self._due.pop(key, None)
        if thing is None:
            self._things.pop(key, None)
            return
        self._things[key] = thing
        if thing.type == OPERATION and "due" in thing.hidden:
            self._due[key] = float(thing.hidden["due"])


def merge(into: dict[str, Any], change: Mapping[str, Any]) -> None:
    """Merge JSON as PATCH does: objects into objects, anything else over what was there."""
    for key, value in change.items():
        if isinstance(value, Mapping) and isinstance(into.get(key), dict):
            merge(into[key], value)
        else:
            into[key] = deepcopy(value)


def references(value: object) -> Iterator[str]:
    """Every resource that a body refers to by id."""
    if isinstance(value, Mapping):
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)
    elif isinstance(value, str) and value.lower().startswith("/subscriptions/"):
        yield value
