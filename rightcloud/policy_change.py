"""Another policy than the one in force: one cell rewritten, and what differs between two."""

from __future__ import annotations

import copy
import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from rightcloud.errors import Refused, Told
from rightcloud.flaws import Flaw
from rightcloud.policy import STRICTNESS, Basis, Cell, Outcome, Policy
from rightcloud.words import Text

Direction = Literal["tighter", "looser", "as strict", "mixed"]
_HEAD = """\
# What data may live where, by what the data are (tags) and where and whose the place is (zones).
# Written by the product from an approved change; the journal says whose and why.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What one cell shall say from now on."""

    outcome: Outcome
    measures: tuple[str, ...]
    why: Text
    basis: Basis
    reference: str
    checked: date
    recheck_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CellChange:
    """One cell before and after; None where the tag or the zone is not in that policy."""

    tag: str
    zone: str
    before: Cell | None
    after: Cell | None

    @property
    def direction(self) -> Direction:
        """A cell that goes away is looser, whatever it said: nothing denies there any more.

        Mixed: a measure comes and another goes, and nobody has said which of them asks for more.
        """
        before = -1 if self.before is None else STRICTNESS[self.before.outcome]
        after = -1 if self.after is None else STRICTNESS[self.after.outcome]
        if before == after and self.before and self.after:
            former, now = set(self.before.measures), set(self.after.measures)
            if former - now and now - former:
                return "mixed"
            before, after = len(former), len(now)
        return "tighter" if after > before else "looser" if after < before else "as strict"


def with_rule(document: bytes, tag: str, zone: str, rule: Rule, version: str) -> bytes:
    """The policy file with one cell rewritten and a new version.

    Raises Refused for a tag or a zone that the file does not have.
    """
    data = copy.deepcopy(tomllib.loads(document.decode()))
    if tag not in data["tags"] or zone not in data["zones"]:
        raise Refused(Told(Flaw.NO_CELL, tag=tag, zone=zone))
    written: dict[str, Any] = {"outcome": rule.outcome.value}
    if rule.measures:
        written["measures"] = list(rule.measures)
    written |= {
        "why": rule.why._asdict(),
        "basis": rule.basis.value,
        "reference": rule.reference,
        "checked": rule.checked,
        "recheck_days": rule.recheck_days,
    }
    data["tags"][tag].setdefault("zone", {})[zone] = written
    data["version"] = version
    return write_policy(data)


def changes(before: Policy, after: Policy) -> tuple[CellChange, ...]:
    """Every cell that is not the same in both, in the order of the newer table."""
    keys = dict.fromkeys([*after.cells, *before.cells])
    return tuple(
        CellChange(
            tag=key[0], zone=key[1], before=before.cells.get(key), after=after.cells.get(key)
        )
        for key in keys
        if before.cells.get(key) != after.cells.get(key)
    )


def other_changes(before: Policy, after: Policy) -> Iterator[str]:
    """What differs besides the cells, by name."""
    pairs: Mapping[str, tuple[object, object]] = {
        "status": (before.status, after.status),
        "prices": (before.ages, after.ages),
        "weights": (before.weights, after.weights),
        "zones": (before.zones, after.zones),
        "measures": (before.measures, after.measures),
        "switches": (before.switches, after.switches),
        "tags": (before.tags, after.tags),
        "classifications": (before.classifications, after.classifications),
    }
    yield from (name for name, (old, new) in pairs.items() if old != new)


def write_policy(data: Mapping[str, Any]) -> bytes:
    """The file's content as TOML, which reads back to the same."""
    lines = [_HEAD]
    plain = {key: value for key, value in data.items() if not isinstance(value, dict)}
    lines += [f"{key} = {_value(value)}" for key, value in plain.items()]
    for key, value in data.items():
        if isinstance(value, dict):
            lines += _table((key,), value)
    return ("\n".join(lines) + "\n").encode()


def _table(path: tuple[str, ...], table: Mapping[str, Any]) -> Iterator[str]:
    """Texts and single values on lines of their own, tables of tables under their own heads."""
    inner = {key: value for key, value in table.items() if _deep(value)}
    rest = {key: value for key, value in table.items() if key not in inner}
    if rest or not inner:
        yield f"\n[{'.'.join(map(_key, path))}]"
    yield from (f"{_key(key)} = {_value(value)}" for key, value in rest.items())
    for key, value in inner.items():
        yield from _table((*path, key), value)


def _deep(value: object) -> bool:
    return isinstance(value, dict) and set(value) != {"nb", "en"}


def _key(key: str) -> str:
    return key if key.replace("_", "").replace("-", "").isalnum() and key.isascii() else _value(key)


def _value(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            # TOML's basic strings are JSON's, but for DEL, which JSON lets stand as it is
            return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")
        case list():
            return f"[{', '.join(map(_value, value))}]"
        case dict():
            return f"{{{', '.join(f'{_key(k)} = {_value(v)}' for k, v in value.items())}}}"
        case date():
            return value.isoformat()
        case _:
            return repr(value)
