"""How far a private connection has come, whom it waits for, and what it is told as."""

from __future__ import annotations

from collections.abc import Mapping

from providers.aws import told
from providers.aws.circuit import KIND, ORDER, Seen, labels
from providers.types import Outside, Ref, Resource, Status


def resource(seen: Seen, region: str) -> Resource:
    """What there is, as the contract tells it: how far it has come, and whom it waits for."""
    status, detail, outside = progress(seen)
    notes = [note for note in (detail, "" if seen.owner else "does not carry our tag") if note]
    return Resource(
        ref=Ref(kind=KIND, region=region, id=told.text(seen.gateway, "directConnectGatewayId")),
        instance=seen.owner,
        status=status,
        outputs=_outputs(seen, region) if status is Status.READY else {},
        detail="; ".join(notes),
        awaits=outside,
    )


def progress(seen: Seen) -> tuple[Status, str, Outside | None]:
    """How far it has come, in the order of building."""
    if why := _failure(seen):
        return Status.FAILED, why, None
    leaving = told.text(seen.gateway, "directConnectGatewayState") in {"deleting", "deleted"}
    if leaving or seen.connection:
        detail, outside = ("being removed", None) if leaving else _missing(seen)
        return Status.PENDING if detail else Status.READY, detail, outside
    account = told.text(seen.gateway, "ownerAccount") or "this one"
    asked = labels(seen.gateway).get(ORDER, "a hosted connection")
    detail = f"ask the carrier for: {asked}, named {seen.name}, to AWS account {account}"
    return Status.PENDING, detail, Outside.CARRIER


def _missing(seen: Seen) -> tuple[str, Outside | None]:
    """The first piece that is not as it should be; empty when all are."""
    built = (
        ("connection", told.text(seen.connection, "connectionState"), "available"),
        ("attachment to the network", told.text(seen.attached, "State"), "attached"),
        ("association", told.text(seen.tie, "associationState"), "associated"),
        ("virtual interface", told.text(seen.line, "virtualInterfaceState"), "available"),
    )
    for piece, have, want in built:
        if have == "down":
            return f"the {piece} is down on the carrier's side", Outside.CARRIER
        if have != want:
            return f"{piece}: {have or 'not there yet'}", None
    return ("the network does not learn the routes yet" if seen.unrouted else ""), None


def _failure(seen: Seen) -> str:
    if told.text(seen.tie, "associationState") == "disassociated":
        return told.text(seen.tie, "stateChangeError") or "the association was taken back"
    for thing, name in (
        (seen.connection, "connectionState"),
        (seen.line, "virtualInterfaceState"),
    ):
        if told.text(thing, name) == "rejected":
            return f"{name.removesuffix('State')} was rejected"
    return ""


def _outputs(seen: Seen, region: str) -> Mapping[str, str]:
    shown = {
        "connection_id": told.text(seen.connection, "connectionId"),
        "gateway_id": told.text(seen.gateway, "directConnectGatewayId"),
        "interface_id": told.text(seen.line, "virtualInterfaceId"),
        "carrier": told.text(seen.connection, "partnerName"),
        "peering_location": told.text(seen.connection, "location"),
        "bandwidth": told.text(seen.connection, "bandwidth"),
        "vlan_id": told.text(seen.line, "vlan"),
        "amazon_asn": told.text(seen.gateway, "amazonSideAsn"),
        "amazon_address": told.text(seen.line, "amazonAddress"),
        "customer_address": told.text(seen.line, "customerAddress"),
        "network": told.text(seen.attached, "VpcId"),
        "region": region,
    }
    return {name: value for name, value in shown.items() if value}
