"""A private endpoint: the only door to a service that is closed to the internet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from providers.azure import tags, told
from providers.azure.blueprint import Part, State, provisioned
from providers.azure.clients import Clients
from providers.azure.home import Home
from providers.azure.listing import by_group
from providers.azure.told import Told
from providers.types import Spec

TYPE = "Microsoft.Network/privateEndpoints"
OPERATIONS = "network.private_endpoints"
REJECTED = frozenset({"rejected", "disconnected"})


@dataclass(frozen=True, slots=True)
class Door:
    """Leads into `target`, by Azure's word `group` for what of it is reached.

    subnet  the id of the subnet that a spec places it in
    """

    clients: Clients
    title: str
    group: str
    target: Callable[[Home], str]
    subnet: Callable[[Spec], str]

    @property
    def name(self) -> str:
        """The same for all; the group says whose it is."""
        return self.group.lower()

    @property
    def interface(self) -> str:
        return f"{self.name}-interface"

    def part(self, where: Home) -> Part:
        return Part(
            title=self.title,
            id=where.within(TYPE, self.name),
            look=partial(self.clients.get, OPERATIONS, where.name, self.name),
            state=_state,
            start=partial(self._start, where),
        )

    def listed(self) -> Mapping[str, Told]:
        return by_group(self.clients, OPERATIONS, "list_by_subscription", lambda _where: self.name)

    def _start(self, where: Home, spec: Spec) -> None:
        connection = {
            "name": self.group,
            "properties": {"privateLinkServiceId": self.target(where), "groupIds": [self.group]},
        }
        body: dict[str, Any] = {
            "location": spec.region,
            "tags": tags.wanted(spec),
            "properties": {
                "subnet": {"id": self.subnet(spec)},
                "customNetworkInterfaceName": self.interface,
                "privateLinkServiceConnections": [connection],
            },
        }
        id_ = where.within(TYPE, self.name)
        self.clients.begin(OPERATIONS, id_, where.name, self.name, body, verb="create_or_update")


def address(found: Told) -> str:
    """The address it has inside the subnet; empty when Azure does not tell."""
    for one in told.each(found, "properties", "customDnsConfigs"):
        addresses = told.texts(one, "ipAddresses")
        if addresses:
            return addresses[0]
    return ""


def subnet(found: Told) -> str:
    return told.text(found, "properties", "subnet", "id")


def _state(found: Told) -> State:
    """Built, and let in by the service it leads to."""
    said = [
        told.text(one, "properties", "privateLinkServiceConnectionState", "status").lower()
        for one in told.each(found, "properties", "privateLinkServiceConnections")
    ]
    if REJECTED & set(said):
        return State.FAILED
    return State.GOING if "pending" in said else provisioned(found)
