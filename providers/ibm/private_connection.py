"""Kind `private-connection`: a Direct Link gateway over a carrier's port, led into one VPC.

The gateway first, then the carrier's work, which takes days and is waited for without waiting,
then the virtual connection. Removed the other way round. Where the carrier itself asks for the
gateway by our name for it, we say yes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from providers.errors import Conflict, InvalidSpec
from providers.ibm import gateway, names
from providers.ibm.clients import Clients
from providers.ibm.errors import NOT_UNIQUE, Refused
from providers.ibm.gateway import Wanted, asks_for_a_yes, resource, wanted
from providers.ibm.told import Told, each, number, text
from providers.types import Change, Ref, Resource, Spec

NEW = ("carrier", "peering_location", "bandwidth_mbps", "peer_asn", "network")


class PrivateConnection:
    """The five verbs for kind `private-connection` at IBM."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients

    def preview(self, spec: Spec) -> Sequence[Change]:
        want = wanted(spec)
        self._clients.check_region(spec)
        found = self._find(spec)
        if found is None:
            return [Change(field=f, actual=None, wanted=getattr(want, f)) for f in NEW]
        return self._changes(spec.region, want, found, self._connections(found))

    def apply(self, spec: Spec) -> Resource:
        want = wanted(spec)
        self._clients.check_region(spec)
        found = self._find(spec)
        if found is None:
            found = self._create(spec, want)
        self._clients.tag(text(found, "crn"), names.tags(spec))
        self._step(spec, want, found)
        now = self._get(text(found, "id")) or found
        return resource(now, self._connections(now))

    def read(self, ref: Ref) -> Resource | None:
        found = self._there(ref)
        return resource(found, self._connections(found)) if found else None

    def delete(self, ref: Ref) -> None:
        found = self._there(ref)
        if found is None or text(found, "operational_status") == "delete_pending":
            return
        if not names.instance_of(text(found, "name")):
            raise Conflict(f"gateway {ref.id} does not carry a name of ours: remove it by hand")
        connections = self._connections(found)
        for one in connections:
            if text(one, "status") != "deleting":
                path = f"gateways/{ref.id}/virtual_connections/{text(one, 'id')}"
                self._remove(path)
        if not connections:
            self._remove(f"gateways/{ref.id}")

    def inventory(self) -> Iterator[Resource]:
        for found in self._clients.links("gateways"):
            if names.region_of(text(found, "name")) in self._clients.regions:
                yield resource(found, self._connections(found))

    def _find(self, spec: Spec) -> Told | None:
        """The gateway of this service instance, whatever attempt made it."""
        called = {gateway.name(spec, attempt) for attempt in range(spec.attempt, 0, -1)}
        listed = self._clients.links("gateways")
        return next((one for one in listed if text(one, "name") in called), None)

    def _there(self, ref: Ref) -> Told | None:
        found = self._get(ref.id) if names.ID.fullmatch(ref.id) else None
        if found is None or names.region_of(text(found, "name")) in {"", ref.region}:
            return found
        return None

    def _get(self, id_: str) -> Told | None:
        try:
            return self._clients.link("GET", f"gateways/{id_}")
        except Refused as refused:
            if refused.absent:
                return None
            raise

    def _connections(self, found: Told) -> list[Told]:
        try:
            told = self._clients.link("GET", f"gateways/{text(found, 'id')}/virtual_connections")
        except Refused as refused:
            if refused.absent:
                return []
            raise
        return each(told, "virtual_connections")

    def _create(self, spec: Spec, want: Wanted) -> Told:
        self._network(spec.region, want.network)  # refused here, and not when the line is there
        asked = gateway.body(spec, want, self._port(want)) | dict(self._clients.group)
        try:
            return self._clients.link("POST", "gateways", asked)
        except Refused as refused:
            if refused.code == NOT_UNIQUE and (found := self._find(spec)):
                return found  # somebody was faster, with the same order
            raise

    def _step(self, spec: Spec, want: Wanted, found: Told) -> None:
        """What has become possible; nothing while the carrier works."""
        path, state = f"gateways/{text(found, 'id')}", text(found, "operational_status")
        if asks_for_a_yes(found):
            yes = {"action": "create_gateway_approve", "global": False, "metered": False}
            self._clients.link("POST", f"{path}/actions", {**yes, **self._clients.group})
        if state != "provisioned":
            return
        connections = self._connections(found)
        changes = self._changes(spec.region, want, found, connections)
        if stays := [change.field for change in changes if change.replaces]:
            raise InvalidSpec(f"{', '.join(stays)}: cannot be changed in place at IBM")
        if any(change.field == "bandwidth_mbps" for change in changes):
            self._clients.link("PATCH", path, {"speed_mbps": want.bandwidth_mbps})
        if not connections:
            crn = self._network(spec.region, want.network)
            asked = {"type": "vpc", "name": f"gm-{want.network}"[:63], "network_id": crn}
            self._clients.link("POST", f"{path}/virtual_connections", asked)

    def _changes(
        self, region: str, want: Wanted, found: Told, connections: Sequence[Told]
    ) -> list[Change]:
        """Carrier and place are the port's, and the port is never another one."""
        speed, asn = number(found, "speed_mbps"), number(found, "bgp_asn")
        led = text(connections[0], "network_id") if connections else ""
        to = self._network(region, want.network) if led else ""
        have = {
            "bandwidth_mbps": (speed, want.bandwidth_mbps, False),
            "peer_asn": (asn, want.peer_asn, True),
            "network": (led, to, True),
        }
        return [
            Change(field=field, actual=actual, wanted=wish, replaces=replaces)
            for field, (actual, wish, replaces) in have.items()
            if actual != wish
        ]

    def _port(self, want: Wanted) -> str:
        """The carrier's port at the place. Raises InvalidSpec, naming what there is."""
        ports = list(self._clients.links("ports"))
        for one in ports:
            places = {text(one, "location_name"), text(one, "location_display_name")}
            if text(one, "provider_name") == want.carrier and want.peering_location in places:
                return text(one, "id")
        known = {f"{text(p, 'provider_name')} in {text(p, 'location_display_name')}" for p in ports}
        raise InvalidSpec(
            f"carrier: {want.carrier} has no port in {want.peering_location}; "
            f"IBM has {', '.join(sorted(known)) or 'none'}"
        )

    def _network(self, region: str, network: str) -> str:
        """The CRN of a VPC, by id or name. Raises InvalidSpec where it is not there."""
        for one in self._clients.vpcs(region, "vpcs"):
            if network in {text(one, "id"), text(one, "name")}:
                return text(one, "crn")
        raise InvalidSpec(f"network: there is no {network} in {region}")

    def _remove(self, path: str) -> None:
        try:
            self._clients.link("DELETE", path)
        except Refused as refused:
            if not refused.absent:
                raise
