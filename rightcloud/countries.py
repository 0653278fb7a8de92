"""Groups of countries, as data: who counts as the EEA, and who as Europe."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from rightcloud.documents import Toml, toml_of
from rightcloud.errors import Refused
from rightcloud.words import Text

_CODE = re.compile(r"[A-Z]{2}")


@dataclass(frozen=True, slots=True)
class CountryGroup:
    """`countries` are ISO 3166 codes of two letters."""

    id: str
    title: Text
    countries: frozenset[str]


def read_groups(content: bytes, name: str) -> Mapping[str, CountryGroup]:
    """Every group by id; Refused with all that is wrong. `includes` names groups further up."""
    source = toml_of(content, name)
    groups: dict[str, CountryGroup] = {}
    flaws: list[str] = []
    for group, entry in source.data.items():
        flaws.extend(_wrong(source, group, entry, groups))
        if not flaws:
            countries = set(entry.get("countries", ()))
            countries |= {c for inner in entry.get("includes", ()) for c in groups[inner].countries}
            title = Text(entry["title"]["nb"], entry["title"]["en"])
            groups[group] = CountryGroup(group, title, frozenset(countries))
    if flaws:
        raise Refused(*flaws)
    return MappingProxyType(groups)


def _wrong(source: Toml, group: str, entry: Any, above: Mapping[str, object]) -> list[str]:  # noqa: ANN401 - what a stranger wrote
    title = entry.get("title") if isinstance(entry, dict) else None
    if not isinstance(title, dict) or set(title) != {"nb", "en"}:
        return [source.flaw((group,), "needs a title in nb and en")]
    flaws = [
        source.flaw((group, "countries"), f"`{code}` is not a country's code of two letters")
        for code in entry.get("countries", ())
        if not _CODE.fullmatch(str(code))
    ]
    flaws += [
        source.flaw((group, "includes"), f"`{inner}` is no group further up")
        for inner in entry.get("includes", ())
        if inner not in above
    ]
    if unknown := set(entry) - {"title", "countries", "includes", "note"}:
        flaws.append(source.flaw((group, min(unknown)), "unknown key"))
    return flaws
