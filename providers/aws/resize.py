"""Bringing an existing machine to its spec: what differs, and the one step to take now.

Only what we set is compared. An image alias is not: it means another image every few weeks.
A new size needs stop, change and start; each call of `step` does what can be done now, waits for
nothing, and whoever calls it again until the machine is ready gets there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from providers.aws import filters, images, machine, tags
from providers.aws.machine import Described
from providers.errors import InvalidSpec
from providers.types import Change, Resource, Spec, Status

POWER = "power"


def changes(ec2: Any, found: Described, spec: Spec) -> Sequence[Change]:  # noqa: ANN401 - a client
    """What `step` would come to."""
    if machine.state(found) not in machine.LIVE:
        wanted = "running"
        return [Change(field=POWER, actual=machine.state(found), wanted=wanted, replaces=True)]
    return [
        *_machine(found, spec),
        *_disk(ec2, found, spec),
        *tags.changed(tags.as_dict(found.get("Tags")), spec),
    ]


def step(ec2: Any, found: Described, spec: Spec) -> Resource:  # noqa: ANN401 - a boto3 client
    """Take the next step, if any. Raises InvalidSpec for what cannot be changed in place."""
    now = replace(machine.resource(found, spec.region), instance=spec.instance)
    if machine.state(found) not in machine.LIVE:
        return now
    todo = {change.field: change for change in changes(ec2, found, spec)}
    for change in todo.values():
        if change.replaces:
            raise InvalidSpec(
                f"{change.field} of {now.ref.id} is {change.actual!r} and cannot become "
                f"{change.wanted!r} in place; order a new machine instead"
            )
    if any(name.startswith("tags.") for name in todo):
        marked = [now.ref.id, *machine.volumes(found)]
        ec2.create_tags(Resources=marked, Tags=tags.as_list(tags.wanted(spec)))
    if "disk_gb" in todo:
        ec2.modify_volume(VolumeId=machine.volumes(found)[0], Size=todo["disk_gb"].wanted)
    return _turn(ec2, found, now, todo.get("size"))


def _turn(ec2: Any, found: Described, now: Resource, size: Change | None) -> Resource:  # noqa: ANN401 - a client
    """The step that concerns running: stop for a new size, give it, start again."""
    name = machine.state(found)
    if name == "running" and size:
        ec2.stop_instances(InstanceIds=[now.ref.id])
        detail = f"stopping, to change its size from {size.actual} to {size.wanted}"
        return replace(now, status=Status.PENDING, detail=detail)
    if name == "stopped":
        if size:
            wanted = {"Value": size.wanted}
            ec2.modify_instance_attribute(InstanceId=now.ref.id, InstanceType=wanted)
        ec2.start_instances(InstanceIds=[now.ref.id])
        return replace(now, detail="starting")
    return now


def _machine(found: Described, spec: Spec) -> list[Change]:
    wanted = machine.wanted(spec)
    have, image, power = found["InstanceType"], found["ImageId"], machine.state(found)
    out = []
    if have != wanted.size:
        out.append(Change(field="size", actual=have, wanted=wanted.size))
    place = str(found.get("SubnetId") or "")
    if wanted.subnet and place and place != wanted.subnet:
        out.append(Change(field="subnet", actual=place, wanted=wanted.subnet, replaces=True))
    if images.ID.fullmatch(wanted.image) and image != wanted.image:
        out.append(Change(field="image", actual=image, wanted=wanted.image, replaces=True))
    if power in {"stopping", "stopped"}:
        out.append(Change(field=POWER, actual=power, wanted="running"))
    return out


def _disk(ec2: Any, found: Described, spec: Spec) -> list[Change]:  # noqa: ANN401 - a boto3 client
    attached = machine.volumes(found)
    if not attached:  # not there yet in the first seconds
        return []
    have = int(ec2.describe_volumes(VolumeIds=attached[:1])["Volumes"][0]["Size"])
    want = machine.wanted(spec).disk_gb
    if have == want:
        return []
    return [Change(field="disk_gb", actual=have, wanted=want, replaces=want < have)]


def disks(ec2: Any, several: Sequence[Described]) -> dict[str, int]:  # noqa: ANN401 - a boto3 client
    """How large the volumes of `several` machines are, in GiB, by volume."""
    ids = [one["InstanceId"] for one in several]
    pages = (
        page
        for one in filters.several("attachment.instance-id", ids)
        for page in ec2.get_paginator("describe_volumes").paginate(Filters=[one])
    )
    return {str(one["VolumeId"]): int(one["Size"]) for page in pages for one in page["Volumes"]}
