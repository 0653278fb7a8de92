"""What every provider asks alike before it adopts what was there before us.

A resource that we made has a name of ours, and is found by it. One that was adopted has its own
name: it is found by its id, which the ledger knows.
"""

from __future__ import annotations

from collections.abc import Callable

from providers.errors import Conflict
from providers.types import Ref, Spec


def stands(spec: Spec, instance_of: Callable[[str], str]) -> str:
    """What is there for the spec under a name that is none of ours, since it was adopted.

    `instance_of` tells the instance that a name of ours was made for; empty for any other name.
    """
    return "" if instance_of(spec.stands) else spec.stands


def check_owner(what: str, owner: str, spec: Spec) -> None:
    """Raises Conflict for what is another instance's."""
    if owner not in {"", spec.instance}:
        raise Conflict(f"{what} carries our tag already, for {owner}: it is not adopted")


def gone(ref: Ref) -> Conflict:
    return Conflict(f"{ref.id} in {ref.region} is not there any more: nothing to adopt")
