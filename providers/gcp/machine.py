"""One machine: what a spec asks of it, and how what Google tells of it becomes a Resource."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from providers.gcp import labels
from providers.gcp.parameters import KEY, LARGEST_DISK, SMALLEST_DISK, SUBNET
from providers.gcp.piece import link
from providers.parameters import Reader
from providers.types import Ref, Resource, Spec, Status

KIND = "virtual-machine"
SIZE = re.compile(r"[a-z][a-z0-9]*-[a-z0-9-]+")
NAME = re.compile(r"[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?")
ZONE = re.compile(r"[a-z]+-[a-z]+[0-9]+-[a-z]")
IMAGE = re.compile(r"[a-z0-9-]+|projects/[a-z0-9.:-]+/global/images/(family/)?[a-z0-9-]+")
FAMILIES = {
    "debian-12": "projects/debian-cloud/global/images/family/debian-12",
    "debian-13": "projects/debian-cloud/global/images/family/debian-13",
    "ubuntu-24.04": "projects/ubuntu-os-cloud/global/images/family/ubuntu-2404-lts-amd64",
    "rhel-9": "projects/rhel-cloud/global/images/family/rhel-9",
    "windows-2022": "projects/windows-cloud/global/images/family/windows-2022",
}
DISK = "pd-balanced"
USER = "drift"  # whom the ordered key lets in; Google makes the user
DEFAULT_SUBNET = "default"
RUNNING = "RUNNING"
STOPPED = frozenset({"TERMINATED", "STOPPED", "SUSPENDED"})

Found = Any  # an Instance message of the SDK


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The parameters of kind virtual-machine."""

    size: str
    image: str
    disk_gb: int
    subnet: str
    zone: str
    ssh_key: str
    key: str


def wanted(spec: Spec) -> Wanted:
    """The checked parameters of `spec`. Raises InvalidSpec, naming every wrong one."""
    read = Reader.of(spec)
    told = Wanted(
        size=read.text("size", SIZE, "a machine type like e2-medium"),
        image=_image(read),
        disk_gb=read.whole("disk_gb", SMALLEST_DISK, LARGEST_DISK),
        subnet=read.text("subnet", SUBNET, "a subnet's name or path", DEFAULT_SUBNET),
        zone=read.optional("zone", ZONE, f"a zone of {spec.region}"),
        ssh_key=read.ssh_key(),
        key=read.optional("kms_key", KEY, "the path of a key in Cloud KMS"),
    )
    if told.zone and told.zone.rsplit("-", 1)[0] != spec.region:
        read.wrong.append(f"zone: {told.zone!r} is not in {spec.region}")
    read.finish()
    return told


def zone_of(spec: Spec, zones: Sequence[str]) -> str:
    """Where this machine is built: told, or spread over the region by its instance."""
    if told := wanted(spec).zone:
        return told
    number = int.from_bytes(sha256(spec.instance.encode()).digest()[:4], "big")
    return sorted(zones)[number % len(zones)]


def body(spec: Spec, zone: str) -> dict[str, Any]:
    """The machine to insert. What makes it safe is not for callers to choose."""
    want, tags = wanted(spec), labels.wanted(spec)
    disk: dict[str, Any] = {
        "boot": True,
        "auto_delete": True,
        "initialize_params": {
            "source_image": want.image,
            "disk_size_gb": want.disk_gb,
            "disk_type": f"zones/{zone}/diskTypes/{DISK}",
            "labels": tags,
        },
    }
    if want.key:  # Google encrypts every disk; this is with the agency's own key
        disk["disk_encryption_key"] = {"kms_key_name": want.key}
    return {
        "name": labels.name(spec),
        "machine_type": f"zones/{zone}/machineTypes/{want.size}",
        "labels": tags,
        "disks": [disk],
        # no access config: no public address
        "network_interfaces": [{"subnetwork": subnet(want.subnet, spec.region)}],
        # no service account: what runs here may do nothing in the project
        "shielded_instance_config": {
            "enable_secure_boot": True,
            "enable_vtpm": True,
            "enable_integrity_monitoring": True,
        },
        "metadata": {
            "items": [
                *_signing_in(want.ssh_key),
                {"key": "block-project-ssh-keys", "value": "TRUE"},
                {"key": "serial-port-enable", "value": "FALSE"},
            ]
        },
        "can_ip_forward": False,
    }


def _signing_in(ssh_key: str) -> list[dict[str, str]]:
    """People as whom Google knows; with a key, its owner instead: the two exclude each other."""
    if not ssh_key:
        return [{"key": "enable-oslogin", "value": "TRUE"}]
    return [
        {"key": "enable-oslogin", "value": "FALSE"},
        {"key": "ssh-keys", "value": f"{USER}:{ssh_key}"},
    ]


def _let_in(found: Found) -> str:
    """The user whom an ordered key lets in; empty where none was ordered."""
    keys = [str(one.value) for one in found.metadata.items if one.key == "ssh-keys"]
    return USER if any(key.startswith(f"{USER}:") for key in keys) else ""


def subnet(told: str, region: str) -> str:
    """A subnet as a request names it, from its name or its path."""
    return told if "/" in told else f"regions/{region}/subnetworks/{told}"


def resource(found: Found) -> Resource:
    """`found` as the contract tells it."""
    zone, name, status = link(found.zone), str(found.name), str(found.status)
    region = zone.rsplit("-", 1)[0]
    whose = owner(found)
    nics = list(found.network_interfaces)
    told = {
        "instance_id": name,
        "private_ip": str(nics[0].network_i_p) if nics else "",
        "region": region,
        "zone": zone,
        "machine_type": link(found.machine_type),
        "admin_user": _let_in(found),
    }
    notes = [] if status == RUNNING else [status.lower() or "no status told"]
    if not whose:
        notes.append("does not carry our ownership label")
    return Resource(
        ref=Ref(kind=KIND, region=region, id=f"{zone}/{name}"),
        instance=whose,
        status=Status.READY if status == RUNNING else Status.PENDING,
        outputs={key: value for key, value in told.items() if value},
        detail="; ".join(notes),
        by_itself=True,
    )


def where(ref: Ref) -> tuple[str, str] | None:
    """Zone and name in a Ref; None for what is none of a machine."""
    zone, _, name = ref.id.partition("/")
    fits = ZONE.fullmatch(zone) and zone.rsplit("-", 1)[0] == ref.region
    return (zone, name) if fits and NAME.fullmatch(name) else None


def owner(found: Found) -> str:
    return str(dict(found.labels).get(labels.OWNERSHIP, ""))


def boot_disk(found: Found) -> Mapping[str, Any] | None:
    """Name and size in GB of the disk it boots from; None in the first moments."""
    for disk in found.disks:
        if disk.boot and disk.source:
            return {"name": link(disk.source), "size": int(disk.disk_size_gb or 0)}
    return None


def public_interfaces(found: Found) -> list[tuple[str, str]]:
    """Interface and access config of every public address it has been given."""
    return [
        (str(nic.name), str(config.name))
        for nic in found.network_interfaces
        for config in nic.access_configs
    ]


def _image(read: Reader) -> str:
    told = read.given.get("image")
    if isinstance(told, str) and told in FAMILIES:
        read.given.pop("image")
        return FAMILIES[told]
    known = ", ".join(FAMILIES)
    path = read.text("image", IMAGE, f"one of {known}, or an image's path")
    if path and "/" not in path:
        read.wrong.append(f"image: {path!r} is not one of {known}, or an image's path")
    return path
