"""One PostgreSQL instance: what a spec asks of it, what none can loosen, and how it differs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from providers.aws import names, subnets, tags, told
from providers.aws.told import Told, difference
from providers.parameters import Reader
from providers.types import Change, Ref, Resource, Spec, Status, Stranger

KIND = "database"
ENGINE = "postgres"
ID = re.compile(r"[A-Za-z](?:-?[A-Za-z0-9]){0,62}")
NAME, USER, PORT = "app", "grunnmur", 5432
SIZE = re.compile(r"db\.[a-z][a-z0-9-]*\.[a-z0-9]+")
VERSIONS = ("14", "15", "16", "17")
KEY = re.compile(r"arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key/[A-Za-z0-9-]+")
SMALLEST_DISK, LARGEST_DISK = 20, 65_536  # GiB of gp3
KEPT_DAYS = 35  # of backups, also when the instance is gone
FORCE_TLS = {"ParameterName": "rds.force_ssl", "ParameterValue": "1", "ApplyMethod": "immediate"}
READY = frozenset({"available", "storage-optimization", "storage-full"})
LEAVING = "deleting"
NO_ROOM = "insufficient-capacity"
FAILED = frozenset(
    {"failed", NO_ROOM, "incompatible-create", "incompatible-network", "incompatible-parameters"}
    | {"incompatible-restore", "restore-error", "inaccessible-encryption-credentials"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The parameters of kind database. `subnets`: ids, in two zones or more."""

    size: str
    version: str
    disk_gb: int
    high_availability: bool
    subnets: tuple[str, ...]
    security_group: str
    kms_key: str


def wanted(spec: Spec) -> Wanted:
    """The checked parameters of `spec`. Raises InvalidSpec, naming every wrong one."""
    read = Reader.of(spec)
    want = Wanted(
        size=read.text("size", SIZE, "an instance class like db.t4g.medium"),
        version=read.one_of("version", VERSIONS, "17"),
        disk_gb=read.whole("disk_gb", SMALLEST_DISK, LARGEST_DISK),
        high_availability=read.yes("high_availability", default=False),
        subnets=subnets.several(read),
        security_group=subnets.group(read),
        kms_key=read.optional("kms_key", KEY, "the ARN of a key in KMS"),
    )
    read.finish()
    return want


def body(spec: Spec, name: str) -> dict[str, Any]:
    """The instance to make. What makes it safe is not for callers to choose."""
    want = wanted(spec)
    return {
        "DBInstanceIdentifier": name,
        "Engine": ENGINE,
        "EngineVersion": want.version,
        "DBInstanceClass": want.size,
        "AllocatedStorage": want.disk_gb,
        "StorageType": "gp3",
        "MultiAZ": want.high_availability,
        "DBName": NAME,
        "MasterUsername": USER,
        "DBParameterGroupName": name,
        **({"DBSubnetGroupName": name} if want.subnets else {}),
        **({"VpcSecurityGroupIds": [want.security_group]} if want.security_group else {}),
        "StorageEncrypted": True,
        **({"KmsKeyId": want.kms_key} if want.kms_key else {}),
        "PubliclyAccessible": False,
        # nobody gets a password from us: AWS makes one, keeps it and changes it every week
        "ManageMasterUserPassword": True,
        "EnableIAMDatabaseAuthentication": True,
        "BackupRetentionPeriod": KEPT_DAYS,
        "CopyTagsToSnapshot": True,
        "AutoMinorVersionUpgrade": True,
        "Tags": tags.as_list(tags.wanted(spec)),
    }


def patch(found: Told, spec: Spec) -> dict[str, Any]:
    """What brings an instance to its spec; empty when only tags differ, or nothing."""
    want = wanted(spec)
    values: dict[str, dict[str, Any]] = {
        "size": {"DBInstanceClass": want.size},
        "disk_gb": {"AllocatedStorage": want.disk_gb},
        "high_availability": {"MultiAZ": want.high_availability},
        "security_group": {"VpcSecurityGroupIds": [want.security_group]},
        "security.public_address": {"PubliclyAccessible": False},
        "security.kept_days": {"BackupRetentionPeriod": KEPT_DAYS},
    }
    out: dict[str, Any] = {}
    for change in changes(found, spec):
        out |= values.get(change.field, {})
    return out


