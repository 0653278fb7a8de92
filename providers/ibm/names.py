"""Whose a thing is. At IBM the name tells: it is unique there, and told at once.

Tags are told late, by a search. On what we made they only inform people: what was ordered, by whom,
for how long; its name carries the service instance and the attempt. What was adopted keeps its own
name, and there they are the mark (`providers.ibm.marks`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from providers.errors import InvalidSpec
from providers.types import Spec

INSTANCE = re.compile(r"[0-9a-f]{32}")
NAME = re.compile(r"gm-([0-9a-f]{32})-([1-9][0-9]{0,5})(?:-([a-z0-9]+(?:-[a-z0-9]+)*))?")
PREFIX = "grunnmur-"
OWNERSHIP = f"{PREFIX}instance:"
LONGEST = 128
TAKEN = re.compile(r"[^a-z0-9 _.-]")
ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
REGION = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def name(spec: Spec, attempt: int = 0) -> str:
    """What the resource of an attempt is called, the spec's own unless told: its natural key."""
    if not INSTANCE.fullmatch(spec.instance) or spec.attempt < 1:
        raise InvalidSpec(
            f"instance {spec.instance!r}, attempt {spec.attempt}: 32 hex digits, and 1 or more"
        )
    return f"gm-{spec.instance}-{attempt or spec.attempt}"


def attempts(spec: Spec) -> list[str]:
    """Every name that a resource of this instance may have, the newest first."""
    name(spec)
    return [name(spec, attempt) for attempt in range(spec.attempt, 0, -1)]


def instance_of(resource_name: str) -> str:
    """The service instance that a name of ours was made for; empty for any other name."""
    found = NAME.fullmatch(resource_name)
    return found[1] if found else ""


def region_of(resource_name: str) -> str:
    """The region in the name of what IBM keeps without one."""
    found = NAME.fullmatch(resource_name)
    return found[3] or "" if found else ""


def tags(spec: Spec) -> list[str]:
    """Every tag of this spec."""
    told = {**spec.tags, **({"name": spec.name} if spec.name else {}), "instance": spec.instance}
    return sorted(_tag(key, value) for key, value in told.items())


def marked_for(attached: Iterable[str]) -> str:
    """The service instance that tags name; empty where none does."""
    ours = (one.removeprefix(OWNERSHIP) for one in attached if one.startswith(OWNERSHIP))
    return next((one for one in sorted(ours) if INSTANCE.fullmatch(one)), "")


def _tag(key: str, value: str) -> str:
    small = (TAKEN.sub("_", part.lower()) for part in (key, value))
    return f"{PREFIX}{':'.join(small)}"[:LONGEST].rstrip()
