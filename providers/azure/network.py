"""A network: a virtual network whose subnets a security group keeps, with no way out by default.

Lets in the network itself and whom the order names, private ranges all; nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from ipaddress import ip_network

from providers.azure import ranges, strangers, tags, told
from providers.azure.adopting import Adopting, Standing
from providers.azure.blueprint import Blueprint, Found, Part
from providers.azure.clients import Clients
from providers.azure.home import Home
from providers.azure.listing import by_group
from providers.errors import Conflict
from providers.types import Change, Spec

KIND = "network"
GUARD, NETWORK = "security group", "virtual network"
TYPE, GUARD_TYPE = "Microsoft.Network/virtualNetworks", "Microsoft.Network/networkSecurityGroups"
NETWORKS, GUARDS = "network.virtual_networks", "network.network_security_groups"


def network(clients: Clients) -> Adopting:
    """The verbs for kind network."""
    kind = Network(clients)
    plan = Blueprint(
        kind=KIND,
        main=NETWORK,
        door=NETWORK,
        check=fields,
        parts=kind.parts,
        changes=kind.changes,
        change=kind.change,
        outputs=outputs,
        listed=lambda: {NETWORK: by_group(clients, NETWORKS, "list_all")},
        unused=kind.check_unused,
    )
    standing = Standing(
        type=TYPE,
        listed=lambda: clients.list(NETWORKS, "list_all"),
        described=lambda found: strangers.network(clients, found),
        fields=frozenset({"cidr"}),
        fixed=True,
        remove=partial(clients.begin, NETWORKS, verb="delete"),
    )
    return Adopting(clients, plan, standing)


@dataclass(frozen=True, slots=True)
class Network:
    clients: Clients

    def parts(self, where: Home) -> Sequence[Part]:
        return (
            Part(
                title=GUARD,
                id=where.within(GUARD_TYPE, where.name),
                look=partial(self.clients.get, GUARDS, where.name, where.name),
                start=partial(self._start_guard, where),
            ),
            Part(
                title=NETWORK,
                id=where.within(TYPE, where.main),
                look=partial(self.clients.get, NETWORKS, where.name, where.main),
                start=partial(self._start_network, where),
            ),
        )

    def changes(self, found: Found, spec: Spec) -> list[Change]:
        want = ranges.wanted(spec)
        return [
            *(ranges.network_changes(found[NETWORK], want) if NETWORK in found else ()),
            *(ranges.guard_changes(found[GUARD], want) if GUARD in found else ()),
        ]

    def change(self, where: Home, found: Found, spec: Spec) -> bool:
        want = ranges.wanted(spec)
        if where.called:  # who is let in where others made it is not ours to change
            return False
        if ranges.guard_changes(found[GUARD], want):
            body = ranges.guard_body(spec, want, found[GUARD])
            self._begin(GUARDS, where.within(GUARD_TYPE, where.name), where, body)
            return True
        if ranges.network_changes(found[NETWORK], want):
            body = ranges.network_body(spec, want, self._guard(where), found[NETWORK])
            self._begin(NETWORKS, where.within(TYPE, where.name), where, body)
            return True
        return False

    def check_unused(self, where: Home) -> None:
        found = self.clients.get(NETWORKS, where.name, where.name) or {}
        for subnet in told.each(found, "properties", "subnets"):
            users = [
                told.text(u, "id") for u in told.each(subnet, "properties", "ipConfigurations")
            ]
            outside = [u for u in users if not u.lower().startswith(f"{where.id.lower()}/")]
            if outside:
                named = outside[0].split("/providers/")[-1]
                raise Conflict(f"network {where.name} is in use by {named}; remove that first")

    def _start_guard(self, where: Home, spec: Spec) -> None:
        want = ranges.wanted(spec)
        self._check_free(want.cidr)
        body = ranges.guard_body(spec, want, {})
        self._begin(GUARDS, where.within(GUARD_TYPE, where.name), where, body)

    def _start_network(self, where: Home, spec: Spec) -> None:
        body = ranges.network_body(spec, ranges.wanted(spec), self._guard(where), {})
        self._begin(NETWORKS, where.within(TYPE, where.name), where, body)

    def _begin(self, operations: str, id_: str, where: Home, body: Mapping[str, object]) -> None:
        names = (where.name, where.name)
        self.clients.begin(operations, id_, *names, body, verb="create_or_update")

    def _guard(self, where: Home) -> str:
        return where.within(GUARD_TYPE, where.name)

    def _check_free(self, cidr: str) -> None:
        """Azure itself lets networks overlap, and then never lets them talk to each other."""
        wanted = ip_network(cidr)
        for other, prefix in self._taken():
            if wanted.overlaps(prefix):
                raise Conflict(
                    f"cidr {cidr} overlaps with {prefix} of network {other}; choose another range"
                )

    def _taken(self) -> Iterator[tuple[str, ranges.Net]]:
        for one in self.clients.list(NETWORKS, "list_all"):
            for prefix in ranges.prefixes(one):
                yield told.tags(one).get(f"{tags.PREFIX}name") or told.text(one, "name"), prefix


def fields(spec: Spec) -> Mapping[str, object]:
    want = ranges.wanted(spec)
    return {
        "cidr": want.cidr,
        "subnets": dict(want.subnets),
        "allow_from": list(want.allow_from),
    }


def outputs(where: Home, found: Found) -> Mapping[str, str]:
    one = found[NETWORK]
    subnets = {
        f"subnet_{told.text(subnet, 'name')}": told.text(subnet, "id")
        for subnet in told.each(one, "properties", "subnets")
    }
    shown = {
        "network_id": told.text(one, "id") or where.within(TYPE, where.main),
        "cidr": ", ".join(str(prefix) for prefix in ranges.prefixes(one)),
        # what is placed in it without a wish for one of them goes into the first
        "subnet": next(iter(subnets.values()), ""),
        **subnets,
        "resource_group": where.name,
        "region": told.text(one, "location"),
    }
    return {name: value for name, value in shown.items() if value}
