"""ExpressRoute: a circuit that a carrier has to build, and the peering over it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from ipaddress import ip_network
from typing import Any
from uuid import uuid4

from emulators.azure import lasting
from emulators.azure.call import Call
from emulators.azure.cloud import Thing
from emulators.azure.errors import ArmError, invalid
from emulators.azure.kinds import NETWORK, Kind
from emulators.azure.lasting import Work
from emulators.azure.offers import BANDWIDTHS, CARRIERS

CARRIER_LAGS = 3.0  # weeks, in truth
PEERING_PREFIX = 30
PEERING = "microsoft.network/expressroutecircuits/peerings"
BUILT = "Provisioned"


def _check_circuit(call: Call, _old: Thing | None) -> None:
    properties, sku = call.body.get("properties") or {}, call.body.get("sku") or {}
    carrier = properties.get("serviceProviderProperties") or {}
    name = carrier.get("serviceProviderName")
    if name not in CARRIERS:
        raise invalid("serviceProviderName", f"{name!r} is no ExpressRoute provider.")
    if carrier.get("peeringLocation") not in CARRIERS[name]:
        known = ", ".join(CARRIERS[name])
        raise invalid("peeringLocation", f"{name} is at {known}.")
    if carrier.get("bandwidthInMbps") not in BANDWIDTHS:
        known = ", ".join(map(str, BANDWIDTHS))
        raise invalid("bandwidthInMbps", f"It must be one of {known}.")
    if sku.get("name") != f"{sku.get('tier')}_{sku.get('family')}":
        raise invalid("sku.name", "It must be the tier and the family, as Standard_MeteredData.")


def _fill_circuit(call: Call, new: Thing, old: Thing | None) -> dict[str, Any]:
    had = old.properties if old else {}
    new.body["etag"] = f'W/"{uuid4()}"'
    new.properties.update(
        serviceKey=had.get("serviceKey", str(uuid4())),
        circuitProvisioningState=had.get("circuitProvisioningState", "Enabled"),
        serviceProviderProvisioningState=had.get(
            "serviceProviderProvisioningState", "NotProvisioned"
        ),
        gatewayManagerEtag=had.get("gatewayManagerEtag", ""),
    )
    if old is None:  # the carrier builds it in its own time, whoever looks
        built = {"properties": {"serviceProviderProvisioningState": BUILT, "stag": 101}}
        work = Work(key=call.place.key, lags=CARRIER_LAGS, done=built)
        lasting.start(replace(call, rule=None), work, "")
    return {}


def _show_circuit(call: Call, thing: Thing) -> dict[str, Any]:
    found = call.cloud.each(f"{thing.id.lower()}/peerings/", PEERING)
    thing.properties["peerings"] = [peering.body for _, peering in found]
    thing.properties.setdefault("authorizations", [])
    return thing.body


def _check_peering(call: Call, _old: Thing | None) -> None:
    parent = call.place.parent
    circuit = call.cloud.peek(parent.key) if parent else None
    state = circuit.properties.get("serviceProviderProvisioningState") if circuit else BUILT
    if state != BUILT:
        raise ArmError(
            400,
            "CircuitNotProvisionedByServiceProvider",
            "Cannot change the peerings of a circuit that its service provider has not "
            f"provisioned; its state is {state}.",
        )
    properties = call.body.get("properties") or {}
    if str(properties.get("peeringType")).lower() != call.place.name.lower():
        raise invalid("peeringType", "It must be the peering's name.")
    if not 1 <= int(properties.get("vlanId") or 0) <= 4094:  # noqa: PLR2004 - 12 bits
        raise invalid("vlanId", "It must be from 1 to 4094.")
    first = _prefix(properties, "primaryPeerAddressPrefix")
    if first.overlaps(_prefix(properties, "secondaryPeerAddressPrefix")):
        raise invalid("secondaryPeerAddressPrefix", "It overlaps with the primary one.")


def _prefix(properties: Mapping[str, Any], name: str) -> Any:  # noqa: ANN401 - either version
    try:
        found = ip_network(str(properties.get(name)))
    except ValueError:
        raise invalid(name, "It is no address prefix.") from None
    if found.version == 4 and found.prefixlen != PEERING_PREFIX:  # noqa: PLR2004 - IPv4
        raise invalid(name, f"It must be a /{PEERING_PREFIX}.")
    return found


def _fill_peering(_call: Call, new: Thing, _old: Thing | None) -> dict[str, Any]:
    new.body["etag"] = f'W/"{uuid4()}"'
    new.properties.update(azureASN=12076, state="Enabled", lastModifiedBy="Customer")
    new.properties.pop("sharedKey", None)
    return {}


KINDS = (
    Kind(
        type="Microsoft.Network/expressRouteCircuits",
        states=NETWORK,
        check=_check_circuit,
        fill=_fill_circuit,
        show=_show_circuit,
        embeds=("peerings",),
    ),
    Kind(
        type="Microsoft.Network/expressRouteCircuits/peerings",
        states=NETWORK,
        tracked=False,
        check=_check_peering,
        fill=_fill_peering,
    ),
)
