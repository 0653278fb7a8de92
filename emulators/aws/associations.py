"""What ties a Direct Connect gateway to the virtual private gateway of a network."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from moto.ec2.models import ec2_backends

from emulators.aws.directconnect import GATEWAY, GLOBAL, refuse
from emulators.aws.schedule import Due
from emulators.aws.things import Call, Thing, Things

ASSOCIATION = "directconnect.association"
GONE = "gone"
MOST_PREFIXES = 20
ID, TIE = "directConnectGatewayId", "associationId"


def create(call: Call) -> dict[str, Any]:
    gateway = call.table(GATEWAY, GLOBAL).get(str(call.asked[ID]))
    if gateway is None:
        raise refuse(f"Direct Connect Gateway {call.asked[ID]} does not exist")
    wanted = str(call.asked.get("gatewayId") or call.asked.get("virtualGatewayId") or "")
    here = ec2_backends[call.operation.account][call.operation.region].vpn_gateways.get(wanted)
    if here is None or not here.attachments:
        raise refuse(f"Virtual gateway {wanted} does not exist or is attached to no VPC")
    if any(a["virtualGatewayId"] == wanted for a in _ties(call).values()):
        raise refuse(f"Virtual gateway {wanted} is already associated with a gateway")
    prefixes = list(call.asked.get("addAllowedPrefixesToDirectConnectGateway") or ())
    if len(prefixes) > MOST_PREFIXES:
        raise refuse(f"No more than {MOST_PREFIXES} prefixes can be allowed")
    account, id_ = call.operation.account, str(uuid4())
    made: Thing = {
        TIE: id_,
        ID: gateway[ID],
        "directConnectGatewayOwnerAccount": account,
        "associationState": "associating",
        "virtualGatewayId": wanted,
        "virtualGatewayRegion": call.operation.region,
        "virtualGatewayOwnerAccount": account,
        "associatedGateway": {
            "id": wanted,
            "type": "virtualPrivateGateway",
            "ownerAccount": account,
            "region": call.operation.region,
        },
        "allowedPrefixesToDirectConnectGateway": prefixes,
    }
    _ties(call)[id_] = made
    call.schedule.begin(call.address(ASSOCIATION, id_, GLOBAL), "associated")
    return {"directConnectGatewayAssociation": dict(made)}


def describe(call: Call) -> dict[str, Any]:
    names = (TIE, ID, "virtualGatewayId")
    wanted = {name: call.asked[name] for name in names if call.asked.get(name)}
    if not wanted:
        raise refuse("One of associationId, directConnectGatewayId and virtualGatewayId is needed")
    found = [a for a in _ties(call).values() if all(a[n] == v for n, v in wanted.items())]
    return call.paged("directConnectGatewayAssociations", found)


def change(call: Call) -> dict[str, Any]:
    found = _tie(call)
    if found["associationState"] != "associated":
        raise refuse(f"Association {found[TIE]} is {found['associationState']}")
    gone = [p["cidr"] for p in _asked(call, "removeAllowedPrefixesToDirectConnectGateway")]
    kept = [p for p in found["allowedPrefixesToDirectConnectGateway"] if p["cidr"] not in gone]
    new = [p for p in _asked(call, "addAllowedPrefixesToDirectConnectGateway") if p not in kept]
    found["allowedPrefixesToDirectConnectGateway"] = [*kept, *new]
    found["associationState"] = "updating"
    call.schedule.later(call.address(ASSOCIATION, found[TIE], GLOBAL), "associated")
    return {"directConnectGatewayAssociation": dict(found)}


def delete(call: Call) -> dict[str, Any]:
    found = _tie(call)
    found["associationState"] = "disassociating"
    call.schedule.later(call.address(ASSOCIATION, found[TIE], GLOBAL), GONE)
    return {"directConnectGatewayAssociation": dict(found)}


def arrive(due: Due, found: Thing, things: Things) -> None:
    if due.to == GONE:
        things.drop(due.address)
    elif due.why:
        found |= {"associationState": "disassociated", "stateChangeError": due.why}
    else:
        found["associationState"] = due.to


def _asked(call: Call, name: str) -> list[Mapping[str, Any]]:
    return list(call.asked.get(name) or ())


def _ties(call: Call) -> dict[str, Thing]:
    return call.table(ASSOCIATION, GLOBAL)


def _tie(call: Call) -> Thing:
    names = (TIE, ID, "virtualGatewayId")
    wanted = {name: call.asked[name] for name in names if call.asked.get(name)}
    found = [a for a in _ties(call).values() if all(a[n] == v for n, v in wanted.items())]
    if not wanted or not found:
        raise refuse(f"No association is as asked: {wanted}")
    return found[0]


SERVES = {
    "directconnect.CreateDirectConnectGatewayAssociation": create,
    "directconnect.DescribeDirectConnectGatewayAssociations": describe,
    "directconnect.UpdateDirectConnectGatewayAssociation": change,
    "directconnect.DeleteDirectConnectGatewayAssociation": delete,
}
ARRIVES = {ASSOCIATION: arrive}
