"""What things are called that AWS knows by a name of ours, and which place they may be in."""

from __future__ import annotations

import re
from collections.abc import Sequence

from providers.errors import InvalidSpec
from providers.types import Change, Ref, Resource, Spec

INSTANCE = re.compile(r"[0-9a-f]{32}")
NAME = re.compile(r"gm-([0-9a-f]{32})-([1-9][0-9]{0,5})")


def name(spec: Spec) -> str:
    """The name of this attempt: the same for every try, its natural key."""
    if not INSTANCE.fullmatch(spec.instance) or spec.attempt < 1:
        raise InvalidSpec(
            f"instance {spec.instance!r}, attempt {spec.attempt}: 32 hex digits, and 1 or more"
        )
    return f"gm-{spec.instance}-{spec.attempt}"


def instance_of(name_: str) -> str:
    """The service instance that a name of ours was made for; empty for any other name."""
    found = NAME.fullmatch(name_)
    return found[1] if found else ""


def check_region(spec: Spec, regions: Sequence[str]) -> None:
    """Inventory must find whatever apply makes."""
    if spec.region not in regions:
        known = ", ".join(regions)
        raise InvalidSpec(f"region {spec.region!r} is not one of this account's: {known}")


def check_in_place(changes: Sequence[Change], ref: Ref) -> None:
    """Raises InvalidSpec for what cannot be changed without making another."""
    for change in changes:
        if change.replaces:
            raise InvalidSpec(
                f"{change.field} of {ref.id} is {change.actual!r} and cannot become "
                f"{change.wanted!r} in place; order a new {ref.kind} instead"
            )


def unmarked(resource: Resource) -> str:
    """What to say of a resource that somebody took our tag off."""
    return "" if resource.instance else "does not carry our ownership tag"
