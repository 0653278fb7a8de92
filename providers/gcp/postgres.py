"""One PostgreSQL instance: what a spec asks of it, and how what Google tells becomes a Resource."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from providers.gcp import labels
from providers.gcp.errors import Failure
from providers.gcp.parameters import KEY, LARGEST_DISK, SMALLEST_DISK, SUBNET
from providers.parameters import Reader
from providers.types import Change, Ref, Resource, Spec, Status

KIND = "database"
# the database that is there from the beginning, and the login that `unlock` makes
NAME, USER = "postgres", "grunnmur"
SIZE = re.compile(r"db-(custom-\d+-\d+|f1-micro|g1-small|perf-optimized-N-\d+)")
VERSIONS = {str(number): f"POSTGRES_{number}" for number in range(14, 18)}
TLS_ONLY = "ENCRYPTED_ONLY"
DEFAULT_SUBNET = "default"
CALLED = re.compile(r"[a-z](?:[a-z0-9-]{0,96}[a-z0-9])?")
RUNNABLE, FAILED, LEAVING = "RUNNABLE", "FAILED", "PENDING_DELETE"

Told = Mapping[str, Any]  # an instance as Google answers it


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The parameters of kind database."""

    size: str
    version: str
    disk_gb: int
    high_availability: bool
    subnet: str
    key: str


def wanted(spec: Spec) -> Wanted:
    """The checked parameters of `spec`. Raises InvalidSpec, naming every wrong one."""
    read = Reader.of(spec)
    told = Wanted(
        size=read.text("size", SIZE, "a tier like db-custom-2-8192"),
        version=VERSIONS.get(read.one_of("version", VERSIONS, "17"), ""),
        disk_gb=read.whole("disk_gb", SMALLEST_DISK, LARGEST_DISK),
        high_availability=read.yes("high_availability", default=False),
        subnet=read.text("subnet", SUBNET, "a subnet's name or path", DEFAULT_SUBNET),
        key=read.optional("kms_key", KEY, "the path of a key in Cloud KMS"),
    )
    read.finish()
    return told


def body(spec: Spec, project: str) -> dict[str, Any]:
    """The instance to insert. What makes it safe is not for callers to choose."""
    want = wanted(spec)
    told: dict[str, Any] = {
        "name": labels.name(spec),
        "region": spec.region,
        "databaseVersion": want.version,
        "settings": {
            **_chosen(want),
            **_safe(project),
            "edition": "ENTERPRISE",
            "userLabels": labels.wanted(spec),
            "dataDiskType": "PD_SSD",
            "storageAutoResize": False,  # a disk that grows by itself costs what nobody ordered
            # who has an identity at Google signs in with that; a login is made when one asks for it
            "databaseFlags": [{"name": "cloudsql.iam_authentication", "value": "on"}],
            "backupConfiguration": {"enabled": True, "pointInTimeRecoveryEnabled": True},
        },
    }
    if want.key:  # Google encrypts every instance; this is with the agency's own key
        told["diskEncryptionConfiguration"] = {"kmsKeyName": want.key}
    return told


def patch(told: Told, spec: Spec, project: str) -> dict[str, Any]:
    """The settings that bring an instance to its spec; how it is reached where it is ours."""
    reached = _safe(project) if is_ours(told) else {}
    return {"settings": {**_chosen(wanted(spec)), **reached, **labelled(told, spec)["settings"]}}


def labelled(told: Told, spec: Spec) -> dict[str, Any]:
    """The settings that put our labels beside those of others, unless it has changed since."""
    version = part(told, "settings").get("settingsVersion")
    guard = {"settingsVersion": str(version)} if version else {}
    return {"settings": {"userLabels": {**labels_of(told), **labels.wanted(spec)}, **guard}}


