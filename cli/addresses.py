"""Where the parts of the embedded product listen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cli.ports import HOST


@dataclass(frozen=True, slots=True)
class Addresses:
    ports: Mapping[str, int]

    def of(self, part: str) -> str:
        return f"http://{HOST}:{self.ports[part]}"
