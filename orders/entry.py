"""What every entry of the ledger has, and what it may be about: an item, some items, the order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Who (`by`), when (`at`, with a time zone) and why (may be empty)."""

    at: datetime
    by: str
    why: str = ""

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise ValueError("an event's time needs a time zone")


@dataclass(frozen=True, slots=True, kw_only=True)
class OnItem(Event):
    item: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OnItems(Event):
    """One act on several items: all of them move, or none."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OnOrder(Event):
    """About the whole order; moves no item, and is legal also after the order's end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """Who does something, when and why: what a use case puts on each event it writes."""

    by: str
    at: datetime
    why: str = ""
