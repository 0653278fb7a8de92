"""One machine at Azure: what a spec asks of it, and how what Azure tells differs from that."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from providers.accounts import Account
from providers.azure import subnets, tags, told
from providers.azure.blueprint import difference
from providers.azure.keys import nobodys
from providers.azure.told import Told
from providers.parameters import Reader
from providers.types import Change, Spec

SIZE = re.compile(r"Standard_[A-Za-z0-9_-]{2,40}")
SMALLEST_DISK, LARGEST_DISK = 30, 4095  # GB, of a premium disk under our images
USER = "drift"
NETWORK_VERSION = "2022-11-01"  # of the interface that the machine describes
# name -> publisher, offer, sku; all of generation 2, as trusted launch needs
IMAGES = {
    "debian-12": ("Debian", "debian-12", "12-gen2"),
    "ubuntu-22.04": ("Canonical", "0001-com-ubuntu-server-jammy", "22_04-lts-gen2"),
    "ubuntu-24.04": ("Canonical", "ubuntu-24_04-lts", "server"),
    "rhel-9": ("RedHat", "RHEL", "9-lvm-gen2"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The parameters of kind virtual-machine."""

    size: str
    image: str
    disk_gb: int
    subnet: str
    ssh_key: str


def wanted(spec: Spec, account: Account) -> Wanted:
    """The checked parameters of `spec`. Raises InvalidSpec, naming every wrong one."""
    read = Reader.of(spec)
    told_ = Wanted(
        size=read.text("size", SIZE, "a size like Standard_D2s_v5"),
        image=read.one_of("image", IMAGES),
        disk_gb=read.whole("disk_gb", SMALLEST_DISK, LARGEST_DISK),
        subnet=subnets.wanted(read, account),
        ssh_key=read.ssh_key(),
    )
    read.finish()
    return told_


def body(spec: Spec, want: Wanted, interface: str) -> dict[str, Any]:
    """The request that makes the machine, its disk and its interface."""
    publisher, offer, sku = IMAGES[want.image]
    return {
        "location": spec.region,
        "tags": tags.wanted(spec),
        "identity": {"type": "SystemAssigned"},
        "properties": {
            "hardwareProfile": {"vmSize": want.size},
            "storageProfile": {
                "imageReference": {
                    "publisher": publisher,
                    "offer": offer,
                    "sku": sku,
                    "version": "latest",
                },
                "osDisk": {
                    "name": "disk",
                    "createOption": "FromImage",
                    "deleteOption": "Delete",
                    "diskSizeGB": want.disk_gb,
                    "managedDisk": {"storageAccountType": "Premium_LRS"},
                },
            },
            "securityProfile": {
                "securityType": "TrustedLaunch",
                "encryptionAtHost": True,
                "uefiSettings": {"secureBootEnabled": True, "vTpmEnabled": True},
            },
            "osProfile": _os_profile(spec, want),
            "networkProfile": {
                "networkApiVersion": NETWORK_VERSION,
                "networkInterfaceConfigurations": [_interface(spec, want, interface)],
            },
            "diagnosticsProfile": {"bootDiagnostics": {"enabled": True}},
        },
    }


def _os_profile(spec: Spec, want: Wanted) -> dict[str, Any]:
    key = want.ssh_key or nobodys(spec.instance)
    return {
        "computerName": _hostname(spec),
        "adminUsername": USER,
        "linuxConfiguration": {
            "disablePasswordAuthentication": True,
            "provisionVMAgent": True,
            "patchSettings": {
                "patchMode": "AutomaticByPlatform",
                "assessmentMode": "AutomaticByPlatform",
            },
            "ssh": {"publicKeys": [{"path": f"/home/{USER}/.ssh/authorized_keys", "keyData": key}]},
        },
    }


def _interface(spec: Spec, want: Wanted, name: str) -> dict[str, Any]:
    """An interface with a private address and no other."""
    address = {"primary": True, "subnet": {"id": want.subnet}}
    return {
        "name": name,
        "tags": tags.wanted(spec),
        "properties": {
            "primary": True,
            "deleteOption": "Delete",
            "ipConfigurations": [{"name": "private", "properties": address}],
        },
    }


def changes(found: Told, want: Wanted) -> list[Change]:
    """How a machine differs from what is wanted. What Azure does not tell is no difference."""
    properties = told.part(found, "properties")
    size = told.text(properties, "hardwareProfile", "vmSize")
    made_from = image(properties)
    disk = told.number(properties, "storageProfile", "osDisk", "diskSizeGB")
    return [
        *(difference("size", size, want.size) if not told.same(size, want.size) else ()),
        *(difference("image", made_from, want.image, replaces=True) if made_from else ()),
        *(
            difference("disk_gb", disk, want.disk_gb, replaces=want.disk_gb < disk)
            if disk is not None
            else ()
        ),
    ]


def image(properties: Told) -> str:
    """Our name for the image; Azure's where we have none; empty when Azure tells none."""
    reference = told.part(properties, "storageProfile", "imageReference")
    parts = tuple(told.text(reference, name).lower() for name in ("publisher", "offer", "sku"))
    ours = {tuple(p.lower() for p in known): name for name, known in IMAGES.items()}
    return ours.get(parts, ":".join(parts) if any(parts) else "")


def _hostname(spec: Spec) -> str:
    """What the machine calls itself: what people call it, as far as that is a host name."""
    plain = re.sub(r"[^a-z0-9]+", "-", spec.name.lower()).strip("-")[:60].strip("-")
    return plain or f"gm-{spec.instance[:12]}"