def changes(found: Told, spec: Spec) -> list[Change]:
    """What differs. What is on its way to a value has it; what AWS does not tell is none."""
    want = wanted(spec)
    coming = told.part(found, "PendingModifiedValues")
    told_ = {**found, **{k: v for k, v in coming.items() if v is not None}}
    size, version = told.text(told_, "DBInstanceClass"), told.text(told_, "EngineVersion")
    disk, doubled = told.number(told_, "AllocatedStorage"), told.yes(told_, "MultiAZ")
    groups = [told.text(g, "VpcSecurityGroupId") for g in told.each(found, "VpcSecurityGroups")]
    kept = told.number(told_, "BackupRetentionPeriod")
    major = version.partition(".")[0]
    return [
        *(difference("size", size, want.size) if size else ()),
        *(difference("version", major, want.version, replaces=True) if version else ()),
        *(_disk(disk, want.disk_gb) if disk is not None else ()),
        *(
            difference("high_availability", doubled, want.high_availability)
            if doubled is not None
            else ()
        ),
        *(_groups(groups, want.security_group) if want.security_group and groups else ()),
        *difference("security.public_address", bool(found.get("PubliclyAccessible")), wanted=False),
        *(_encrypted(found)),
        *(difference("security.kept_days", kept, KEPT_DAYS) if kept is not None else ()),
        *tags.changed(tags.as_dict(found.get("TagList")), spec),
    ]


def forced(parameters: list[Told]) -> list[Change]:
    """Whether the parameters of the group refuse what comes without TLS."""
    force = next((p for p in parameters if told.text(p, "ParameterName") == "rds.force_ssl"), {})
    on = told.text(force, "ParameterValue") == "1"
    return difference("security.tls_only", on, wanted=True)


def status(found: Told) -> str:
    return told.text(found, "DBInstanceStatus")


def owner(found: Told) -> str:
    return tags.as_dict(found.get("TagList")).get(tags.OWNERSHIP, "")


def resource(found: Told, region: str, why: str = "") -> Resource:
    """`found` as the contract tells it; `why` says more of a failure."""
    state, name = status(found), told.text(found, "DBInstanceIdentifier")
    ready = state in READY
    notes = (
        [] if state == "available" else [": ".join(filter(None, (state or "no state told", why)))]
    )
    notes += [] if owner(found) else ["does not carry our ownership tag"]
    return Resource(
        ref=Ref(kind=KIND, region=region, id=name),
        instance=owner(found) or ("" if "TagList" in found else names.instance_of(name)),
        status=Status.READY if ready else Status.FAILED if state in FAILED else Status.PENDING,
        outputs=_outputs(found, region) if ready else {},
        detail="; ".join(notes),
    )


def stranger(found: Told, region: str) -> Stranger:
    """`found`, of which an order knows nothing."""
    name, labels = told.text(found, "DBInstanceIdentifier"), tags.as_dict(found.get("TagList"))
    facts: dict[str, Any] = {
        "size": told.text(found, "DBInstanceClass"),
        "version": told.text(found, "EngineVersion").partition(".")[0],
        "disk_gb": told.number(found, "AllocatedStorage"),
        "high_availability": told.yes(found, "MultiAZ"),
    }
    group = told.part(found, "DBSubnetGroup")
    subnets_ = [told.text(one, "SubnetIdentifier") for one in told.each(group, "Subnets")]
    return Stranger(
        ref=Ref(kind=KIND, region=region, id=name),
        name=labels.get("Name", "") or name,
        tags=labels,
        parameters={name: value for name, value in facts.items() if value not in {None, ""}},
        networks=tuple(one for one in (told.text(group, "VpcId"), *subnets_) if one),
    )


def _outputs(found: Told, region: str) -> Mapping[str, str]:
    shown = {
        "instance": told.text(found, "DBInstanceIdentifier"),
        "host": told.text(found, "Endpoint", "Address"),
        "port": told.text(found, "Endpoint", "Port") or str(PORT),
        "database": told.text(found, "DBName") or NAME,
        "user": told.text(found, "MasterUsername"),
        # where those who may read it find the password; it is never read here
        "password_at": told.text(found, "MasterUserSecret", "SecretArn"),
        "version": told.text(found, "EngineVersion"),
        "region": region,
    }
    return {name: value for name, value in shown.items() if value}


def _disk(have: int, want: int) -> list[Change]:
    return difference("disk_gb", have, want, replaces=want < have)


def _groups(have: list[str], want: str) -> list[Change]:
    return difference("security_group", ", ".join(sorted(have)), want)


def _encrypted(found: Told) -> list[Change]:
    encrypted = told.yes(found, "StorageEncrypted")
    if encrypted is not False:
        return []
    return difference("security.encrypted", actual=False, wanted=True, replaces=True)
