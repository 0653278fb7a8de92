"""What Azure checks of a virtual machine, and what it makes around it: its disk, its interfaces."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from emulators.azure import addresses
from emulators.azure.call import Call
from emulators.azure.cloud import Thing
from emulators.azure.errors import ArmError, invalid, unchangeable
from emulators.azure.offers import IMAGES, SIZES, Image

DISK = "Microsoft.Compute/disks"
INTERFACE = "Microsoft.Network/networkInterfaces"
TAKEN_NAMES = frozenset({"admin", "administrator", "root", "guest", "user", "test", "server"})
FIXED = (
    ("osProfile", "adminUsername"),
    ("osProfile", "computerName"),
    ("osProfile", "linuxConfiguration"),
    ("storageProfile", "imageReference"),
    ("securityProfile", "securityType"),
)


def check(call: Call, old: Thing | None) -> None:
    """Raises ArmError where Azure refuses a machine."""
    properties = call.body.get("properties") or {}
    location = call.body.get("location") or (old.body["location"] if old else "")
    size = (properties.get("hardwareProfile") or {}).get("vmSize")
    if size is not None or old is None:
        _check_size(size or "", location)
    _check_disk(properties)
    if old:
        _check_unchanged(properties, old.properties)
        return
    image = _image(properties)
    _check_security(properties.get("securityProfile") or {}, image)
    _check_sign_in(properties.get("osProfile") or {}, image)
    _check_network(call, properties.get("networkProfile") or {})


def _check_size(size: str, location: str) -> None:
    if size not in SIZES:
        known = ",".join(SIZES)
        raise ArmError(
            400,
            "InvalidParameter",
            f"The value {size} provided for the VM size is not valid. The valid sizes in the "
            f"current region are: {known}.",
            "vmSize",
        )
    if location in SIZES[size].not_in:
        raise ArmError(
            409,
            "SkuNotAvailable",
            f"The requested VM size for resource 'Following SKUs have failed for Capacity "
            f"Restrictions: {size}' is currently not available in location '{location}'. Please "
            "try another size or deploy to a different location or different zone. See "
            "https://aka.ms/azureskunotavailable for details.",
        )


def _check_disk(properties: Mapping[str, Any]) -> None:
    wanted = ((properties.get("storageProfile") or {}).get("osDisk") or {}).get("diskSizeGB")
    image = IMAGES.get(_named((properties.get("storageProfile") or {}).get("imageReference")))
    if wanted is not None and image and wanted < image.disk_gb:
        raise ArmError(
            400,
            "InvalidParameter",
            f"The specified disk size {wanted} GB is smaller than the size of the corresponding "
            f"disk in the VM image: {image.disk_gb} GB. This is not allowed.",
            "osDisk.diskSizeGB",
        )


def _image(properties: Mapping[str, Any]) -> Image:
    reference = (properties.get("storageProfile") or {}).get("imageReference") or {}
    found = IMAGES.get(_named(reference))
    if found is None:
        named = ":".join(str(reference.get(k)) for k in ("publisher", "offer", "sku", "version"))
        raise ArmError(
            404,
            "PlatformImageNotFound",
            f"The platform image '{named}' is not available. Verify that all fields in the "
            "storage profile are correct. For more details about storage profile information, "
            "please refer to https://aka.ms/storageprofile",
            "imageReference",
        )
    return found


def _named(reference: Mapping[str, Any] | None) -> str:
    parts = [str((reference or {}).get(k)) for k in ("publisher", "offer", "sku")]
    return ":".join(parts).lower()


def _check_security(profile: Mapping[str, Any], image: Image) -> None:
    if profile.get("securityType") == "TrustedLaunch" and image.generation == 1:
        raise ArmError(
            400,
            "BadRequest",
            "The selected VM image is not supported for security type 'TrustedLaunch'; it needs a "
            "generation 2 image.",
        )
    if profile.get("uefiSettings") and not profile.get("securityType"):
        raise invalid("uefiSettings", "It needs a securityType.")


def _check_sign_in(profile: Mapping[str, Any], image: Image) -> None:
    name = str(profile.get("adminUsername") or "")
    if not name or name.lower() in TAKEN_NAMES:
        raise invalid("adminUsername", f"The admin username {name!r} is not allowed.")
    if not profile.get("computerName"):
        raise invalid("computerName", "It is required.")
    linux = profile.get("linuxConfiguration") or {}
    keys = (linux.get("ssh") or {}).get("publicKeys") or []
    if linux.get("disablePasswordAuthentication") and not keys:
        raise ArmError(
            400,
            "InvalidParameter",
            "Authentication using either SSH or by user name and password must be enabled in "
            "Linux profile.",
            "linuxConfiguration",
        )
    if not linux.get("disablePasswordAuthentication") and not profile.get("adminPassword"):
        raise invalid("adminPassword", "The supplied password must not be empty.")
    if linux and image.system != "Linux":
        raise invalid("linuxConfiguration", "The image is no Linux.")


def _check_network(call: Call, profile: Mapping[str, Any]) -> None:
    made, given = profile.get("networkInterfaceConfigurations"), profile.get("networkInterfaces")
    if bool(made) == bool(given):
        raise invalid("networkProfile", "Give either interfaces or configurations of them.")
    if made and not profile.get("networkApiVersion"):
        raise invalid("networkApiVersion", "It is required with networkInterfaceConfigurations.")
    for interface in given or ():
        thing = call.cloud.peek(str(interface["id"]).lower())
        holder = (thing.properties.get("virtualMachine") or {}) if thing else {}
        if holder and holder["id"].lower() != call.place.key:
            raise ArmError(
                400,
                "NicInUse",
                f"Network Interface {interface['id']} is used by existing resource "
                f"{holder['id']}. In order to delete the network interface, it must be "
                "dissociated from the resource.",
            )


def _check_unchanged(wanted: Mapping[str, Any], had: Mapping[str, Any]) -> None:
    for part, field in FIXED:
        new = (wanted.get(part) or {}).get(field)
        if new is not None and new != (had.get(part) or {}).get(field):
            raise unchangeable(f"{part}.{field}")


def place_disk(call: Call, machine: Thing, had: Mapping[str, Any]) -> None:
    """A machine's system disk is made with it, and known to it by id from then on."""
    storage = machine.properties.setdefault("storageProfile", {})
    disk = storage.setdefault("osDisk", {"createOption": "FromImage"})
    before = (had.get("storageProfile") or {}).get("osDisk") or {}
    image = _image(machine.properties)
    disk["osType"] = image.system
    disk["name"] = before.get("name") or disk.get("name") or _disk_name(machine)
    disk.setdefault("diskSizeGB", before.get("diskSizeGB", image.disk_gb))
    managed = disk.setdefault("managedDisk", {})
    managed.setdefault("storageAccountType", "Premium_LRS")
    id_ = f"{machine.id.split('/providers/')[0]}/providers/{DISK}/{disk['name']}"
    managed["id"] = id_
    if call.cloud.peek(id_.lower()) is None:
        body = {
            "id": id_,
            "name": disk["name"],
            "type": DISK,
            "location": machine.body["location"],
            "tags": dict(machine.body.get("tags") or {}),  # as they were when it was made
            "managedBy": machine.id,
            "sku": {"name": managed["storageAccountType"]},
            "properties": {
                "osType": image.system,
                "creationData": {"createOption": "FromImage"},
                "diskSizeGB": disk["diskSizeGB"],
                "diskState": "Attached",
                "timeCreated": call.time,
                "encryption": {"type": "EncryptionAtRestWithPlatformKey"},
                "provisioningState": "Succeeded",
            },
        }
        call.cloud.put(id_.lower(), Thing(DISK.lower(), body))


