"""The places that objects go from and to, and whether one of them is there at all.

What is not there is never taken for empty: its copy would be emptied after it.
"""

from __future__ import annotations

from dataclasses import dataclass

from flows import calls
from flows.calls import NotAsOrdered, patiently
from orders.model import Target
from providers.errors import InvalidSpec
from providers.objects import MovesObjects
from providers.types import Ref


@dataclass(frozen=True, slots=True)
class Side:
    """One place for objects."""

    target: Target
    ref: Ref

    @property
    def there(self) -> MovesObjects:
        found = calls.provider(self.target)
        if not isinstance(found, MovesObjects) or not found.holds_objects(self.ref.kind):
            raise InvalidSpec(f"{self.target.provider} gives no access to what is in {self.ref.id}")
        return found


def gone(side: Side) -> bool:
    """Whether it is not there: we removed it and died before saying so, or somebody else did."""
    return patiently(lambda: calls.provider(side.target).read(side.ref)) is None


def check_there(side: Side) -> None:
    """Raises InvalidSpec where nobody can say any more what was in it: no try can help."""
    if gone(side):
        raise InvalidSpec(f"{side.ref.id} at {side.target.provider} is not there any more")


def check_spare(copy: Side, original: Side) -> None:
    """Raises NotAsOrdered where what is in `copy` is nowhere else, since its original is gone."""
    if not gone(original) or gone(copy):
        return
    if patiently(lambda: next(iter(copy.there.objects(copy.ref)), None)) is not None:
        raise NotAsOrdered(
            f"{original.ref.id} at {original.target.provider} is not there any more, so "
            f"{copy.ref.id} at {copy.target.provider} has the only copy and is not removed; "
            "save what is in it and empty it by hand"
        )
