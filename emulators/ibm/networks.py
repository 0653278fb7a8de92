"""VPCs and their parts: address prefixes, subnets, security groups and rules."""

from __future__ import annotations

import uuid
from ipaddress import IPv4Network

from emulators.ibm import offers
from emulators.ibm.call import Call, ref, shown, without
from emulators.ibm.paging import page
from emulators.ibm.refusal import Refusal, invalid, missing, not_unique
from emulators.ibm.store import Thing

SMALLEST = 29
RESERVED = 5
DEFAULTS = ("10.243.0.0/18", "10.243.64.0/18", "10.243.128.0/18")


def create_vpc(call: Call) -> Thing:
    made = call.new("vpcs", "vpc", {})
    named = call.new("security_groups", "security-group", {"_vpc": made["id"]})
    group = without(named, "resource_type") | {
        "name": f"{made['name'][:50]}-default",
        "vpc": ref(made),
        "targets": [],
        "_default": True,
    }
    acl, table = _standing(call, made, "network_acls"), _standing(call, made, "routing_tables")
    made |= {
        "classic_access": False, "cse_source_ips": [], "default_network_acl": acl,
        "default_routing_table": {**table, "resource_type": "routing_table"},
        "default_security_group": ref(group), "health_reasons": [], "health_state": "ok",
        "dns": {
            "enable_hub": False,
            "resolution_binding_count": 0,
            "resolver": {"type": "system", "servers": [], "configuration": "default"},
        },
        "public_address_ranges": [], "status": "pending",
    }  # fmt: skip
    then: Thing = {"status": "available"}
    if rule := call.fails_with("async-error"):
        told = {"code": rule.code or "internal_error", "message": rule.message or "It failed."}
        then = {"status": "failed", "health_state": "faulted", "health_reasons": [told]}
    call.store.put("vpcs", made | call.cloud.later(then))
    call.store.put("security_groups", group)
    _add_rule(
        call, group, {"direction": "outbound", "protocol": "any"}, {"cidr_block": "0.0.0.0/0"}
    )
    _add_rule(call, group, {"direction": "inbound", "protocol": "any"}, ref(group))
    if call.body.get("address_prefix_management", "auto") == "auto":
        for zone, cidr in zip(offers.zones(call.region), DEFAULTS, strict=True):
            _add_prefix(call, made, zone, cidr, f"default-{zone}")
    return made


def get_vpc(call: Call) -> Thing:
    return call.thing("vpcs", "vpc", call.path["id"])


def list_vpcs(call: Call) -> Thing:
    return page(call, "vpcs", call.here("vpcs"), "vpcs")


def update_vpc(call: Call) -> Thing:
    found = get_vpc(call)
    name = str(call.body.get("name") or found["name"])
    call.check_unique("vpcs", name, found)
    found["name"] = name
    call.store.put("vpcs", found)
    return found


def delete_vpc(call: Call) -> None:
    found = get_vpc(call)
    for collection in ("subnets", "instances"):
        for one in call.here(collection):
            if one["vpc"]["id"] == found["id"]:
                raise Refusal(409, "vpc_in_use", f"the VPC is in use by {collection} {one['name']}")
    if any(one.get("network_id") == found["crn"] for one in call.store.among("connections")):
        raise Refusal(409, "vpc_in_use", "the VPC is in use by a Direct Link virtual connection")
    call.store.put("vpcs", found | {"status": "deleting"} | call.cloud.later(None))
    for collection in ("address_prefixes", "rules", "security_groups"):
        for one in call.here(collection):
            if one["_vpc"] == found["id"]:
                call.store.drop(one["id"])


def create_prefix(call: Call) -> Thing:
    vpc = call.thing("vpcs", "vpc", call.path["vpc_id"])
    zone, cidr = _zone(call), _range("cidr", call.body.get("cidr"))
    for one in _prefixes(call, vpc["id"]):
        if cidr.overlaps(IPv4Network(one["cidr"])):
            raise Refusal(400, "address_prefix_conflict", f"{cidr} overlaps with {one['cidr']}")
    return _add_prefix(call, vpc, zone, str(cidr), "")


def list_prefixes(call: Call) -> Thing:
    vpc = call.thing("vpcs", "vpc", call.path["vpc_id"])
    path = f"vpcs/{vpc['id']}/address_prefixes"
    return page(call, "address_prefixes", _prefixes(call, vpc["id"]), path)


def delete_prefix(call: Call) -> None:
    found = call.thing("address_prefixes", "address_prefix", call.path["id"])
    for one in call.here("subnets"):
        if one["_vpc"] == found["_vpc"] and _within(one["ipv4_cidr_block"], found["cidr"]):
            raise Refusal(409, "address_prefix_in_use", f"subnet {one['name']} is in it")
    call.store.drop(found["id"])


def create_subnet(call: Call) -> Thing:
    vpc = call.meant("vpc", "vpcs", "vpc")
    zone, cidr = _zone(call), _range("ipv4_cidr_block", call.body.get("ipv4_cidr_block"))
    inside = (one for one in _prefixes(call, vpc["id"]) if one["zone"]["name"] == zone)
    if not any(_within(str(cidr), one["cidr"]) for one in inside):
        raise invalid("ipv4_cidr_block", str(cidr), f"is in no address prefix of {zone}")
    for one in call.here("subnets"):
        if one["_vpc"] == vpc["id"] and cidr.overlaps(IPv4Network(one["ipv4_cidr_block"])):
            raise Refusal(400, "subnet_conflict", f"{cidr} overlaps with subnet {one['name']}")
    made = call.new("subnets", "subnet", {"_vpc": vpc["id"]}) | {
        "available_ipv4_address_count": cidr.num_addresses - RESERVED,
        "total_ipv4_address_count": cidr.num_addresses,
        "ip_version": "ipv4", "ipv4_cidr_block": str(cidr),
        "network_acl": vpc["default_network_acl"], "routing_table": vpc["default_routing_table"],
        "status": "pending", "vpc": ref(vpc), "zone": _zone_ref(call, zone),
    }  # fmt: skip
    status = "failed" if call.fails_with("async-error") else "available"
    call.store.put("subnets", made | call.cloud.later({"status": status}))
    return made


