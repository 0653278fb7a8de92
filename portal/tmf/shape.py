"""Reading an object key by key, noting everything that is wrong on the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from portal.tmf.body import step
from portal.tmf.error import Wrong

Kind = TypeVar("Kind", str, int, list[Any], dict[str, Any])

_NAMES: Mapping[type, str] = {
    str: "text",
    int: "a whole number",
    list: "a list",
    dict: "an object",
}


class Reader:
    """One JSON object at `pointer`; `wrongs` is shared by all readers of a body."""

    def __init__(self, value: Mapping[str, Any], pointer: str, wrongs: list[Wrong]) -> None:
        self.value = value
        self.pointer = pointer
        self.wrongs = wrongs

    def wrong(self, key: str | int | None, reason: str) -> None:
        pointer = self.pointer if key is None else step(self.pointer, key)
        self.wrongs.append(Wrong(pointer, reason))

    def get(self, key: str, kind: type[Kind], *, needed: bool = False) -> Kind | None:
        """The value of `key` when it is there and of its kind."""
        found = self.value.get(key)
        if found is None:
            if needed:
                self.wrong(key, "is missing")
            elif key in self.value:
                self.wrong(key, f"must be {_NAMES[kind]}, or left out")
            return None
        if not isinstance(found, kind) or isinstance(found, bool):
            self.wrong(key, f"must be {_NAMES[kind]}")
            return None
        return found

    def text(self, key: str, longest: int, *, needed: bool = False) -> str | None:
        """Text that is not blank, trimmed."""
        found = self.get(key, str, needed=needed)
        if found is None:
            return None
        trimmed = found.strip()
        if not trimmed:
            self.wrong(key, "must not be empty")
        elif len(trimmed) > longest:
            self.wrong(key, f"must be at most {longest} characters")
        else:
            return trimmed
        return None

    def inner(self, key: str, *, needed: bool = False) -> Reader | None:
        found = self.get(key, dict, needed=needed)
        return None if found is None else Reader(found, step(self.pointer, key), self.wrongs)

    def only(self, known: Mapping[str, object], explain: Callable[[str], str]) -> None:
        """Note every key that is not known; @type may say only what the thing is."""
        for key in self.value:
            if key not in known:
                self.wrong(key, explain(key))

    def type_is(self, *names: str) -> None:
        if "@type" in self.value and self.value["@type"] not in names:
            self.wrong("@type", f"must be {' or '.join(names)}, or left out")
