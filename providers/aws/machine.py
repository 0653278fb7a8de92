"""One EC2 machine: what a spec asks of it, and how what EC2 describes becomes a Resource."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from providers.aws import images, subnets, tags
from providers.parameters import Reader
from providers.ssh_keys import authorized
from providers.types import Ref, Resource, Spec, Status, Stranger

KIND = "virtual-machine"
SIZE = re.compile(r"[a-z][a-z0-9-]*\.[a-z0-9-]+")
NAME = re.compile(r"[a-z][a-z0-9.-]{0,60}")
SMALLEST_DISK, LARGEST_DISK = 8, 16_384  # GiB, of a gp3 volume under our images
LIVE = ("pending", "running", "stopping", "stopped")
LEAVING = "shutting-down"
ENDED = "terminated"
BY_REQUEST = ("Client.UserInitiatedShutdown", "Client.InstanceInitiatedShutdown")

Described = Mapping[str, Any]  # one instance, as DescribeInstances gives it


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The parameters of kind virtual-machine.

    Empty: the region's default subnet, that network's default group, nobody's key.
    """

    size: str
    image: str
    disk_gb: int
    subnet: str
    security_group: str
    ssh_key: str


def wanted(spec: Spec) -> Wanted:
    """The checked parameters of `spec`. Raises InvalidSpec, naming every wrong one."""
    read = Reader.of(spec)
    want = Wanted(
        size=read.text("size", SIZE, "an instance type like t3.medium"),
        image=read.text("image", NAME, "the name or the id of an image"),
        disk_gb=read.whole("disk_gb", SMALLEST_DISK, LARGEST_DISK),
        subnet=subnets.one(read),
        security_group=subnets.group(read),
        ssh_key=read.ssh_key(),
    )
    read.finish()
    images.check(want.image)
    return want


def first_boot(ssh_key: str) -> str:
    """What the machine is told at its first start: whose key opens it, and nothing else."""
    return f"#cloud-config\n{authorized(ssh_key)}"


def token(spec: Spec) -> str:
    """The client token: the same for every try of one attempt, new after a verified removal."""
    return f"{spec.instance}-{spec.attempt}"


def seniority(found: Described, spec: Spec) -> tuple[bool, Any, str]:
    """What sorts several machines of one service instance, the one that counts first."""
    made_by_us = str(found.get("ClientToken", "")).startswith(f"{spec.instance}-")
    return not made_by_us, found["LaunchTime"], str(found["InstanceId"])


def state(found: Described) -> str:
    return str(found["State"]["Name"])


def owner(found: Described) -> str:
    """The service instance this machine was made for; empty when it does not carry our tag."""
    return tags.as_dict(found.get("Tags")).get(tags.OWNERSHIP, "")


def volumes(found: Described) -> list[str]:
    """The ids of its volumes, the root first."""
    root = found.get("RootDeviceName")
    mappings = sorted(
        found.get("BlockDeviceMappings", []),
        key=lambda m: (m["DeviceName"] != root, m["DeviceName"]),
    )
    return [str(m["Ebs"]["VolumeId"]) for m in mappings if "Ebs" in m]


def gone(found: Described) -> bool:
    """Ended because somebody asked for it, or no longer ours: there is nothing left to tell."""
    if state(found) != ENDED:
        return False
    return not owner(found) or _reason(found).startswith(BY_REQUEST) or not _reason(found)


def resource(found: Described, region: str) -> Resource:
    """`found` as the contract tells it. An end nobody asked for is a failure, and says why."""
    machine = str(found["InstanceId"])
    zone = found.get("Placement", {}).get("AvailabilityZone", "")
    name = state(found)
    return Resource(
        ref=Ref(kind=KIND, region=region, id=machine),
        instance=owner(found),
        status={"running": Status.READY, ENDED: Status.FAILED}.get(name, Status.PENDING),
        outputs={
            "instance_id": machine,
            "private_ip": str(found.get("PrivateIpAddress", "")),
            "region": region,
            "availability_zone": str(zone),
            "instance_type": str(found.get("InstanceType", "")),
            "image_id": str(found.get("ImageId", "")),
        },
        detail=_detail(found),
        by_itself=True,
    )


def stranger(found: Described, region: str, disks: Mapping[str, int]) -> Stranger:
    """`found`, of which an order knows nothing; `disks` says how large each volume is."""
    labels = tags.as_dict(found.get("Tags"))
    root = next(iter(volumes(found)), "")
    told: dict[str, Any] = {
        "size": str(found.get("InstanceType", "")),
        "image": str(found.get("ImageId", "")),
        "disk_gb": disks.get(root),
        "subnet": str(found.get("SubnetId", "")),
    }
    where = (str(found.get(name) or "") for name in ("VpcId", "SubnetId"))
    return Stranger(
        ref=Ref(kind=KIND, region=region, id=str(found["InstanceId"])),
        name=labels.get("Name", ""),
        tags=labels,
        parameters={name: value for name, value in told.items() if value},
        networks=tuple(one for one in where if one),
    )


def _detail(found: Described) -> str:
    ours = "" if owner(found) else "does not carry our ownership tag"
    name = state(found)
    if name == "running":
        return ours
    told = f"{name}: {_reason(found)}" if name == ENDED else name
    return f"{told}; {ours}" if ours else told


def _reason(found: Described) -> str:
    reason = found.get("StateReason") or {}
    return str(reason.get("Message") or reason.get("Code") or "")
