"""Machines: what Compute Engine checks, and the states it shows meanwhile."""

from __future__ import annotations

from emulators.google import disks, interfaces, operations, resources
from emulators.google.call import LINK, Call, Handler
from emulators.google.operations import Work, fingerprint
from emulators.google.refusal import Refusal, invalid
from emulators.google.store import Thing

SHIELDED = {"enableSecureBoot": False, "enableVtpm": True, "enableIntegrityMonitoring": True}
STARTED, STOPPED, LEAVING = "RUNNING", "TERMINATED", "STOPPING"


def prepare(call: Call, machine: Thing) -> Work:
    """Check and fill in a machine that is inserted."""
    path = f"{call.folder}/{machine['name']}"
    machine["machineType"] = LINK + _machine_type(call, machine.get("machineType"))
    machine["disks"], made = disks.attach(call, machine)
    machine["networkInterfaces"] = interfaces.fill_in(call, machine.get("networkInterfaces") or [])
    machine["shieldedInstanceConfig"] = SHIELDED | (machine.get("shieldedInstanceConfig") or {})
    machine["tags"] = {**machine.get("tags", {}), "fingerprint": fingerprint("")}
    metadata = machine.get("metadata") or {}
    machine["metadata"] = {
        "kind": "compute#metadata",
        "items": metadata.get("items", []),
        "fingerprint": fingerprint(metadata.get("items", [])),
    }
    machine |= {"status": "PROVISIONING", "cpuPlatform": "Unknown CPU Platform"}
    machine["startRestricted"] = False
    for disk in made:
        call.store.put(disk["selfLink"].removeprefix(LINK), "disks", disk)
    started = {"status": STARTED, "cpuPlatform": "Intel Broadwell"}
    started["lastStartTimestamp"] = call.cloud.pacific()
    ready = [["merge", _path(disk), {"status": "READY"}] for disk in made]
    return Work(
        path,
        done=[["merge", path, started], *ready],
        failed=[["drop", path], *(["drop", _path(disk)] for disk in made)],
    )


def remove(call: Call, machine: Thing) -> Work:
    """What deleting a machine comes to; its own disks go with it."""
    if machine.get("deletionProtection"):
        raise Refusal(
            412,
            "conditionNotMet",
            f"Invalid resource usage: 'Resource cannot be deleted if it's protected against "
            f"deletion: {call.target}'.",
        )
    if machine["status"] == LEAVING:
        raise Refusal(400, "resourceNotReady", f"The resource '{call.target}' is not ready")
    operations.overtake(call.cloud, call.target)
    call.store.put(call.target, "instances", {**machine, "status": LEAVING})
    attached = [d for d in machine.get("disks", []) if "source" in d]
    own = [["drop", d["source"].removeprefix(LINK)] for d in attached if d.get("autoDelete")]
    freed = [
        ["merge", d["source"].removeprefix(LINK), {"users": None}]
        for d in attached
        if not d.get("autoDelete")
    ]
    return Work(
        call.target,
        done=[["drop", call.target], *own, *freed],
        failed=[["put", call.target, "instances", machine]],
    )


def set_machine_type(call: Call) -> Thing:
    """Give a stopped machine another size."""
    if again := operations.replay(call):
        return again
    machine = resources.must(call, call.target)
    operations.idle(call, call.target)
    if machine["status"] != STOPPED:
        raise Refusal(
            400,
            "resourceNotReady",
            f"The instance '{call.target}' must be stopped before its machine type is changed; "
            f"it is {machine['status']}.",
        )
    kind = LINK + _machine_type(call, call.body.get("machineType"))
    change = ["merge", call.target, {"machineType": kind}]
    return operations.begin(call, Work(call.target, done=[change]))


def power(meanwhile: str, end: str) -> Handler:
    """Stop or start: through one state into another."""

    def turn(call: Call) -> Thing:
        if again := operations.replay(call):
            return again
        machine = resources.must(call, call.target)
        operations.idle(call, call.target)
        if machine["status"] != end:
            call.store.put(call.target, "instances", {**machine, "status": meanwhile})
        return operations.begin(
            call,
            Work(
                call.target,
                done=[["merge", call.target, {"status": end}]],
                failed=[["merge", call.target, {"status": machine["status"]}]],
            ),
        )

    return turn


def _path(thing: Thing) -> str:
    return str(thing["selfLink"]).removeprefix(LINK)


def _machine_type(call: Call, reference: object) -> str:
    if not reference:
        raise invalid("resource.machineType", "", "A machine type must be specified.")
    path = resources.refer(call, "resource.machineType", reference, "machineTypes")
    if path.split("/")[3] != call.path["zone"]:
        raise invalid(
            "resource.machineType", reference, f"It must be in zone '{call.path['zone']}'."
        )
    return path
