"""Neutron: networks, subnets, routers, security groups and their rules, in one manner for all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from emulators.loopback import Answer
from emulators.openstack import addresses, routers
from emulators.openstack.call import (
    PROJECT,
    Call,
    Refusal,
    answer,
    check_fields,
    new_id,
    page,
    told,
)
from emulators.openstack.fields import fields
from emulators.openstack.store import Thing

FILTERS = ("id", "name", "description", "network_id", "device_id", "security_group_id", "status")
LONGEST = 255
EGRESS = ("IPv4", "IPv6")

Made = Callable[[Call, Thing], Thing]


@dataclass(frozen=True, slots=True)
class Sort:
    """One sort of thing: what it is called, and what it is made with."""

    collection: str
    name: str
    make: Made
    kind: str
    key: str = ""

    @property
    def listed(self) -> str:
        return self.key or self.collection


def create(call: Call, sort: Sort) -> Answer:
    given = call.asked(sort.name)
    check_fields(given, fields(sort.name))
    for field in ("name", "description"):
        value = given.get(field, "")
        if not isinstance(value, str) or len(value) > LONGEST:
            raise Refusal(400, f"Invalid input for {field}. Reason: not a text.", "HTTPBadRequest")
    now = call.cloud.zulu()
    basis = {
        "id": new_id(),
        "name": "",
        "description": "",
        "project_id": PROJECT,
        "created_at": now,
        "updated_at": now,
        "tags": [],
        "revision_number": 1,
    }
    thing = sort.make(call, {**basis, **given})
    call.store.put(call.named(sort.collection), thing)
    return answer({sort.name: told(thing)}, 201)


def get(call: Call, sort: Sort) -> Answer:
    return answer({sort.name: told(_must(call, sort))})


def list_(call: Call, sort: Sort) -> Answer:
    unknown = set(call.query) - {*FILTERS, "limit", "marker", "fields", "tags"}
    if unknown:
        raise Refusal(400, f"[{sorted(unknown)}] are invalid attributes.", "HTTPBadRequest")
    found = call.store.each(call.named(sort.collection))
    for name in FILTERS:
        if name in call.query:
            found = [thing for thing in found if str(thing.get(name, "")) == call.query[name]]
    return page(call, sort.listed, found)


def update(call: Call, sort: Sort) -> Answer:
    thing, given = _must(call, sort), call.asked(sort.name)
    check_fields(given, frozenset({"name", "description", "admin_state_up"}))
    thing = {**thing, **given, "updated_at": call.cloud.zulu()}
    call.store.put(call.named(sort.collection), thing)
    return answer({sort.name: told(thing)})


def replace_tags(call: Call, sort: Sort) -> Answer:
    thing, given = _must(call, sort), call.body.get("tags")
    if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
        raise Refusal(400, "Invalid tags", "HTTPBadRequest")
    if any(not 0 < len(one) <= LONGEST for one in given):
        raise Refusal(400, "Invalid tags: too long", "HTTPBadRequest")
    thing["tags"] = list(dict.fromkeys(given))
    call.store.put(call.named(sort.collection), thing)
    return answer({"tags": thing["tags"]})


def delete(call: Call, sort: Sort) -> Answer:
    thing = _must(call, sort)
    used = USES[sort.collection](call, thing)
    if used:
        raise Refusal(409, f"{sort.name} {thing['id']} is in use: {used}", f"{sort.kind}InUse")
    call.store.drop(call.named(sort.collection), thing["id"])
    for rule in thing.get("security_group_rules", []):
        call.store.drop(call.named("security-group-rules"), rule["id"])
    if sort.collection == "networks":  # Neutron's subnets go with it
        for subnet in of_network(call, thing["id"]):
            call.store.drop(call.named("subnets"), subnet["id"])
    return answer(None, 204)


def of_network(call: Call, network: str) -> list[Thing]:
    return [s for s in call.store.each(call.named("subnets")) if s["network_id"] == network]


def _network(_: Call, thing: Thing) -> Thing:
    return {
        "admin_state_up": True,
        "router:external": False,
        "shared": False,
        **thing,
        "status": "ACTIVE",
        "subnets": [],
    }


def _subnet(call: Call, thing: Thing) -> Thing:
    call.must("networks", str(thing.get("network_id")), "NetworkNotFound")
    return addresses.subnet(call, thing)


def _router(call: Call, thing: Thing) -> Thing:
    gateway = thing.get("external_gateway_info")
    if isinstance(gateway, Mapping):
        network = call.must("networks", str(gateway.get("network_id")), "NetworkNotFound")
        if not network["router:external"]:
            raise Refusal(400, f"Network {network['id']} is not external", "BadRequest")
    return {"admin_state_up": True, "external_gateway_info": None, **thing, "status": "ACTIVE"}


def _group(call: Call, thing: Thing) -> Thing:
    rules = [_out(call, thing, ether) for ether in EGRESS]
    return {**thing, "stateful": True, "security_group_rules": rules}


def _out(call: Call, group: Thing, ether: str) -> Thing:
    return {
        "id": new_id(),
        "security_group_id": group["id"],
        "direction": "egress",
        "ethertype": ether,
        "remote_ip_prefix": None,
        "created_at": call.cloud.zulu(),
    }


def _rule(call: Call, thing: Thing) -> Thing:
    group = call.must(
        "security-groups", str(thing.get("security_group_id")), "SecurityGroupNotFound"
    )
    same = ("direction", "ethertype", "remote_ip_prefix", "protocol", "port_range_min")
    for rule in group["security_group_rules"]:
        if all(rule.get(name) == thing.get(name) for name in same):
            message = f"Security group rule already exists. Rule id is {rule['id']}."
            raise Refusal(409, message, "SecurityGroupRuleExists")
    group["security_group_rules"].append(thing)
    call.store.put(call.named("security-groups"), group)
    return thing


def drop_rule(call: Call) -> Answer:
    rule = call.must("security-group-rules", call.path["id"], "SecurityGroupRuleNotFound")
    call.store.drop(call.named("security-group-rules"), rule["id"])
    group = call.store.get(call.named("security-groups"), rule["security_group_id"])
    if group:
        left = [one for one in group["security_group_rules"] if one["id"] != rule["id"]]
        call.store.put(call.named("security-groups"), {**group, "security_group_rules": left})
    return answer(None, 204)


def _on_subnet(call: Call, subnet: Thing) -> str:
    ports = call.store.each(call.named("ports"))
    return ", ".join(p["id"] for p in ports if p["_subnet"] == subnet["id"])


def _on_network(call: Call, network: Thing) -> str:
    ports = call.store.each(call.named("ports"))
    return ", ".join(p["id"] for p in ports if p["network_id"] == network["id"])


def _of_router(call: Call, router: Thing) -> str:
    return ", ".join(port["id"] for port in routers.ports(call, router["id"]))


def _in_group(call: Call, group: Thing) -> str:
    ports = call.store.each(call.named("ports"))
    return ", ".join(p["id"] for p in ports if group["id"] in p.get("security_groups", []))


def _must(call: Call, sort: Sort) -> Thing:
    return call.must(sort.collection, call.path["id"], f"{sort.kind}NotFound")


USES: Mapping[str, Callable[[Call, Thing], Any]] = {
    "networks": _on_network,
    "subnets": _on_subnet,
    "routers": _of_router,
    "security-groups": _in_group,
}
SORTS = (
    Sort("networks", "network", _network, "Network"),
    Sort("subnets", "subnet", _subnet, "Subnet"),
    Sort("routers", "router", _router, "Router"),
    Sort("security-groups", "security_group", _group, "SecurityGroup", "security_groups"),
)
RULES = Sort(
    "security-group-rules",
    "security_group_rule",
    _rule,
    "SecurityGroupRule",
    "security_group_rules",
)
