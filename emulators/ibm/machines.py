"""Virtual server instances and their boot volumes."""

from __future__ import annotations

import uuid
from ipaddress import IPv4Network

from emulators.ibm import offers, volumes
from emulators.ibm.call import Call, ref
from emulators.ibm.paging import page
from emulators.ibm.refusal import Refusal, invalid, missing
from emulators.ibm.store import Thing

RESERVED = 4  # the first addresses of a subnet are IBM's
NO_ROOM = "Can't start instance because resource capacity is unavailable."


def create(call: Call) -> Thing:
    image = volumes.image(call)
    profile = _profile(call.body.get("profile"))
    vpc = call.meant("vpc", "vpcs", "vpc")
    interface = _interface(call)
    subnet = call.named(interface.get("subnet"), "subnet", "subnets", "subnet")
    if subnet["vpc"]["id"] != vpc["id"] or subnet["zone"]["name"] != _name(call, "zone"):
        raise invalid("subnet", subnet["id"], "is in another zone or VPC")
    for one in interface.get("security_groups", ()):
        call.named(one, "security_groups", "security_groups", "security_group")
    _check_user_data(call.body.get("user_data", ""))
    made = call.new("instances", "instance", {"vpc": ref(vpc), "zone": subnet["zone"]})
    volume = volumes.boot(call, made, image)
    made |= _shape(call, profile, subnet) | {"image": ref(image)}
    attachment = {**_part(made, "volume_attachments"), "volume": ref(volume)}
    made |= {"boot_volume_attachment": attachment, "volume_attachments": [attachment]}
    made |= {"_subnet": subnet["id"], "_volume": volume["id"], "_in": call.body}
    call.store.put("volumes", volume)
    call.store.put("instances", started(call, made))
    return made


def started(call: Call, machine: Thing) -> Thing:
    """The machine on its way to run, or to what the fault of this call makes of it."""
    then: Thing = {"status": "running", "status_reasons": [], "lifecycle_state": "stable"}
    if rule := call.fails_with("async-error"):
        told = {"code": rule.code or "cannot_start", "message": rule.message or "It failed."}
        then |= {"status": "failed", "status_reasons": [told]}
    elif call.fails_with("no-capacity"):
        told = {"code": "cannot_start_capacity", "message": NO_ROOM}
        then |= {"status": "stopped", "status_reasons": [told]}
    machine |= {"status": "starting", "status_reasons": []} | call.cloud.later(then)
    return machine


def get(call: Call) -> Thing:
    return call.thing("instances", "instance", call.path["id"])


def list_(call: Call) -> Thing:
    return page(call, "instances", call.here("instances"), "instances")


def delete(call: Call) -> None:
    machine = get(call)
    if machine["status"] == "deleting":
        return
    machine |= {"status": "deleting", "lifecycle_state": "deleting"} | call.cloud.later(None)
    call.store.put("instances", machine)
    volume = call.thing("volumes", "volume", machine["_volume"])
    volume |= {"status": "pending_deletion"} | call.cloud.later(None)
    call.store.put("volumes", volume)


def update(call: Call) -> Thing:
    machine = get(call)
    if "profile" in call.body:
        if machine["status"] != "stopped":
            raise Refusal(
                409, "instance_not_stopped", "stop the instance before its profile changes"
            )
        machine |= _sized(call, _profile(call.body["profile"]))
    if "name" in call.body:
        call.check_unique("instances", call.body["name"], machine)
        machine["name"] = call.body["name"]
    call.store.put("instances", machine)
    return machine


