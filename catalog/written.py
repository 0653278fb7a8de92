"""What an offering file says, for the rules between its parts."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from catalog.reasons import Path


@dataclass(frozen=True, slots=True)
class Written:
    """What an offering file says, without the parts whose shape is wrong."""

    data: Any
    wrong: Collection[Path]

    def at(self, *path: str) -> Any:  # noqa: ANN401 - whatever YAML holds
        """The value at `path`; None when it is not there or its shape is wrong."""
        if path in self.wrong:
            return None
        value = self.data
        for key in path:
            value = value.get(key) if isinstance(value, Mapping) else None
        return value

    def keys(self, *path: str) -> list[str]:
        value = self.at(*path)
        return list(value) if isinstance(value, Mapping) else []

    def sound(self, *path: str) -> bool:
        """Nothing at `path` or inside it has a wrong shape."""
        return not any(other[: len(path)] == path for other in self.wrong)
