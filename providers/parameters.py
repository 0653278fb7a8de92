"""Reading the parameters of a spec: every wrong one is named at once, and nothing is ignored."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from ipaddress import IPv4Network
from typing import Any

from providers.errors import InvalidSpec
from providers.ssh_keys import is_key
from providers.types import Spec

PRIVATE = tuple(IPv4Network(text) for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"))
RANGE = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}/\d{1,2}")


@dataclass(slots=True)
class Reader:
    """Takes parameters one by one; `finish` raises InvalidSpec for all that was wrong."""

    kind: str
    given: dict[str, Any]
    wrong: list[str] = field(default_factory=list[str])

    @classmethod
    def of(cls, spec: Spec) -> Reader:
        return cls(spec.kind, dict(spec.parameters))

    def text(self, name: str, pattern: re.Pattern[str], like: str, default: str = "") -> str:
        """A text of `pattern`, described by `like`; needed when there is no default."""
        value = self.given.pop(name, None) or default
        if isinstance(value, str) and pattern.fullmatch(value):
            return value
        self.wrong.append(f"{name}: {value!r} is not {like}")
        return ""

    def optional(self, name: str, pattern: re.Pattern[str], like: str) -> str:
        """A text of `pattern`, or empty when it is not given."""
        if not self.given.get(name):
            self.given.pop(name, None)
            return ""
        return self.text(name, pattern, like)

    def ssh_key(self, name: str = "ssh_key") -> str:
        """A public key, or empty when it is not given. What is none is not repeated."""
        key = self.given.pop(name, None) or ""
        if isinstance(key, str) and (not key or is_key(key.strip())):
            return key.strip()
        self.wrong.append(f"{name}: not a public SSH key such as 'ssh-ed25519 AAAA... name'")
        return ""

    def whole(self, name: str, least: int, most: int, default: int | None = None) -> int:
        """A whole number; needed when there is no default."""
        value = self.given.pop(name, default)
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return value
        self.wrong.append(f"{name}: {value!r} is not from {least} to {most}")
        return 0

    def yes(self, name: str, *, default: bool) -> bool:
        value = self.given.pop(name, default)
        if isinstance(value, bool):
            return value
        self.wrong.append(f"{name}: {value!r} is neither true nor false")
        return default

    def one_of(self, name: str, choices: Collection[str], default: str = "") -> str:
        """One of `choices`; needed when there is no default."""
        value = self.given.pop(name, default)
        if isinstance(value, str) and value in choices:
            return value
        self.wrong.append(f"{name}: {value!r} is none of {', '.join(sorted(choices))}")
        return ""

    def texts(self, name: str) -> list[str]:
        """A list of texts, empty when it is not given."""
        value = self.given.pop(name, None) or []
        if isinstance(value, list | tuple) and all(isinstance(one, str) for one in value):
            return list(value)
        self.wrong.append(f"{name}: {value!r} is no list of texts")
        return []

    def table(self, name: str) -> dict[str, str]:
        """A table of texts by name, empty when it is not given."""
        value = self.given.pop(name, None) or {}
        if isinstance(value, dict) and all(isinstance(x, str) for kv in value.items() for x in kv):
            return dict(value)
        self.wrong.append(f"{name}: {value!r} is no table of texts")
        return {}

    def sources(self, name: str, most: int) -> tuple[str, ...]:
        """A list of private ranges, at most so many, each once; empty when it is not given."""
        given = self.texts(name)
        for one in given:
            self.private(name, one)
        if len(given) > most:
            self.wrong.append(f"{name}: {len(given)} ranges; at most {most}")
        return tuple(dict.fromkeys(given))

    def private(self, name: str, text: str) -> IPv4Network | None:
        """The range, when it is one and not on the internet; else what is wrong is noted."""
        try:
            found = IPv4Network(text)
        except ValueError as error:
            self.wrong.append(f"{name}: {text!r} is no range: {error}")
            return None
        if not any(found.subnet_of(private) for private in PRIVATE):
            known = ", ".join(map(str, PRIVATE))
            self.wrong.append(f"{name}: {text} is not private; it must lie in {known}")
        return found

    def finish(self) -> None:
        self.wrong += [f"no such parameter {name!r}" for name in sorted(map(str, self.given))]
        if self.wrong:
            raise InvalidSpec(f"{self.kind}: {'; '.join(self.wrong)}")
