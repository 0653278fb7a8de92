"""Bringing an existing machine to its spec: what differs, and the one step to take now.

Only what we set is compared. The image is not: a family means another image every few weeks.
A new size needs stop, change and start; each call of `step` does what can be done now, waits for
nothing, and whoever calls it again until the machine is ready gets there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from google.api_core.exceptions import BadRequest

from providers.errors import InvalidSpec
from providers.gcp import labels, machine
from providers.gcp.machine import Found
from providers.gcp.piece import Piece, link
from providers.types import Change, Resource, Spec, Status

POWER, PUBLIC = "power", "public_address"


def changes(found: Found, spec: Spec) -> Sequence[Change]:
    """What `step` would come to."""
    want, have = machine.wanted(spec), link(found.machine_type)
    out = []
    if have != want.size:
        out.append(Change(field="size", actual=have, wanted=want.size))
    disk = machine.boot_disk(found)
    if disk and disk["size"] and disk["size"] != want.disk_gb:
        smaller = want.disk_gb < disk["size"]
        told = {"actual": disk["size"], "wanted": want.disk_gb}
        out.append(Change(field="disk_gb", replaces=smaller, **told))
    if str(found.status) in machine.STOPPED:
        out.append(Change(field=POWER, actual=str(found.status), wanted=machine.RUNNING))
    if public := machine.public_interfaces(found):
        out.append(Change(field=PUBLIC, actual=", ".join(n for n, _ in public), wanted=None))
    return [*out, *_moved(found, spec), *_labels(found, spec)]


def step(piece: Piece, found: Found, spec: Spec, now: Resource) -> Resource:
    """Take the next step, if any. Raises InvalidSpec for what cannot be changed in place."""
    todo = {change.field: change for change in changes(found, spec)}
    for change in todo.values():
        if change.replaces:
            raise InvalidSpec(
                f"{change.field} of {piece.name} is {change.actual!r} and cannot become "
                f"{change.wanted!r} in place; order a new machine instead"
            )
    settled = str(found.status) in {machine.RUNNING, *machine.STOPPED}
    if not todo or not settled:
        return now
    if PUBLIC in todo:
        taken = _make_private(piece, found)
    elif any(name.startswith("tags.") for name in todo):
        taken = "changing its labels" if label(piece, found, spec) else ""
    elif "disk_gb" in todo:
        taken = _grow(piece, found, spec)
    else:
        taken = _turn(piece, found, todo.get("size"))
    return replace(now, status=Status.PENDING, detail=taken or "busy with an earlier change")


def _make_private(piece: Piece, found: Found) -> str:
    """Take the first public address off; one at a time is all Google does."""
    nic, config = machine.public_interfaces(found)[0]
    request = {"network_interface": nic, "access_config": config}
    done = piece.change("delete_access_config_unary", **request)
    return "taking its public address off" if done else ""


def is_labelled(found: Found, spec: Spec) -> bool:
    return not _labels(found, spec)


def label(piece: Piece, found: Found, spec: Spec) -> bool:
    """Our labels beside those of others; False while it is busy.

    They are laid over what was looked at: Google refuses it where that has changed since.
    """
    merged = {**dict(found.labels), **labels.wanted(spec)}
    body = {"labels": merged, "label_fingerprint": found.label_fingerprint}
    return piece.change("set_labels_unary", instances_set_labels_request_resource=body)


def _grow(piece: Piece, found: Found, spec: Spec) -> str:
    disk = machine.boot_disk(found)
    wanted = machine.wanted(spec).disk_gb
    name = disk["name"] if disk else ""
    body = {"size_gb": wanted}
    boot = replace(piece, collection="disks", name=name)
    try:
        done = boot.change("resize_unary", disks_resize_request_resource=body)
    except BadRequest:
        # A request that its sender had given up may have come about since we looked.
        there = boot.get()
        if there is None or there.size_gb != wanted:
            raise
        done = False
    return f"growing its disk to {wanted} GB" if done else ""


def _turn(piece: Piece, found: Found, size: Change | None) -> str:
    """The step that concerns running: stop for a new size, give it, start again."""
    if size is None:
        return "starting" if piece.change("start_unary") else ""
    if str(found.status) == machine.RUNNING:
        done = piece.change("stop_unary")
        return f"stopping, to change its size from {size.actual} to {size.wanted}" if done else ""
    body = {"machine_type": f"zones/{link(found.zone)}/machineTypes/{size.wanted}"}
    done = piece.change("set_machine_type_unary", instances_set_machine_type_request_resource=body)
    return f"changing its size from {size.actual} to {size.wanted}" if done else ""


def _moved(found: Found, spec: Spec) -> list[Change]:
    """A machine stays in its zone and its subnet."""
    want, zone, out = machine.wanted(spec), link(found.zone), []
    if want.zone and want.zone != zone:
        out.append(Change(field="zone", actual=zone, wanted=want.zone, replaces=True))
    for nic in list(found.network_interfaces)[:1]:
        have, told = str(nic.subnetwork), machine.subnet(want.subnet, spec.region)
        if have and not have.endswith(f"/{told}"):
            out.append(Change(field="subnet", actual=link(have), wanted=want.subnet, replaces=True))
    return out


def _labels(found: Found, spec: Spec) -> list[Change]:
    differing = labels.changed(dict(found.labels), labels.wanted(spec))
    return [Change(field=f"tags.{k}", actual=a, wanted=w) for k, (a, w) in differing.items()]
