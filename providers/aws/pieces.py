"""The pieces of a private connection: looked up, made and removed, one after another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from providers.aws import circuit, landing, names, tags, told
from providers.aws.circuit import ENDED, Seen
from providers.aws.errors import code
from providers.aws.told import Told
from providers.types import Spec

REFUSED = "DirectConnectClientException"
TAKEN = frozenset(
    {"AttachmentLimitExceeded", "IncorrectState", "VpnGatewayAttachmentLimitExceeded"}
)


@dataclass(frozen=True, slots=True)
class Pieces:
    """`dx` and `ec2`: boto3 clients of one region."""

    dx: Any
    ec2: Any

    def gateways(self, **question: str) -> Iterator[Told]:
        """Every gateway of the account, whichever region it leads to."""
        several = _each(self.dx.describe_direct_connect_gateways, "directConnectGateways", question)
        return (g for g in several if told.text(g, "directConnectGatewayState") not in ENDED)

    def find(self, spec: Spec) -> Told | None:
        """The gateway of this service instance; of several, the same by everyone's reckoning."""
        found = [g for g in self.gateways() if Seen(gateway=g).owner == spec.instance]
        found.sort(key=lambda g: told.text(g, "directConnectGatewayId"))
        return next(iter(found), None)

    def get(self, id_: str) -> Told | None:
        if not id_:
            return None
        found = list(self.gateways(directConnectGatewayId=id_))
        return next((g for g in found if told.text(g, "directConnectGatewayId") == id_), None)

    def look(self, gateway: Told) -> Seen:
        """Everything that is there beside the gateway."""
        seen = Seen(gateway=gateway)
        id_ = told.text(gateway, "directConnectGatewayId")
        ties = _each(
            self.dx.describe_direct_connect_gateway_associations,
            "directConnectGatewayAssociations",
            {"directConnectGatewayId": id_},
        )
        lines = _each(self.dx.describe_virtual_interfaces, "virtualInterfaces", {})
        edge = self._edge(seen)
        network = told.text(Seen(edge=edge).attached, "VpcId")
        return Seen(
            gateway=gateway,
            edge=edge,
            tie=next(ties, {}),
            connection=self._connection(seen),
            line=_first(lines, "virtualInterfaceState", directConnectGatewayId=id_),
            tables=tuple(self._tables(network)) if network else (),
        )

    def start(self, spec: Spec) -> Told:
        """The gateway; refused for good while nothing is there, if the network is not."""
        want = circuit.wanted(spec)
        landing.check(self.ec2, want.network)
        more = {circuit.REGION: spec.region, circuit.ORDER: circuit.order(want)}
        made = self.dx.create_direct_connect_gateway(
            directConnectGatewayName=names.name(spec), tags=circuit.as_list(spec, more)
        )
        return told.part(made, "directConnectGateway")

    def step(self, seen: Seen, spec: Spec) -> bool:
        """Take every step that is possible now; whether any was."""
        want = circuit.wanted(spec)
        steps = [
            self._join(seen, want, spec),
            self._associate(seen, want),
            self._accept(seen),
            self._draw(seen, spec),
            self._route(seen),
        ]
        return any(steps)

    def mend(self, seen: Seen, spec: Spec, fields: set[str]) -> None:
        """Change what can be changed in place."""
        want = circuit.wanted(spec)
        line = told.text(seen.line, "virtualInterfaceId")
        if "mtu" in fields:
            self.dx.update_virtual_interface_attributes(virtualInterfaceId=line, mtu=want.mtu)
        if "announce" in fields:
            have = set(circuit.prefixes(seen))
            self.dx.update_direct_connect_gateway_association(
                associationId=told.text(seen.tie, "associationId"),
                addAllowedPrefixesToDirectConnectGateway=_ranges(set(want.announce) - have),
                removeAllowedPrefixesToDirectConnectGateway=_ranges(have - set(want.announce)),
            )
        if any(field.startswith("tags.") for field in fields):
            self._retag(seen, spec, line)

    def unbuild(self, seen: Seen) -> None:
        """Take away what nothing stands on any more, the gateway last."""
        if seen.line or seen.tie:
            self._cut(seen)
            return
        if told.text(seen.connection, "connectionState") not in {"", "deleting"}:
            self.dx.delete_connection(connectionId=told.text(seen.connection, "connectionId"))
        if seen.edge:
            self._withdraw(seen)
        leaving = told.text(seen.gateway, "directConnectGatewayState") == "deleting"
        if not (seen.connection or seen.edge or leaving):
            id_ = told.text(seen.gateway, "directConnectGatewayId")
            self.dx.delete_direct_connect_gateway(directConnectGatewayId=id_)

    def _join(self, seen: Seen, want: circuit.Wanted, spec: Spec) -> bool:
        """A virtual private gateway, attached to the network."""
        if seen.attached:
            return False
        id_ = told.text(seen.edge, "VpnGatewayId")
        if not id_:
            labels = tags.as_list(tags.wanted(spec))
            made = self.ec2.create_vpn_gateway(
                Type="ipsec.1",
                TagSpecifications=[{"ResourceType": "vpn-gateway", "Tags": labels}],
            )
            id_ = told.text(made, "VpnGateway", "VpnGatewayId")
        try:
            self.ec2.attach_vpn_gateway(VpcId=want.network, VpnGatewayId=id_)
        except ClientError as error:
            if code(error) not in TAKEN:
                raise
            raise landing.taken(want.network) from None
        return True

    def _associate(self, seen: Seen, want: circuit.Wanted) -> bool:
        if seen.tie or told.text(seen.attached, "State") != "attached":
            return False
        self.dx.create_direct_connect_gateway_association(
            directConnectGatewayId=told.text(seen.gateway, "directConnectGatewayId"),
            gatewayId=told.text(seen.edge, "VpnGatewayId"),
            addAllowedPrefixesToDirectConnectGateway=_ranges(set(want.announce)),
        )
        return True

    def _accept(self, seen: Seen) -> bool:
        """The carrier has set up its connection: it is ours to confirm."""
        if told.text(seen.connection, "connectionState") != "ordering":
            return False
        self.dx.confirm_connection(connectionId=told.text(seen.connection, "connectionId"))
        return True

    def _draw(self, seen: Seen, spec: Spec) -> bool:
        if seen.line or told.text(seen.connection, "connectionState") != "available":
            return False
        self.dx.create_private_virtual_interface(
            connectionId=told.text(seen.connection, "connectionId"),
            newPrivateVirtualInterface=circuit.line_body(spec, seen),
        )
        return True

    def _route(self, seen: Seen) -> bool:
        if told.text(seen.tie, "associationState") != "associated":
            return False
        edge = told.text(seen.edge, "VpnGatewayId")
        for table in seen.unrouted:
            self.ec2.enable_vgw_route_propagation(GatewayId=edge, RouteTableId=table)
        return bool(seen.unrouted)

    def _cut(self, seen: Seen) -> None:
        if told.text(seen.line, "virtualInterfaceState") not in {"", "deleting"}:
            id_ = told.text(seen.line, "virtualInterfaceId")
            self.dx.delete_virtual_interface(virtualInterfaceId=id_)
        if told.text(seen.tie, "associationState") not in {"", "disassociating"}:
            id_ = told.text(seen.tie, "associationId")
            self.dx.delete_direct_connect_gateway_association(associationId=id_)

    def _withdraw(self, seen: Seen) -> None:
        """The edge leaves the network, and then goes itself."""
        id_ = told.text(seen.edge, "VpnGatewayId")
        if told.text(seen.attached, "State") in {"attached", "attaching"}:
            network = told.text(seen.attached, "VpcId")
            self.ec2.detach_vpn_gateway(VpcId=network, VpnGatewayId=id_)
        elif not seen.attached:
            self.ec2.delete_vpn_gateway(VpnGatewayId=id_)

    def _edge(self, seen: Seen) -> Told:
        filters = [
            {"Name": f"tag:{tags.OWNERSHIP}", "Values": [names.instance_of(seen.name)]},
            {"Name": "state", "Values": ["pending", "available", "deleting"]},
        ]
        found = told.each(self.ec2.describe_vpn_gateways(Filters=filters), "VpnGateways")
        # should there be several, the one that leads somewhere before those that do not
        return min(
            found,
            key=lambda one: (not Seen(edge=one).attached, told.text(one, "VpnGatewayId")),
            default={},
        )

    def _connection(self, seen: Seen) -> Told:
        several = _each(self.dx.describe_connections, "connections", {})
        return _first(several, "connectionState", connectionName=seen.name)

    def _tables(self, network: str) -> list[Told]:
        filters = [{"Name": "vpc-id", "Values": [network]}]
        return told.each(self.ec2.describe_route_tables(Filters=filters), "RouteTables")

    def _retag(self, seen: Seen, spec: Spec, line: str) -> None:
        owner = told.text(seen.gateway, "ownerAccount")
        partition, region = self.dx.meta.partition, self.dx.meta.region_name
        start = f"arn:{partition}:directconnect"
        id_ = told.text(seen.gateway, "directConnectGatewayId")
        edge = told.text(seen.edge, "VpnGatewayId")
        self.ec2.create_tags(Resources=[edge], Tags=tags.as_list(tags.wanted(spec)))
        # the gateway's are compared, so they come last
        for arn in (f"{start}:{region}:{owner}:dxvif/{line}", f"{start}::{owner}:dx-gateway/{id_}"):
            self.dx.tag_resource(resourceArn=arn, tags=circuit.as_list(spec))


def _ranges(several: set[str]) -> list[dict[str, str]]:
    return [{"cidr": one} for one in sorted(several)]


def _first(several: Iterator[Told], state: str, **wanted: str) -> Told:
    """The first that is as wanted, one that has ended after those that have not."""
    found = [one for one in several if all(told.text(one, k) == v for k, v in wanted.items())]
    alive = [one for one in found if told.text(one, state) not in ENDED]
    failed = [one for one in found if told.text(one, state) == "rejected"]
    return next(iter(alive or failed), {})


def _each(verb: Any, name: str, question: dict[str, str]) -> Iterator[Told]:  # noqa: ANN401 - boto3's
    """Page by page; the SDK has no paginator for some of these."""
    mark: dict[str, str] = {}
    while True:
        answer = verb(**question, **mark)
        yield from told.each(answer, name)
        token = told.text(answer, "nextToken")
        if not token:
            return
        mark = {"nextToken": token}
