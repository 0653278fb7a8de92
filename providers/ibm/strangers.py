"""What stands at IBM with neither a name nor a tag of ours, as an order would ask for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from providers.ibm import machine
from providers.ibm.bucket import CLASSES, KIND
from providers.ibm.machine import IMAGES, LARGEST_DISK, ROOT_KEY, SMALLEST_DISK
from providers.ibm.told import Told, number, text
from providers.types import Ref, Stranger


def vm(found: Told, region: str, volume: Told, tags: Iterable[str]) -> Stranger:
    """A machine and the volume it boots from."""
    image, size = text(found, "image", "name"), text(found, "profile", "name")
    capacity, key = number(volume, "capacity") or 0, text(volume, "encryption_key", "crn")
    subnet = text(machine.subnet_of(found), "id")
    told: dict[str, Any] = {
        "size": size if machine.SIZE.fullmatch(size) else "",
        "image": next((ours for ours, theirs in IMAGES.items() if image.startswith(theirs)), ""),
        "disk_gb": capacity if SMALLEST_DISK <= capacity <= LARGEST_DISK else 0,
        "subnet": subnet,
        "kms_key": key if ROOT_KEY.fullmatch(key) else "",
    }
    return Stranger(
        ref=Ref(kind=machine.KIND, region=region, id=text(found, "id")),
        name=text(found, "name"),
        tags=as_dict(tags),
        parameters={name: value for name, value in told.items() if value},
        networks=tuple(one for one in (text(found, "vpc", "id"), subnet) if one),
    )


def bucket(name: str, region: str, storage_class: str, tags: Iterable[str]) -> Stranger:
    """A bucket. How long it keeps what is deleted is ours to say."""
    known = storage_class in CLASSES
    return Stranger(
        ref=Ref(kind=KIND, region=region, id=name),
        name=name,
        tags=as_dict(tags),
        parameters={"storage_class": storage_class} if known else {},
    )


def as_dict(tags: Iterable[str]) -> Mapping[str, str]:
    """Tags are texts at IBM; people write `key:value` in them."""
    return {key: value for key, _, value in (one.partition(":") for one in sorted(tags))}
