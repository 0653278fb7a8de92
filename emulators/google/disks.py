"""Disks, those that come with a machine too, and the images they are made from."""

from __future__ import annotations

from emulators.google import offers, operations, resources
from emulators.google.call import LINK, Call
from emulators.google.operations import Work, fingerprint
from emulators.google.refusal import Refusal, invalid, missing
from emulators.google.store import Thing


def prepare(call: Call, disk: Thing) -> Work:
    path = f"{call.folder}/{disk['name']}"
    kind = disk.get("type") or f"zones/{call.path['zone']}/diskTypes/pd-standard"
    disk["type"] = LINK + resources.refer(call, "resource.type", kind, "diskTypes")
    smallest = "10"
    if "sourceImage" in disk:
        image = _image("resource.sourceImage", disk["sourceImage"])
        disk["sourceImage"], smallest = image["selfLink"], image["diskSizeGb"]
    disk.setdefault("sizeGb", smallest)
    disk["status"] = "CREATING"
    return Work(path, done=[["merge", path, {"status": "READY"}]], failed=[["drop", path]])


def resize(call: Call) -> Thing:
    """Grow a disk; nobody shrinks one."""
    if again := operations.replay(call):
        return again
    disk = resources.must(call, call.target)
    operations.idle(call, call.target)
    wanted = int(call.body.get("sizeGb") or 0)
    if wanted <= int(disk["sizeGb"]):
        raise invalid(
            "sizeGb", wanted, f"New disk size '{wanted}' must be larger than '{disk['sizeGb']}'."
        )
    machines = [link.removeprefix(LINK) for link in disk.get("users", [])]
    done = [["merge", call.target, {"sizeGb": str(wanted)}]]
    for machine in machines:
        found = resources.must(call, machine)
        attached = [
            {**d, "diskSizeGb": str(wanted)} if d.get("source") == disk["selfLink"] else d
            for d in found["disks"]
        ]
        done.append(["merge", machine, {"disks": attached}])
    return operations.begin(call, Work(call.target, done=done))


def image_from_family(call: Call) -> Thing:
    found = offers.family(call.project, call.path["family"])
    if found is None:
        raise missing(f"projects/{call.project}/global/images/family/{call.path['family']}")
    return found


def attach(call: Call, machine: Thing) -> tuple[list[Thing], list[Thing]]:
    """What is attached, and the disks made for it."""
    wanted = machine.get("disks") or []
    if not wanted or not wanted[0].get("boot"):
        raise invalid("resource.disks", "", "No disks are specified, or the first does not boot.")
    attached, made = [], []
    for index, disk in enumerate(wanted):
        field = f"resource.disks[{index}]"
        asked = disk.get("initializeParams")
        if asked is None:
            source = resources.refer(call, f"{field}.source", disk.get("source"), "disks")
            new = resources.must(call, source)
        else:
            new = _made(call, machine, field, asked | {"index": index})
            made.append(new)
        attached.append(
            {
                "kind": "compute#attachedDisk",
                "type": "PERSISTENT",
                "mode": "READ_WRITE",
                "deviceName": f"persistent-disk-{index}",
                "autoDelete": False,
                **{k: v for k, v in disk.items() if k != "initializeParams"},
                "index": index,
                "source": new["selfLink"],
                "diskSizeGb": new["sizeGb"],
            }
        )
    return attached, made


def _made(call: Call, machine: Thing, field: str, asked: Thing) -> Thing:
    suffix = f"-{asked['index']}" if asked["index"] else ""
    name = asked.get("diskName") or f"{machine['name']}{suffix}"
    path = f"{call.scope}/disks/{name}"
    if call.store.get(path):
        raise Refusal(409, "alreadyExists", f"The resource '{path}' already exists")
    image = _image(f"{field}.initializeParams.sourceImage", asked.get("sourceImage", ""))
    size = int(asked.get("diskSizeGb") or image["diskSizeGb"])
    if size < int(image["diskSizeGb"]):
        why = (
            f"Requested disk size cannot be smaller than the image size ({image['diskSizeGb']} GB)"
        )
        raise invalid(f"{field}.initializeParams.diskSizeGb", size, why)
    kind = asked.get("diskType") or f"zones/{call.path['zone']}/diskTypes/pd-standard"
    tags = resources.labels(asked.get("labels") or {})
    return {
        "kind": "compute#disk",
        "id": operations.new_id(),
        "name": name,
        "creationTimestamp": call.cloud.pacific(),
        "sizeGb": str(size),
        "status": "CREATING",
        "sourceImage": image["selfLink"],
        "type": LINK + resources.refer(call, f"{field}.diskType", kind, "diskTypes"),
        "zone": LINK + call.scope,
        "labels": tags,
        "labelFingerprint": fingerprint(tags),
        "users": [machine["selfLink"]],
        "selfLink": LINK + path,
    }


def _image(field: str, reference: str) -> Thing:
    project, _, family = reference.removeprefix(LINK).partition("/global/images/family/")
    if family:
        found = offers.family(project.removeprefix("projects/"), family)
    else:
        found = offers.find(reference.removeprefix(LINK))
    if found is None:
        raise invalid(field, reference, "The referenced image resource cannot be found.")
    return found