def _disk_name(machine: Thing) -> str:
    return f"{machine.body['name']}_OsDisk_1_{uuid4().hex}"


def place_interfaces(call: Call, machine: Thing, had: Mapping[str, Any]) -> None:
    """Make the interfaces a machine only describes; then it refers to them like to any."""
    network = machine.properties.setdefault("networkProfile", had.get("networkProfile") or {})
    wanted = network.pop("networkInterfaceConfigurations", None) or ()
    network.pop("networkApiVersion", None)
    group = machine.id.split("/providers/")[0]
    for configuration in wanted:
        id_ = f"{group}/providers/{INTERFACE}/{configuration['name']}"
        addresses.place_interface(call, id_, configuration, machine)
        option = (configuration.get("properties") or {}).get("deleteOption", "Detach")
        referring = {"id": id_, "properties": {"primary": True, "deleteOption": option}}
        network.setdefault("networkInterfaces", []).append(referring)
    if had.get("networkProfile") and wanted:
        network["networkInterfaces"] = had["networkProfile"]["networkInterfaces"]
    for interface in network.get("networkInterfaces") or ():
        addresses.attach(call, interface["id"], machine)


def with_it(call: Call, machine: Thing) -> tuple[str, ...]:
    """What goes with the machine because it was told to; the rest stays behind, detached."""
    disk = machine.properties["storageProfile"]["osDisk"]
    interfaces = machine.properties["networkProfile"].get("networkInterfaces") or []
    gone = [
        i["id"].lower()
        for i in interfaces
        if (i.get("properties") or {}).get("deleteOption") == "Delete"
    ]
    if disk.get("deleteOption") == "Delete":
        gone.append(disk["managedDisk"]["id"].lower())
    for interface in interfaces:
        if interface["id"].lower() not in gone:
            addresses.detach(call, interface["id"])
    return tuple(gone)
