"""A private connection: an ExpressRoute circuit that a carrier builds, and the peering over it.

The circuit's service key is a secret between customer and carrier. It is not for outputs, logs or
errors: only `unlock` reads it, for the person who asks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial

from providers.azure import circuit, told
from providers.azure.assembly import Assembly
from providers.azure.blueprint import Blueprint, Found, Part
from providers.azure.clients import Clients
from providers.azure.home import Home
from providers.azure.listing import by_group
from providers.azure.told import Told
from providers.errors import Unavailable
from providers.types import Access, Change, Ref, Spec

KIND = "private-connection"
CIRCUIT, PEERING = circuit.TITLE, "peering"
TYPE = "Microsoft.Network/expressRouteCircuits"
CIRCUITS, PEERINGS = "network.express_route_circuits", "network.express_route_circuit_peerings"


def private_connection(clients: Clients) -> Circuit:
    """The verbs for kind private-connection."""
    kind = PrivateConnection(clients)
    plan = Blueprint(
        kind=KIND,
        main=CIRCUIT,
        door=PEERING,
        check=lambda spec: asdict(circuit.wanted(spec)),
        parts=kind.parts,
        changes=changes,
        change=kind.change,
        outputs=outputs,
        listed=kind.listed,
    )
    return Circuit(clients, plan)


@dataclass(frozen=True, slots=True)
class Circuit(Assembly):
    """The verbs, and the key that the carrier needs."""

    def unlock(self, ref: Ref) -> Access | None:
        where = self.owned(ref)
        found = self.clients.get(CIRCUITS, where.name, where.name) if where else None
        if where is None or found is None:
            return None
        key = told.text(found, "properties", "serviceKey")
        if not key:
            raise Unavailable(f"Azure has made no service key of {where.name} yet")
        return Access(values={"service_key": key})


@dataclass(frozen=True, slots=True)
class PrivateConnection:
    clients: Clients

    def parts(self, where: Home) -> Sequence[Part]:
        id_, names = where.within(TYPE, where.name), (where.name, where.name)
        return (
            Part(
                title=CIRCUIT,
                id=id_,
                look=partial(self.clients.get, CIRCUITS, *names),
                state=circuit.state,
                start=partial(self._start, where),
                awaits=circuit.awaits,
            ),
            Part(
                title=PEERING,
                id=f"{id_}/peerings/{circuit.PEERING}",
                look=partial(self.clients.get, PEERINGS, *names, circuit.PEERING),
                start=partial(self._start_peering, where),
            ),
        )

    def change(self, where: Home, found: Found, spec: Spec) -> bool:
        want = circuit.wanted(spec)
        if circuit.peering_changes(found[PEERING], want):
            self._start_peering(where, spec)
            return True
        if circuit.changes(found[CIRCUIT], want):
            body = circuit.body(spec, want, found[CIRCUIT])
            self._begin(where, body)
            return True
        return False

    def listed(self) -> Mapping[str, Mapping[str, Told]]:
        circuits = by_group(self.clients, CIRCUITS, "list_all")
        peerings = {name: circuit.peering(one) for name, one in circuits.items()}
        return {
            CIRCUIT: circuits,
            PEERING: {name: one for name, one in peerings.items() if one is not None},
        }

    def _start(self, where: Home, spec: Spec) -> None:
        self._begin(where, circuit.body(spec, circuit.wanted(spec), {}))

    def _start_peering(self, where: Home, spec: Spec) -> None:
        id_ = f"{where.within(TYPE, where.name)}/peerings/{circuit.PEERING}"
        body = circuit.peering_body(circuit.wanted(spec))
        names = (where.name, where.name, circuit.PEERING)
        self.clients.begin(PEERINGS, id_, *names, body, verb="create_or_update")

    def _begin(self, where: Home, body: Mapping[str, object]) -> None:
        id_, names = where.within(TYPE, where.name), (where.name, where.name)
        self.clients.begin(CIRCUITS, id_, *names, body, verb="create_or_update")


def changes(found: Found, spec: Spec) -> list[Change]:
    want = circuit.wanted(spec)
    return [
        *(circuit.changes(found[CIRCUIT], want) if CIRCUIT in found else ()),
        *(circuit.peering_changes(found[PEERING], want) if PEERING in found else ()),
    ]


def outputs(where: Home, found: Found) -> Mapping[str, str]:
    one = found[CIRCUIT]
    bandwidth = circuit.bandwidth(one)
    shown = {
        "circuit_id": told.text(one, "id") or where.within(TYPE, where.name),
        "carrier": circuit.carrier(one, "serviceProviderName"),
        "peering_location": circuit.carrier(one, "peeringLocation"),
        "bandwidth_mbps": str(bandwidth) if bandwidth else "",
        "vlan_id": str(told.number(found[PEERING], "properties", "vlanId") or ""),
        "resource_group": where.name,
        "region": told.text(one, "location"),
    }
    return {name: value for name, value in shown.items() if value}