def act(call: Call) -> Thing:
    machine = call.thing("instances", "instance", call.path["instance_id"])
    wanted, status = call.body.get("type"), machine["status"]
    if wanted == "stop" and status == "running":
        machine |= {"status": "stopping"} | call.cloud.later({"status": "stopped"})
        call.store.put("instances", machine)
    elif wanted == "start" and status == "stopped":
        call.store.put("instances", started(call, machine))
    elif wanted in {"start", "stop"}:
        raise Refusal(409, "instance_state_conflict", f"{wanted} is not possible while {status}")
    else:
        raise Refusal(501, "not_implemented", f"action {wanted}: not offered by this emulator")
    id_ = str(uuid.uuid4())
    return {
        "id": id_,
        "href": f"{call.base}/instances/{machine['id']}/actions/{id_}",
        "type": wanted,
        "status": "pending",
        "created_at": call.cloud.zulu(),
    }


def _profile(wanted: object) -> str:
    name = wanted.get("name") if isinstance(wanted, dict) else None
    if name not in offers.PROFILES:
        raise missing("instance_profile", str(name))
    return str(name)


def _interface(call: Call) -> Thing:
    attachment = call.body.get("primary_network_attachment")
    inside = attachment.get("virtual_network_interface") if isinstance(attachment, dict) else None
    found = inside or call.body.get("primary_network_interface")
    if not isinstance(found, dict):
        raise invalid("primary_network_attachment", found, "is needed")
    return found


def _name(call: Call, field: str) -> str:
    told = call.body.get(field)
    return str(told.get("name")) if isinstance(told, dict) else ""


def _check_user_data(text: object) -> None:
    limit = 65_536
    if not isinstance(text, str) or len(text) > limit:
        raise invalid("user_data", "", f"is no text of at most {limit} characters")


def _part(machine: Thing, collection: str) -> Thing:
    id_ = f"{machine['id']}-{collection[:3]}"
    return {
        "id": id_,
        "name": f"gm-{collection[:3]}",
        "href": f"{machine['href']}/{collection}/{id_}",
    }


def _sized(call: Call, profile: str) -> Thing:
    processors, memory = offers.PROFILES[profile]
    return {
        "profile": {
            "name": profile,
            "href": f"{call.base}/instance/profiles/{profile}",
            "resource_type": "instance_profile",
        },
        "memory": memory,
        "vcpu": {
            "architecture": "amd64",
            "count": processors,
            "manufacturer": "intel",
            "percentage": 100,
        },
        "bandwidth": processors * 2000,
        "total_network_bandwidth": processors * 1500,
        "total_volume_bandwidth": processors * 500,
    }


def _shape(call: Call, profile: str, subnet: Thing) -> Thing:
    taken = [one for one in call.here("instances") if one["_subnet"] == subnet["id"]]
    number = max((one["_number"] for one in taken), default=RESERVED - 1) + 1
    address = str(IPv4Network(subnet["ipv4_cidr_block"])[number])
    id_ = str(uuid.uuid4())
    href = f"{call.base}/subnets/{subnet['id']}/reserved_ips/{id_}"
    ip = {
        "address": address,
        "href": href,
        "id": id_,
        "name": f"ip-{number}",
        "resource_type": "subnet_reserved_ip",
    }
    interface = {
        "id": id_,
        "href": href,
        "name": "eth0",
        "primary_ip": ip,
        "resource_type": "network_interface",
        "subnet": ref(subnet),
    }
    return _sized(call, profile) | {
        "_number": number,
        "availability": {"class": "standard"},
        "availability_policy": {"host_failure": "restart", "preemption": "stop"},
        "cluster_network_attachments": [], "confidential_compute_mode": "disabled", "disks": [],
        "enable_secure_boot": False, "health_reasons": [], "health_state": "ok",
        "lifecycle_reasons": [], "lifecycle_state": "pending",
        "metadata_service": {"enabled": False, "protocol": "http", "response_hop_limit": 1}
        | (call.body.get("metadata_service") or {}),
        "network_attachments": [], "network_interfaces": [interface],
        "primary_network_interface": interface, "software_attachments": [], "startable": True,
        "reservation_affinity": {"policy": "disabled", "pool": []}, "threads_per_core": 2,
        "volume_bandwidth_qos_mode": "weighted",
    }  # fmt: skip
