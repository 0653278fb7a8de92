"""Microsoft.Compute: virtual machines and managed disks."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

from emulators.azure import lasting, machines
from emulators.azure.call import Call, Reply
from emulators.azure.cloud import Thing, merge
from emulators.azure.errors import ArmError, invalid, no_resource, unchangeable
from emulators.azure.kinds import Kind, Offer
from emulators.azure.lasting import Work

RUNNING, STOPPED, DEALLOCATED = "running", "stopped", "deallocated"
WORDS = {RUNNING: "VM running", STOPPED: "VM stopped", DEALLOCATED: "VM deallocated"}
SMALLEST_DISK, LARGEST_DISK = 1, 65_536
MACHINE = "microsoft.compute/virtualmachines"


def _fill_machine(call: Call, new: Thing, old: Thing | None) -> dict[str, Any]:
    properties = new.properties
    had = old.properties if old else {}
    properties["vmId"] = had.get("vmId", str(uuid4()))
    properties["timeCreated"] = had.get("timeCreated", call.time)
    profile = properties.get("osProfile") or {}
    for secret in ("adminPassword", "customData"):
        profile.pop(secret, None)
    if profile:
        profile.setdefault("requireGuestProvisionSignal", True)
        profile.setdefault("allowExtensionOperations", True)
    machines.place_disk(call, new, had)
    machines.place_interfaces(call, new, had)
    new.hidden.setdefault("power", RUNNING)
    return {}


def _show_machine(call: Call, thing: Thing) -> dict[str, Any]:
    if call.query.get("$expand", "").lower() == "instanceview":
        return {
            **thing.body,
            "properties": {**thing.properties, "instanceView": {"statuses": _statuses(thing)}},
        }
    return thing.body


def _statuses(thing: Thing) -> list[dict[str, Any]]:
    state = thing.properties["provisioningState"]
    failure = thing.hidden.get("failure") if state == "Failed" else None
    statuses = [
        {
            "code": f"ProvisioningState/{state.lower()}"
            + (f"/{failure['code']}" if failure else ""),
            "level": "Error" if failure else "Info",
            "displayStatus": f"Provisioning {state.lower()}",
            **({"message": failure["message"]} if failure else {}),
        }
    ]
    if state not in {"Creating", "Failed"}:
        power = thing.hidden["power"]
        shown = {"code": f"PowerState/{power}", "level": "Info", "displayStatus": WORDS[power]}
        statuses.append(shown)
    return statuses


def _instance_view(call: Call) -> Reply:
    thing = _machine(call)
    return Reply(200, {"statuses": _statuses(thing)})


def _power(wanted: str) -> Any:  # noqa: ANN401 - an action
    def switch(call: Call) -> Reply:
        thing = _machine(call)
        if thing.properties["provisioningState"] not in {"Succeeded", "Failed"}:
            raise ArmError(409, "OperationNotAllowed", f"{thing.id} is being changed.")
        merge(thing.body, {"properties": {"provisioningState": "Updating"}})
        if not (call.rule and call.rule.kind in {"async-error", "no-capacity"}):
            thing.hidden["power"] = wanted
        key = thing.id.lower()
        call.cloud.put(key, thing)
        settled = {"properties": {"provisioningState": "Succeeded"}}
        failed = {"properties": {"provisioningState": "Failed"}}
        work = Work(key=key, lags=1, done=settled, failed=failed)
        return Reply(202, None, lasting.start(call, work, str(thing.body["location"])))

    return switch


def _machine(call: Call) -> Thing:
    """The machine behind .../virtualMachines/{name}/{action}."""
    key = call.path.rsplit("/", 1)[0].lower()
    call.group()
    thing = call.cloud.take(key)
    if thing is None:
        name = key.rsplit("/", 1)[1]
        raise no_resource("Microsoft.Compute/virtualMachines", name, call.place.group)
    return thing


def _check_disk(call: Call, old: Thing | None) -> None:
    wanted = (call.body.get("properties") or {}).get("diskSizeGB")
    if wanted is None:
        return
    if not SMALLEST_DISK <= wanted <= LARGEST_DISK:
        raise invalid("diskSizeGB", f"It must be from {SMALLEST_DISK} to {LARGEST_DISK}.")
    had = old.properties.get("diskSizeGB", 0) if old else 0
    if wanted < had:
        raise unchangeable("diskSizeGB")
    holder = call.cloud.peek(str(old.body.get("managedBy", "")).lower()) if old else None
    if old and holder and wanted != had and holder.hidden["power"] != DEALLOCATED:
        raise ArmError(
            409,
            "OperationNotAllowed",
            f"Cannot resize disk {old.body['name']} while it is attached to running VM "
            f"{holder.id}. Resizing a disk of an Azure Virtual Machine requires the virtual "
            "machine to be deallocated. Please stop your VM and retry the operation.",
            "dataDisk.diskSizeGB",
        )


def _fill_disk(call: Call, new: Thing, old: Thing | None) -> dict[str, Any]:
    had = old.properties if old else {}
    new.properties["timeCreated"] = had.get("timeCreated", call.time)
    new.properties.setdefault("diskState", "Unattached")
    if old and "managedBy" in old.body:
        new.body["managedBy"] = old.body["managedBy"]
        holder = call.cloud.take(str(old.body["managedBy"]).lower())
        if holder:
            holder.properties["storageProfile"]["osDisk"]["diskSizeGB"] = new.properties[
                "diskSizeGB"
            ]
            call.cloud.put(holder.id.lower(), holder)
    return {}


OFFER = Offer(
    kinds=(
        Kind(
            type="Microsoft.Compute/virtualMachines",
            names=re.compile(r"[A-Za-z0-9]([\w.-]{0,62}\w)?"),
            lags=2.0,
            check=machines.check,
            fill=_fill_machine,
            show=_show_machine,
            with_it=machines.with_it,
        ),
        Kind(
            type="Microsoft.Compute/disks",
            style="partial",
            check=_check_disk,
            fill=_fill_disk,
            in_use=(409, "OperationNotAllowed"),
        ),
    ),
    actions={
        "compute.VirtualMachines_InstanceView": _instance_view,
        "compute.VirtualMachines_Start": _power(RUNNING),
        "compute.VirtualMachines_Restart": _power(RUNNING),
        "compute.VirtualMachines_PowerOff": _power(STOPPED),
        "compute.VirtualMachines_Deallocate": _power(DEALLOCATED),
    },
)
