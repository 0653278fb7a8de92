"""The pieces of a network in Neutron: found by our mark, made once, removed the other way round.

The network, made first and removed last, stands for all. Neutron does each at once; what an
earlier call has made stays as it is, and the next call makes the rest. What two processes have made
at the same time is looked for after each create: the older stays, of two as old the lesser id.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from openstack import exceptions

from providers.errors import InvalidSpec, NotAuthorised
from providers.openstack import ranges, tags
from providers.openstack.clients import EXTERNAL_NETWORK, PLAN, Api, Clients, Told, one, text
from providers.openstack.ranges import Wanted
from providers.types import Spec

PLUG = "network:router_interface"  # whose a port is that connects a router


@dataclass(frozen=True, slots=True)
class Pieces:
    """What there is of one network.

    rules    whom its group lets in: range -> id of the rule
    spare    paths of what another process has made too, which is one too many
    adopted  others have made it: it is a network with its subnets, and nothing else of it is ours
    """

    network: Told
    subnet: Told | None = None
    router: Told | None = None
    group: Told | None = None
    plugged: bool = False
    rules: Mapping[str, str] = field(default_factory=dict[str, str])
    spare: tuple[str, ...] = ()
    adopted: bool = False

    @property
    def whole(self) -> bool:
        return self.adopted or bool(self.subnet and self.router and self.group and self.plugged)

    @property
    def state(self) -> tuple[object, ...]:
        """What differs when somebody has made or removed a piece."""
        found = (self.network, self.subnet, self.router, self.group)
        return (*(text(one or {}, "id") for one in found), self.plugged, self.spare)


@dataclass(frozen=True, slots=True)
class Builder:
    """Looks at, makes and removes the pieces in one region. `made`: ids of what it has made."""

    clients: Clients
    region: str
    made: list[str] = field(default_factory=list[str])

    @property
    def api(self) -> Api:
        return self.clients.api(self.region, "network")

    def look(self, network: Told) -> Pieces:
        mark = text(network, "description")
        subnets = self._oldest("subnets", network_id=text(network, "id"))
        if not tags.described(network):
            return Pieces(network=network, subnet=_first(subnets), adopted=True)
        routers = self._oldest("routers", description=mark)
        groups = self._oldest("security-groups", description=mark)
        subnet, group = _first(subnets), _first(groups)
        plugged = next((r for r in routers if subnet and self._plugged(r, subnet)), None)
        router = plugged or _first(routers)
        return Pieces(
            network=network,
            subnet=subnet,
            router=router,
            group=group,
            plugged=plugged is not None,
            rules=ranges.sources(group),
            spare=(
                *(f"/routers/{text(one, 'id')}" for one in routers if one is not router),
                *(f"/security-groups/{text(one, 'id')}" for one in groups[1:]),
                *(f"/subnets/{text(one, 'id')}" for one in subnets[1:]),
            ),
        )

    def build(self, have: Pieces, spec: Spec, want: Wanted) -> Pieces:
        """Everything that is missing."""
        for path in have.spare:
            self._shed(path)
        marked = {"description": tags.description(spec), "name": _name(spec)}
        subnet = have.subnet or self._make("subnets", "subnet", self._subnet(have, want) | marked)
        router = have.router or self._make("routers", "router", self._router() | marked)
        if not have.plugged:
            self._plug(router, subnet)
        group = have.group or self._make("security-groups", "security_group", marked)
        rules = self._rules(group, have.rules, [text(subnet, "cidr"), *want.allow_from])
        network = self._labelled(have.network, spec)
        return Pieces(network, subnet, router, group, plugged=True, rules=rules)

    def clear(self, have: Pieces) -> None:
        """Remove all, the network last; first the group, which others may name in other networks.

        The subnets of what was adopted go with it, or stay with it.
        """
        for path in have.spare:
            self._shed(path)
        if have.group:
            self.api.drop(f"/security-groups/{text(have.group, 'id')}")
        if have.router and have.subnet and have.plugged:
            self._unplug(text(have.router, "id"), text(have.subnet, "id"))
        found = {
            "routers": have.router,
            "subnets": None if have.adopted else have.subnet,
            "networks": have.network,
        }
        for collection, thing in found.items():
            if thing:
                self.api.drop(f"/{collection}/{text(thing, 'id')}")

    def shed(self, network: Told) -> None:
        """Remove a network that another process has made for the same instance.

        The router and the group are found by the mark, and stay for the one that is kept.
        """
        for port in list(self.api.each("/ports", "ports", network_id=text(network, "id"))):
            if text(port, "device_owner") == PLUG:
                for subnet in _subnets(port):
                    self._unplug(text(port, "device_id"), subnet)
        self._shed(f"/networks/{text(network, 'id')}")

    def _shed(self, path: str) -> None:
        """Remove what is one too many; in use it stays until the next look."""
        with suppress(exceptions.ConflictException):
            self.api.drop(path)

    def _unplug(self, router: str, subnet: str) -> None:
        with suppress(exceptions.NotFoundException):
            path = f"/routers/{router}/remove_router_interface"
            self.api.call("PUT", path, {"subnet_id": subnet})

    def _oldest(self, path: str, **query: object) -> list[Told]:
        """All, the oldest first: of two that were made at the same time all take the same."""
        return sorted(self.api.each(f"/{path}", path.replace("-", "_"), **query), key=age)

    def _make(self, path: str, name: str, body: Mapping[str, object]) -> Told:
        """What we have made, or another process just before."""
        made = self._post(path, name, body)
        self.made.append(text(made, "id"))
        by = "network_id" if path == "subnets" else "description"
        oldest, *others = self._oldest(path, **{by: body[by]}) or [made]
        for other in others:
            self._shed(f"/{path}/{text(other, 'id')}")
        return oldest

    def _post(self, path: str, name: str, body: Mapping[str, object]) -> Told:
        return one(self.api.call("POST", f"/{path}", {name: body}), name)

    def _subnet(self, have: Pieces, want: Wanted) -> dict[str, object]:
        told: dict[str, object] = {"network_id": text(have.network, "id"), "ip_version": 4}
        plan = self.clients.account.own(PLAN)
        if plan:
            told["subnetpool_id"] = self._named("subnetpools", plan, PLAN)
        if want.cidr:
            if not plan:
                self._check_free(want.cidr)
            return told | {"cidr": want.cidr}
        if not plan:
            raise InvalidSpec("cidr: a range is needed, since this account has no address plan")
        return told | {"prefixlen": want.prefix}

    def _router(self) -> dict[str, object]:
        outside = self.clients.account.own(EXTERNAL_NETWORK)
        if not outside:
            return {}
        found = self._named("networks", outside, EXTERNAL_NETWORK)
        return {"external_gateway_info": {"network_id": found}}

    def _named(self, path: str, name: str, setting: str) -> str:
        """The id behind a name or an id that one of the account's settings tells."""
        for thing in self.api.each(f"/{path}", path):
            if name in {text(thing, "name"), text(thing, "id")}:
                return text(thing, "id")
        raise NotAuthorised(f"{self.clients.variable(setting)}: the cloud has no {name!r}")

    def _check_free(self, cidr: str) -> None:
        for other in self.api.each("/subnets", "subnets"):
            if ranges.overlapping(cidr, text(other, "cidr")):
                raise InvalidSpec(
                    f"cidr: {cidr} overlaps with {text(other, 'cidr')} of "
                    f"{text(other, 'name') or text(other, 'id')}; choose another range"
                )

    def _plugged(self, router: Told, subnet: Told) -> bool:
        ports = self.api.each("/ports", "ports", device_id=text(router, "id"))
        return any(text(subnet, "id") in _subnets(port) for port in ports)

    def _plug(self, router: Told, subnet: Told) -> None:
        path = f"/routers/{text(router, 'id')}/add_router_interface"
        self.api.call("PUT", path, {"subnet_id": text(subnet, "id")})

    def _rules(self, group: Told, have: Mapping[str, str], sources: list[str]) -> dict[str, str]:
        """Let in whom was asked for, and nobody else."""
        rules = {s: id_ for s, id_ in have.items() if s in sources}
        for source in dict.fromkeys(sources):
            if source not in rules:
                rule = {
                    "security_group_id": text(group, "id"),
                    "direction": "ingress",
                    "ethertype": "IPv4",
                    "remote_ip_prefix": source,
                }
                with suppress(exceptions.ConflictException):  # it is there already
                    made = self._post("security-group-rules", "security_group_rule", rule)
                    rules[source] = text(made, "id")
        for source, id_ in have.items():
            if source not in sources:
                self.api.drop(f"/security-group-rules/{id_}")
        return rules

    def _labelled(self, network: Told, spec: Spec) -> Told:
        labels, path = tags.neutrons(spec), f"/networks/{text(network, 'id')}"
        if sorted(map(str, network.get("tags") or [])) != labels:
            self.api.call("PUT", f"{path}/tags", {"tags": labels})
        if text(network, "name") != _name(spec):
            self.api.call("PUT", path, {"network": {"name": _name(spec)}})
        return {**network, "tags": labels, "name": _name(spec)}


def age(thing: Told) -> tuple[str, str]:
    """By which Neutron's things of one mark are put in order."""
    return text(thing, "created_at"), text(thing, "id")


def _first(things: Sequence[Told]) -> Told | None:
    return next(iter(things), None)


def _subnets(port: Told) -> set[str]:
    told = port.get("fixed_ips")
    each = told if isinstance(told, list) else []
    return {text(one, "subnet_id") for one in each if isinstance(one, Mapping)}


def _name(spec: Spec) -> str:
    return spec.name or f"gm-{spec.instance}"
