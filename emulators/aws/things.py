"""What exists at the services that are written here, and one request to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from emulators.aws.answers import AwsError
from emulators.aws.operation import Operation
from emulators.aws.schedule import Address, Schedule

Thing = dict[str, Any]  # as its service describes it, and names with `_` of our own
Place = tuple[str, str, str]  # service and sort, account, region
PAGE = 100


@dataclass(slots=True)
class Things:
    """What exists, by place and id, in the order it was made."""

    _tables: dict[Place, dict[str, Thing]] = field(default_factory=dict[Place, dict[str, Thing]])

    def table(self, sort: str, account: str, region: str) -> dict[str, Thing]:
        return self._tables.setdefault((sort, account, region), {})

    def everywhere(self, sort: str, account: str) -> list[Thing]:
        """The things of one sort in all regions."""
        tables = [t for (s, a, _), t in self._tables.items() if (s, a) == (sort, account)]
        return [thing for table in tables for thing in table.values()]

    def at(self, address: Address) -> Thing | None:
        return self._tables.get(address[:3], {}).get(address[3])

    def drop(self, address: Address) -> None:
        self._tables.get(address[:3], {}).pop(address[3], None)

    def clear(self) -> None:
        self._tables.clear()

    def keep(self) -> dict[Place, dict[str, Thing]]:
        return self._tables

    def restore(self, kept: dict[Place, dict[str, Thing]]) -> None:
        self._tables = kept


@dataclass(frozen=True, slots=True)
class Call:
    """One request to a service that is written here."""

    operation: Operation
    things: Things
    schedule: Schedule

    @property
    def asked(self) -> Mapping[str, Any]:
        return self.operation.params

    def table(self, sort: str, region: str = "") -> dict[str, Thing]:
        """The things of one sort in the caller's account, in its region unless told."""
        account = self.operation.account
        return self.things.table(sort, account, region or self.operation.region)

    def address(self, sort: str, id_: str, region: str = "") -> Address:
        return (sort, self.operation.account, region or self.operation.region, id_)

    def paged(self, name: str, found: Sequence[Thing], *marks: str) -> dict[str, Any]:
        """One page of `found`; `marks`: what the service calls a page's size and the next one."""
        size, mark = marks or ("maxResults", "nextToken")
        told = str(self.asked.get(mark) or "0")
        if not told.isdecimal():
            raise AwsError("InvalidNextToken", f"{mark} {told!r} is none that was given")
        first, most = int(told), int(self.asked.get(size) or PAGE)
        more = {mark: str(first + most)} if first + most < len(found) else {}
        return {name: [shown(one) for one in found[first : first + most]], **more}


def shown(thing: Thing) -> Thing:
    """A thing as its service tells it."""
    return {name: value for name, value in thing.items() if not name.startswith("_")}
