"""The private endpoint that leads to a database: an address, then a forwarding rule.

What was adopted is reached as whoever made it has arranged: no endpoint of ours leads to it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from providers.errors import ProviderError
from providers.gcp import labels, machine, postgres
from providers.gcp.clients import Clients
from providers.gcp.errors import Failure
from providers.gcp.operations import Build, Place
from providers.gcp.piece import NameTaken, Piece, link
from providers.gcp.postgres import Told
from providers.types import Resource, Spec, Status

CONNECTED = "ACCEPTED"


def pieces(clients: Clients, found: Told) -> tuple[Piece, ...]:
    """The forwarding rule and the address; none of what was adopted."""
    place, name = Place(region=str(found.get("region", ""))), str(found["name"])
    if not postgres.is_ours(found):
        return ()
    return (
        Piece(clients, "forwardingRules", place, name),
        Piece(clients, "addresses", place, name),
    )


def seen(clients: Clients, found: Told) -> Resource:
    if not postgres.is_ours(found):
        return postgres.resource(found, postgres.address(found), "")
    if found.get("state") != postgres.RUNNABLE:
        return postgres.resource(found, "", "")
    rule, address = pieces(clients, found)
    there = rule.get()
    if there is None:
        build = (address if address.get() is None else rule).look()
        return _unconnected(found, build)
    # Google shows an endpoint until the very end of its removal
    whole = str(there.psc_connection_status) == CONNECTED and not rule.busy()
    return postgres.resource(
        found, str(there.I_p_address) if whole else "", "waiting for its endpoint"
    )


def listed(clients: Clients, found: Told) -> Resource:
    """As `seen`, among others: what keeps one of them from being connected hides no other."""
    try:
        return seen(clients, found)
    except ProviderError as error:
        return postgres.resource(found, "", str(error))


def connected(clients: Clients, found: Told, spec: Spec) -> Resource:
    """Build the endpoint, the next piece that is missing."""
    if not postgres.is_ours(found):
        return seen(clients, found)
    rule, address = pieces(clients, found)
    if rule.get() is not None:
        return seen(clients, found)
    held = address.get()
    subnet = machine.subnet(postgres.wanted(spec).subnet, spec.region)
    try:
        if held is None:
            build = address.start(_address_body(spec, subnet))
        else:
            build = rule.start(_rule_body(clients, found, spec, held))
    except NameTaken:
        build = None  # another call was quicker; the next look tells
    return _unconnected(found, build)


def failed(found: Told, failure: Failure) -> Resource:
    return replace(postgres.resource(found, "", str(failure)), status=Status.FAILED, outputs={})


def _rule_body(clients: Clients, found: Told, spec: Spec, held: Any) -> dict[str, Any]:  # noqa: ANN401 - SDK
    subnet = str(held.subnetwork)
    place = Place(region=spec.region)
    network = Piece(clients, "subnetworks", place, link(subnet)).get()
    return {
        "target": str(found.get("pscServiceAttachmentLink", "")),
        "I_p_address": f"regions/{spec.region}/addresses/{held.name}",
        "network": str(network.network),
        "load_balancing_scheme": "",
        "labels": labels.wanted(spec),
    }


def _address_body(spec: Spec, subnet: str) -> dict[str, Any]:
    return {"address_type": "INTERNAL", "subnetwork": subnet, "labels": labels.wanted(spec)}


def _unconnected(found: Told, build: Build | None) -> Resource:
    if build and build.failure:
        return failed(found, build.failure)
    return postgres.resource(found, "", "building its endpoint")
