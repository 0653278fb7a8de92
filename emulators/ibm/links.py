"""Direct Link: gateways over a carrier's port, and their virtual connections to VPCs.

A carrier here is never idle: what waits for it is done after its time. What a carrier asks for
by its own API waits for the customer's yes.
"""

from __future__ import annotations

import uuid
from typing import Any

from emulators.ibm import offers
from emulators.ibm.call import ACCOUNT, Call, shown
from emulators.ibm.paging import page
from emulators.ibm.refusal import Refusal, invalid, missing
from emulators.ibm.store import Thing

IBM_ASN = 13884
UP = {
    "operational_status": "provisioned",
    "link_status": "up",
    "bgp_status": "established",
    "provider_api_managed": False,
}


def create(call: Call) -> Thing:
    if call.body.get("type") != "connect":
        raise Refusal(501, "not_implemented", "only type connect is offered by this emulator")
    made = _gateway(call)
    then: Thing = dict(UP)
    if rule := call.fails_with("async-error"):
        told = {"code": rule.code or "failed", "message": rule.message or "It failed."}
        then = {"operational_status": "failed", "operational_status_reasons": [told]}
    call.store.put("gateways", made | call.cloud.later(then))
    return made


def create_by_carrier(call: Call) -> Thing:
    """The carrier's own request: nothing happens before the customer says yes."""
    made = _gateway(call) | {"provider_api_managed": True}
    made["change_request"] = {"type": "create_gateway"}
    call.store.put("gateways", made)
    return made | {"customer_account_id": str(call.body.get("customer_account_id"))}


def get(call: Call) -> Thing:
    return call.thing("gateways", "gateway", call.path["id"])


def list_(call: Call) -> Thing:
    return {"gateways": [shown(one) for one in call.here("gateways")]}  # whole: it has no pages


def update(call: Call) -> Thing:
    found = get(call)
    if "speed_mbps" in call.body:
        _check_speed(call.body["speed_mbps"], found["port"]["id"])
    taken = ("name", "speed_mbps", "global", "metered")
    if unknown := sorted(set(call.body) - set(taken)):
        raise Refusal(501, "not_implemented", f"{unknown[0]} cannot be changed in this emulator")
    if "name" in call.body:
        call.check_unique("gateways", call.body["name"], found)
    found |= {key: call.body[key] for key in taken if key in call.body}
    call.store.put("gateways", found)
    return found


def act(call: Call) -> Thing:
    found, wanted = get(call), call.body.get("action")
    if found.get("change_request", {}).get("type") != "create_gateway":
        raise Refusal(409, "no_change_request", "nothing waits for a yes or no")
    del found["change_request"]
    if wanted == "create_gateway_approve":
        found |= {"operational_status": "configuring"} | call.cloud.later(dict(UP))
    elif wanted == "create_gateway_reject":
        found["operational_status"] = "create_rejected"
    else:
        raise invalid("action", wanted, "is neither yes nor no to the new gateway")
    call.store.put("gateways", found)
    return found


def delete(call: Call) -> None:
    found = get(call)
    if any(one["_gateway"] == found["id"] for one in call.store.among("connections")):
        raise Refusal(409, "gateway_in_use", "the gateway still has virtual connections")
    if found["operational_status"] != "delete_pending":
        found |= {"operational_status": "delete_pending"} | call.cloud.later(None)
        call.store.put("gateways", found)


def connect(call: Call) -> Thing:
    gateway = call.thing("gateways", "gateway", call.path["gateway_id"])
    if gateway["operational_status"] != "provisioned":
        raise Refusal(409, "gateway_not_provisioned", "the gateway is not provisioned")
    crn = call.body.get("network_id")
    if call.body.get("type") != "vpc":
        raise Refusal(501, "not_implemented", "only type vpc is offered by this emulator")
    if not any(one["crn"] == crn for one in call.store.among("vpcs")):
        raise invalid("network_id", crn, "is no VPC")
    if any(one.get("network_id") == crn for one in _connections(call, gateway)):
        raise Refusal(409, "network_in_use", "the VPC is connected to this gateway already")
    made = {
        "id": str(uuid.uuid4()), "name": str(call.body.get("name")), "type": "vpc",
        "network_id": crn, "status": "pending", "created_at": call.cloud.zulu(),
        "_region": "", "_gateway": gateway["id"],
    }  # fmt: skip
    status = "rejected" if call.fails_with("async-error") else "attached"
    call.store.put("connections", made | call.cloud.later({"status": status}))
    return made


def list_connections(call: Call) -> Thing:
    gateway = call.thing("gateways", "gateway", call.path["gateway_id"])
    found = [{k: v for k, v in one.items() if k[0] != "_"} for one in _connections(call, gateway)]
    return {"virtual_connections": found}


def disconnect(call: Call) -> None:
    found = call.thing("connections", "virtual_connection", call.path["id"])
    if found["status"] != "deleting":
        found |= {"status": "deleting"} | call.cloud.later(None)
        call.store.put("connections", found)


def list_ports(call: Call) -> Thing:
    return page(call, "ports", offers.ports(), "ports")


def _connections(call: Call, gateway: Thing) -> list[Thing]:
    return [one for one in call.store.among("connections") if one["_gateway"] == gateway["id"]]


def _check_speed(wanted: object, port: str) -> Thing:
    found = next((one for one in offers.ports() if one["id"] == port), None)
    if found is None:
        raise missing("port", port)
    if wanted not in found["supported_link_speeds"]:
        raise invalid("speed_mbps", wanted, "is no speed of this port")
    return found


def _gateway(call: Call) -> Thing:
    told: Any = call.body.get("port")
    port = _check_speed(call.body.get("speed_mbps"), str((told or {}).get("id")))
    asn = call.body.get("bgp_asn")
    if not isinstance(asn, int) or not 0 < asn < 2**32:
        raise invalid("bgp_asn", asn, "is no autonomous system number")
    made = call.new("gateways", "gateway", {})
    return {
        **{key: made[key] for key in ("id", "name", "created_at", "_region")},
        "crn": f"crn:v1:bluemix:public:directlink:global:{ACCOUNT}::connect:{made['id']}",
        "type": "connect", "bgp_asn": asn, "bgp_ibm_asn": IBM_ASN, "bgp_status": "idle",
        "bgp_cer_cidr": call.body.get("bgp_cer_cidr") or "169.254.0.10/30",
        "bgp_ibm_cidr": call.body.get("bgp_ibm_cidr") or "169.254.0.9/30",
        "cross_account": False, "default_export_route_filter": "permit",
        "default_import_route_filter": "permit", "global": bool(call.body.get("global")),
        "metered": bool(call.body.get("metered")), "link_status": "down",
        "location_name": port["location_name"], "speed_mbps": call.body["speed_mbps"],
        "location_display_name": port["location_display_name"],
        "operational_status": "create_pending", "operational_status_reasons": [],
        "port": {"id": port["id"]}, "provider_api_managed": False, "vlan": 3001,
        "resource_group": {"id": "default"},
    }  # fmt: skip