def changes(told: Told, spec: Spec) -> list[Change]:
    """What differs; only what we set is compared, and so not how others reach what they made."""
    want, settings = wanted(spec), part(told, "settings")
    disk_gb = number(settings.get("dataDiskSizeGb"))
    have = {
        "size": str(settings.get("tier", "")),
        "version": str(told.get("databaseVersion", "")),
        "disk_gb": disk_gb,
        "high_availability": settings.get("availabilityType") == "REGIONAL",
        "public_address": part(settings, "ipConfiguration").get("ipv4Enabled") is True,
        "tls_only": part(settings, "ipConfiguration").get("sslMode") == TLS_ONLY,
    }
    need = {
        "size": want.size,
        "version": want.version,
        "disk_gb": want.disk_gb,
        "high_availability": want.high_availability,
        **({"public_address": False, "tls_only": True} if is_ours(told) else {}),
    }
    out = [
        Change(
            field=name,
            actual=have[name],
            wanted=value,
            replaces=name == "version" or (name == "disk_gb" and want.disk_gb < disk_gb),
        )
        for name, value in need.items()
        if have[name] != value
    ]
    differing = labels.changed(labels_of(told), labels.wanted(spec))
    return out + [Change(field=f"tags.{k}", actual=a, wanted=w) for k, (a, w) in differing.items()]


def resource(told: Told, address: str, detail: str) -> Resource:
    """`told` as the contract tells it; ready when it has an `address` in the agency's network."""
    name, region, owner = str(told["name"]), str(told.get("region", "")), owner_of(told)
    ready = told.get("state") == RUNNABLE and bool(address)
    outputs = {
        "instance": name,
        "connection_name": str(told.get("connectionName") or ""),
        "address": address,
        "port": "5432",
        "database": NAME,
        "user": USER,
        "dns_name": str(told.get("dnsName") or ""),
        "version": str(told.get("databaseVersion") or ""),
        "region": region,
    }
    notes = [] if ready else [detail or str(told.get("state", "")).lower() or "no state told"]
    if not owner:
        notes.append("does not carry our ownership label")
    return Resource(
        ref=Ref(kind=KIND, region=region, id=name),
        instance=owner,
        status=Status.READY if ready else Status.PENDING,
        outputs={key: value for key, value in outputs.items() if value},
        detail="; ".join(notes),
    )


def failure(operations: Sequence[Told]) -> Failure:
    """Why an instance could not be built, of the operations with it, the newest first."""
    for operation in operations:
        errors = several(part(operation, "error").get("errors"))
        if text(operation, "operationType") == "CREATE" and errors:
            return Failure(text(errors[0], "code"), text(errors[0], "message"))
    return Failure("FAILED", "Google does not say why")


def is_ours(told: Told) -> bool:
    """Whether we made it: what was adopted has a name of its own."""
    return bool(labels.instance_of(text(told, "name")))


def address(told: Told) -> str:
    """Where what others made is reached, a private address before a public one."""
    by_type = {
        text(one, "type"): text(one, "ipAddress") for one in several(told.get("ipAddresses"))
    }
    return by_type.get("PRIVATE") or by_type.get("PRIMARY") or text(told, "dnsName")


def owner_of(told: Told) -> str:
    return labels_of(told).get(labels.OWNERSHIP, "")


def labels_of(told: Told) -> dict[str, str]:
    return {str(k): str(v) for k, v in part(part(told, "settings"), "userLabels").items()}


def part(told: object, name: str) -> Told:
    """An object inside another; empty when Google leaves it out or it is something else."""
    found = told.get(name) if isinstance(told, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def text(told: object, name: str) -> str:
    """A text inside an object; empty when Google leaves it out or it is something else."""
    found = told.get(name) if isinstance(told, Mapping) else None
    return found if isinstance(found, str) else ""


def several(told: object) -> list[Told]:
    """The objects of a list; none when Google leaves it out or it is something else."""
    return [one for one in told if isinstance(one, Mapping)] if isinstance(told, list) else []


def number(value: object) -> int:
    try:
        return int(str(value))
    except ValueError:
        return 0


def _chosen(want: Wanted) -> dict[str, Any]:
    return {
        "tier": want.size,
        "dataDiskSizeGb": str(want.disk_gb),
        "availabilityType": "REGIONAL" if want.high_availability else "ZONAL",
    }


def _safe(project: str) -> dict[str, Any]:
    """No public address, TLS only, reached through an endpoint in the agency's own network."""
    private = {"pscEnabled": True, "allowedConsumerProjects": [project]}
    return {
        "ipConfiguration": {"ipv4Enabled": False, "sslMode": TLS_ONLY, "pscConfig": private},
    }
