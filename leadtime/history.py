"""What promises are learned from: deliveries, finished and open, of this system or an old one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Sort:
    """What an order is like another one in. `approval` is empty, or its steps joined by a plus."""

    offering: str
    provider: str = ""
    plan: str = ""
    approval: str = ""

    @property
    def path(self) -> tuple[str, ...]:
        """Below the offering, from the wide to the narrow."""
        return (self.provider, self.plan, self.approval)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """A stage, or a wait, and when it was first reached."""

    label: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One thing that was ordered. `ended` is None while it is open.

    One that ended without being delivered teaches nothing: it might have taken any time.
    """

    key: str
    sort: Sort
    placed: datetime
    ended: datetime | None = None
    delivered: bool = True
    imported: bool = False
    stages: Sequence[Reached] = ()