def get_subnet(call: Call) -> Thing:
    return call.thing("subnets", "subnet", call.path["id"])


def list_subnets(call: Call) -> Thing:
    return page(call, "subnets", call.here("subnets"), "subnets")


def delete_subnet(call: Call) -> None:
    found = get_subnet(call)
    for one in call.here("instances"):
        if one["_subnet"] == found["id"]:
            raise Refusal(409, "subnet_in_use", f"the subnet is in use by instance {one['name']}")
    call.store.put("subnets", found | {"status": "deleting"} | call.cloud.later(None))


def get_group(call: Call) -> Thing:
    return _with_rules(call, call.thing("security_groups", "security_group", call.path["id"]))


def list_groups(call: Call) -> Thing:
    found = [_with_rules(call, one) for one in call.here("security_groups")]
    return page(call, "security_groups", found, "security_groups")


def create_rule(call: Call) -> Thing:
    group = call.thing("security_groups", "security_group", call.path["security_group_id"])
    if call.body.get("direction") not in {"inbound", "outbound"}:
        raise invalid("direction", call.body.get("direction"), "is neither inbound nor outbound")
    if call.body.get("protocol") != "any":
        raise Refusal(501, "not_implemented", "only protocol any is offered by this emulator")
    remote = call.body.get("remote") or {"cidr_block": "0.0.0.0/0"}
    if set(remote) != {"cidr_block"}:
        raise Refusal(501, "not_implemented", "only ranges are offered by this emulator")
    _range("remote.cidr_block", remote["cidr_block"], smallest=32)
    if call.body.get("name") in {one["name"] for one in _with_rules(call, group)["rules"]}:
        raise not_unique(call.body["name"])
    return _add_rule(call, group, call.body, remote)


def list_rules(call: Call) -> Thing:
    group = call.thing("security_groups", "security_group", call.path["security_group_id"])
    return {"rules": _with_rules(call, group)["rules"]}


def delete_rule(call: Call) -> None:
    call.store.drop(call.thing("rules", "security_group_rule", call.path["id"])["id"])


def _standing(call: Call, vpc: Thing, collection: str) -> Thing:
    id_ = str(uuid.uuid4())
    crn = f"{vpc['crn'].rsplit('::', 1)[0]}::{collection}:{id_}"
    return {"id": id_, "crn": crn, "href": f"{call.base}/{collection}/{id_}", "name": "default"}


def _add_rule(call: Call, group: Thing, asked: Thing, remote: Thing) -> Thing:
    id_ = str(uuid.uuid4())
    made = {
        "id": id_, "direction": asked["direction"], "ip_version": "ipv4",
        "href": f"{group['href']}/rules/{id_}", "local": {"cidr_block": "0.0.0.0/0"},
        "name": asked.get("name") or f"rule-{id_[:8]}", "protocol": asked["protocol"],
        "remote": remote, "resource_type": "security_group_rule",
        "_region": call.region, "_vpc": group["_vpc"], "_group": group["id"],
    }  # fmt: skip
    call.store.put("rules", made)
    return made


def _with_rules(call: Call, group: Thing) -> Thing:
    rules = [shown(one) for one in call.here("rules") if one["_group"] == group["id"]]
    return group | {"rules": rules}


def _add_prefix(call: Call, vpc: Thing, zone: str, cidr: str, name: str) -> Thing:
    made = {
        **without(
            call.new("address_prefixes", "address-prefix", {"_vpc": vpc["id"]}),
            "crn", "resource_group", "resource_type",
        ),
        **({"name": name} if name else {}),
        "cidr": cidr, "has_subnets": False, "is_default": bool(name),
        "zone": _zone_ref(call, zone),
    }  # fmt: skip
    made["href"] = f"{vpc['href']}/address_prefixes/{made['id']}"
    call.store.put("address_prefixes", made)
    return made


def _prefixes(call: Call, vpc: str) -> list[Thing]:
    return [one for one in call.here("address_prefixes") if one["_vpc"] == vpc]


def _zone(call: Call) -> str:
    told = call.body.get("zone")
    name = told.get("name") if isinstance(told, dict) else None
    if name not in offers.zones(call.region):
        raise missing("zone", str(name))
    return str(name)


def _zone_ref(call: Call, zone: str) -> Thing:
    return {"name": zone, "href": f"{call.base}/regions/{call.region}/zones/{zone}"}


def _range(field: str, value: object, smallest: int = SMALLEST) -> IPv4Network:
    try:
        found = IPv4Network(str(value))
    except ValueError:
        raise invalid(field, value, "is no range") from None
    if found.prefixlen > smallest:
        raise invalid(field, value, f"is smaller than a /{smallest}")
    return found


def _within(inner: str, outer: str) -> bool:
    return IPv4Network(inner).subnet_of(IPv4Network(outer))
