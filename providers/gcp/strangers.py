"""What stands at Google without our label, described as an order would ask for it.

Left out is what Google's own services made for themselves, such as the nodes of a cluster, and
what cannot be ordered here: buckets of several regions, replicas and other databases.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from providers.gcp import bucket, labels, machine, postgres
from providers.gcp.machine import Found
from providers.gcp.parameters import KEY, LARGEST_DISK, SMALLEST_DISK
from providers.gcp.piece import link
from providers.gcp.postgres import Told, part, text
from providers.types import Ref, Stranger

GOOGLES_OWN = ("goog-gke-", "goog-dataproc-", "goog-dataflow-", "goog-composer-")
PRIMARY = "CLOUD_SQL_INSTANCE"
PROJECT = re.compile(r"projects/.+")
KEPT_DAYS = range(7, 91)


def vm(found: Found, disk: Any) -> Iterator[Stranger]:  # noqa: ANN401 - an SDK message, or None
    """A machine and the disk it boots from; nothing where it is a service's own."""
    marks = {str(key): str(value) for key, value in dict(found.labels).items()}
    if labels.OWNERSHIP in marks or any(key.startswith(GOOGLES_OWN) for key in marks):
        return
    zone, name = link(found.zone), str(found.name)
    boot = machine.boot_disk(found)
    nics = list(found.network_interfaces)
    subnet = _path(nics[0].subnetwork) if nics else ""
    told: dict[str, Any] = {
        "size": link(found.machine_type),
        "image": _path(disk.source_image) if disk is not None else "",
        "disk_gb": boot["size"] if boot else 0,
        "subnet": subnet,
        "zone": zone,
        "kms_key": _key(disk.disk_encryption_key.kms_key_name) if disk is not None else "",
    }
    where = [str(nics[0].network), subnet] if nics else []
    yield Stranger(
        ref=Ref(kind=machine.KIND, region=zone.rsplit("-", 1)[0], id=f"{zone}/{name}"),
        name=name,
        tags=marks,
        parameters={name: value for name, value in told.items() if value},
        networks=_networks(where),
    )


def database(found: Told) -> Iterator[Stranger]:
    """An instance of PostgreSQL that is no copy of another one."""
    version = text(found, "databaseVersion")
    if not version.startswith("POSTGRES_") or text(found, "instanceType") not in {"", PRIMARY}:
        return
    settings = part(found, "settings")
    size, disk = text(settings, "tier"), postgres.number(settings.get("dataDiskSizeGb"))
    number = next((ours for ours, theirs in postgres.VERSIONS.items() if theirs == version), "")
    told: dict[str, Any] = {
        "size": size if postgres.SIZE.fullmatch(size) else "",
        "version": number,
        "disk_gb": disk if SMALLEST_DISK <= disk <= LARGEST_DISK else 0,
        "high_availability": settings.get("availabilityType") == "REGIONAL",
        "kms_key": _key(text(part(found, "diskEncryptionConfiguration"), "kmsKeyName")),
    }
    name = text(found, "name")
    inside = text(part(settings, "ipConfiguration"), "privateNetwork")
    yield Stranger(
        ref=Ref(kind=postgres.KIND, region=text(found, "region"), id=name),
        name=name,
        tags=postgres.labels_of(found),
        parameters={
            name: value for name, value in told.items() if value not in {"", 0} or value is False
        },
        networks=_networks([inside] if inside else []),
    )


def storage(name: str, told: Mapping[str, Any]) -> Stranger:
    """A bucket in one of the account's regions."""
    have = bucket.have(told)
    kept = {str(k): str(v) for k, v in part(told, "labels").items()}
    facts: dict[str, Any] = {
        "storage_class": have["storage_class"].lower(),
        "versioning": have["versioning"],
        "keep_days": have["keep_days"],
        "expire_days": have["expire_days"],
        "kms_key": _key(have["kms_key"]),
    }
    fits = {
        "storage_class": facts["storage_class"] in bucket.CLASSES,
        "versioning": True,
        "keep_days": facts["keep_days"] in KEPT_DAYS,
        "expire_days": facts["expire_days"] > 0,
        "kms_key": bool(facts["kms_key"]),
    }
    return Stranger(
        ref=Ref(kind=bucket.KIND, region=have["location"], id=name),
        name=name,
        tags=kept,
        parameters={name: value for name, value in facts.items() if fits[name]},
    )


def _networks(links: list[str]) -> tuple[str, ...]:
    """Each by its path and by its name: a network of ours is told by its name."""
    return tuple(one for path in links if path for one in (_path(path) or path, link(path)))


def _path(reference: object) -> str:
    """The path in a link, from the project on."""
    found = PROJECT.search(str(reference))
    return found[0] if found else ""


def _key(reference: object) -> str:
    """A key, whichever version of it; empty for what is no key in Cloud KMS."""
    path = str(reference).partition("/cryptoKeyVersions/")[0]
    return path if KEY.fullmatch(path) else ""
