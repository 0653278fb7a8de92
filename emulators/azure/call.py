"""One request on its way through the emulator, and what comes back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from emulators.azure.cloud import Cloud, Thing
from emulators.azure.contract import Operation
from emulators.azure.errors import being_deleted, no_group
from emulators.azure.place import Place, place
from emulators.rules import Rule

SUBSCRIPTION = re.compile(r"/subscriptions/([^/]+)", re.IGNORECASE)
DELETING = "Deleting"


@dataclass(frozen=True)
class Call:
    """`path`: as Azure writes it, whatever case it came in. `base`: this emulator's address.

    now   epoch seconds by the emulator's clock
    lag   seconds that the shortest long-running operation takes
    """

    cloud: Cloud
    operation: Operation
    path: str
    query: Mapping[str, str]
    body: dict[str, Any]
    base: str
    now: float
    lag: float
    rule: Rule | None = None

    @cached_property
    def place(self) -> Place:
        return place(self.path)

    @property
    def subscription(self) -> str:
        found = SUBSCRIPTION.match(self.path)
        return found[1] if found else ""

    @property
    def time(self) -> str:
        return moment(self.now)

    def group(self, *, building: bool = False) -> Thing:
        """The resource group of the path. Raises ArmError when there is none, or it is leaving."""
        found = self.cloud.peek(self.place.group_key)
        if found is None:
            raise no_group(self.place.group)
        if building and found.properties.get("provisioningState") == DELETING:
            raise being_deleted(self.place.group)
        return found


@dataclass(frozen=True, slots=True)
class Reply:
    """What comes back: status, JSON or nothing, headers."""

    status: int
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


def moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")
