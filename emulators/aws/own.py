"""The services that are not moto's but written here: what they hold, and how they are asked.

Their requests and answers are what botocore's models describe; only behaviour is ours. An
operation that is not written is a 501, even where moto has it: there is one truth per service.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from emulators.aws.answers import Answer, AwsError, serialise
from emulators.aws.cloud import NOT_OFFERED
from emulators.aws.operation import Operation
from emulators.aws.schedule import Address, Due, Schedule

Thing = dict[str, Any]  # as its service describes it, and `_`-names of our own
Place = tuple[str, str, str]  # service and sort, account, region


@dataclass(slots=True)
class Things:
    """What exists, by place and id, in the order it was made."""

    _tables: dict[Place, dict[str, Thing]] = field(default_factory=dict[Place, dict[str, Thing]])

    def table(self, sort: str, account: str, region: str) -> dict[str, Thing]:
        return self._tables.setdefault((sort, account, region), {})

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
    """One request to a service of ours."""

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


Serve = Callable[[Call], dict[str, Any]]
Arrive = Callable[[Due, Thing, Things], None]
SERVES: Mapping[str, Serve] = {}
ARRIVES: Mapping[str, Arrive] = {}
SERVICES = frozenset(title.partition(".")[0] for title in SERVES)


def ask(call: Call) -> Answer:
    """The answer to one request. Raises AwsError, with 501 for what is not written."""
    serve = SERVES.get(call.operation.title)
    if serve is None:
        raise AwsError(NOT_OFFERED, f"{call.operation.title}: this operation is not offered", 501)
    return serialise(call.operation, serve(call))


def arrive(due: Due, things: Things) -> None:
    """Bring a thing to what it has come to by now."""
    found = things.at(due.address)
    if found is not None:
        ARRIVES[due.address[0]](due, found, things)
