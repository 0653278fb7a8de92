"""One machine: what a spec asks of it, and how what IBM tells of it becomes a Resource."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from providers.ibm import names
from providers.ibm.told import Told, part, reasons, text
from providers.parameters import Reader
from providers.ssh_keys import authorized
from providers.types import Ref, Resource, Spec, Status

KIND = "virtual-machine"
SIZE = re.compile(r"[a-z][a-z0-9]*-[0-9]+x[0-9]+[a-z0-9-]*")
NAMED = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
ROOT_KEY = re.compile(r"crn:v1:[^\s]{1,250}")
IMAGES = {  # ours -> what the names of IBM's own images of it start with
    "debian-12": "ibm-debian-12-",
    "debian-13": "ibm-debian-13-",
    "ubuntu-24.04": "ibm-ubuntu-24-04-",
    "rhel-9": "ibm-redhat-9-",
}
SMALLEST_DISK, LARGEST_DISK = 100, 250  # GB that a boot volume may have
NO_ROOM = "cannot_start_capacity"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The parameters of kind virtual-machine."""

    size: str
    image: str
    disk_gb: int
    subnet: str
    security_group: str
    ssh_key: str
    kms_key: str


def wanted(spec: Spec) -> Wanted:
    """The checked parameters of `spec`. Raises InvalidSpec, naming every wrong one."""
    read = Reader.of(spec)
    told = Wanted(
        size=read.text("size", SIZE, "a profile like bx2-2x8"),
        image=read.one_of("image", IMAGES),
        disk_gb=read.whole("disk_gb", SMALLEST_DISK, LARGEST_DISK),
        subnet=read.optional("subnet", NAMED, "a subnet's id or name"),
        security_group=read.optional("security_group", NAMED, "a security group's id"),
        ssh_key=read.ssh_key(),
        kms_key=read.optional("kms_key", ROOT_KEY, "the CRN of a root key in Key Protect or HPCS"),
    )
    read.finish()
    return told


def body(spec: Spec, subnet: Told, image: str) -> dict[str, Any]:
    """The machine to create. What makes it safe is not for callers to choose."""
    want, name = wanted(spec), names.name(spec)
    groups = [{"id": want.security_group}] if want.security_group else []
    volume = {
        "name": name,
        "capacity": want.disk_gb,
        "profile": {"name": "general-purpose"},
        "user_tags": names.tags(spec),
        # IBM encrypts every volume; this is with the agency's own key
        **({"encryption_key": {"crn": want.kms_key}} if want.kms_key else {}),
    }
    return {
        "name": name,
        "vpc": {"id": text(subnet, "vpc", "id")},
        "zone": {"name": text(subnet, "zone", "name")},
        "profile": {"name": want.size},
        "image": {"id": image},
        "boot_volume_attachment": {"delete_volume_on_instance_delete": True, "volume": volume},
        "primary_network_attachment": {  # no floating address: nobody comes in from the internet
            "virtual_network_interface": {
                "auto_delete": True,
                "allow_ip_spoofing": False,
                "subnet": {"id": text(subnet, "id")},
                **({"security_groups": groups} if groups else {}),
            }
        },
        "metadata_service": {"enabled": False},  # what runs here has no identity to ask for
        **({"user_data": first_boot(want.ssh_key)} if want.ssh_key else {}),
    }


def first_boot(ssh_key: str) -> str:
    """The key for the image's own user; no key of ours is left in the account for it."""
    return f"#cloud-config\n{authorized(ssh_key)}"


def lacks_room(found: Told) -> bool:
    """Whether it did not start for want of room in its zone."""
    told = found.get("status_reasons")
    codes = {text(one, "code") for one in told} if isinstance(told, list) else set[str]()
    return text(found, "status") == "stopped" and NO_ROOM in codes


def resource(found: Told, region: str, owner: str) -> Resource:
    """`found` as the contract tells it; `owner` is the service instance that it is of, or empty."""
    status = text(found, "status")
    told = {
        "instance_id": text(found, "id"),
        "private_ip": text(found, "primary_network_interface", "primary_ip", "address"),
        "region": region,
        "zone": text(found, "zone", "name"),
        "profile": text(found, "profile", "name"),
        "network": text(found, "vpc", "id"),
    }
    notes = [] if status == "running" else [status or "no status told"]
    notes += [why] if (why := reasons(found, "status_reasons")) else []
    if not owner:
        notes.append("carries neither a name nor a tag of ours")
    ends = {"running": Status.READY, "failed": Status.FAILED}
    return Resource(
        ref=Ref(kind=KIND, region=region, id=text(found, "id")),
        instance=owner,
        status=ends.get(status, Status.PENDING),
        outputs={key: value for key, value in told.items() if value},
        detail="; ".join(notes),
        by_itself=status != "stopped",
    )


def subnet_of(found: Told) -> Told:
    return part(found, "primary_network_interface", "subnet")
