"""Plain data as the text of an offering file, which reads back as the same data."""

from __future__ import annotations

from typing import Any

import yaml
from typing_extensions import override

WIDTH = 100
SHORT = 90  # characters of a mapping that still stands on one line


class _Dumper(yaml.SafeDumper):
    """Short mappings of plain values on one line, as people write them; no anchors."""

    @override
    def ignore_aliases(self, data: object) -> bool:
        return True

    @override
    def represent_str(self, data: str) -> yaml.ScalarNode:
        style = "|" if "\n" in data else None
        return self.represent_scalar("tag:yaml.org,2002:str", data, style)

    @override
    def represent_mapping(
        self, tag: str, mapping: Any, flow_style: bool | None = None
    ) -> yaml.MappingNode:
        return super().represent_mapping(tag, mapping, flow_style or _short(mapping))


_Dumper.add_representer(str, _Dumper.represent_str)


def as_yaml(data: object) -> str:
    """Keys in the order they have. Comments are not data: they are not there."""
    text: str = yaml.dump(
        data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=WIDTH, indent=2
    )
    return text


def _short(mapping: Any) -> bool:  # noqa: ANN401 - whatever YAML holds
    values = list(mapping.values())
    plain = all(isinstance(one, str | int | float | bool | None) for one in values)
    plain = plain and not any("\n" in one for one in values if isinstance(one, str))
    return plain and 0 < sum(len(f"{key}: {value}, ") for key, value in mapping.items()) <= SHORT
