"""One bucket: what a spec asks of it, and how what Google tells differs from that."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from providers.gcp import labels
from providers.gcp.parameters import KEY
from providers.parameters import Reader
from providers.types import Change, Ref, Resource, Spec, Status

KIND = "object-storage"
DAY = 24 * 3600
NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]")

CLASSES = {name.lower(): name for name in ("STANDARD", "NEARLINE", "COLDLINE", "ARCHIVE")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The parameters of kind object-storage. `keep_days`: how long what is deleted stays."""

    storage_class: str
    versioning: bool
    keep_days: int
    expire_days: int
    key: str


def wanted(spec: Spec) -> Wanted:
    """The checked parameters of `spec`. Raises InvalidSpec, naming every wrong one."""
    read = Reader.of(spec)
    told = Wanted(
        storage_class=CLASSES.get(read.one_of("storage_class", CLASSES, "standard"), ""),
        versioning=read.yes("versioning", default=True),
        keep_days=read.whole("keep_days", 7, 90, 7),
        expire_days=read.whole("expire_days", 0, 36_500, 0),
        key=read.optional("kms_key", KEY, "the path of a key in Cloud KMS"),
    )
    read.finish()
    return told


def changes(told: Mapping[str, Any], settings: Mapping[str, Any], spec: Spec) -> list[Change]:
    now = have(told)
    out = [
        Change(field=name, actual=now[name], wanted=want, replaces=name == "location")
        for name, want in settings.items()
        if now[name] != want
    ]
    differing = labels.changed(labels_of(told), labels.wanted(spec))
    return out + [Change(field=f"tags.{k}", actual=a, wanted=w) for k, (a, w) in differing.items()]


def have(told: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of a bucket as it is; what Google leaves out counts as not set."""
    access = _part(told, "iamConfiguration")
    uniform = _part(access, "uniformBucketLevelAccess").get("enabled") is True
    prevented = uniform and access.get("publicAccessPrevention") == "enforced"
    return {
        "location": str(told.get("location", "")).lower(),
        "storage_class": str(told.get("storageClass", "")),
        "versioning": _part(told, "versioning").get("enabled") is True,
        "keep_days": _number(_part(told, "softDeletePolicy").get("retentionDurationSeconds"))
        // DAY,
        "expire_days": _expiry(told),
        "kms_key": str(_part(told, "encryption").get("defaultKmsKeyName") or ""),
        "public_access": "prevented" if prevented else "possible",
    }


def resource(bucket: Any) -> Resource:  # noqa: ANN401 - a bucket of the SDK
    told, name = told_of(bucket), str(bucket.name)
    region = str(told.get("location", "")).lower()
    whose = owner(told)
    outputs = {"bucket": name, "url": f"gs://{name}", "region": region}
    return Resource(
        ref=Ref(kind=KIND, region=region, id=name),
        instance=whose,
        status=Status.READY,
        outputs={key: value for key, value in outputs.items() if value},
        detail="" if whose else "does not carry our ownership label",
        by_itself=True,
    )


def told_of(bucket: Any) -> Mapping[str, Any]:  # noqa: ANN401 - a bucket of the SDK
    """What Google answered: the SDK's own readers stumble over what they do not expect."""
    told = bucket._properties  # noqa: SLF001 - there is no other way to it
    return told if isinstance(told, Mapping) else {}


def _expiry(told: Mapping[str, Any]) -> int:
    """The age at which everything goes; 0 for never, and -1 for rules that are not ours.

    Those of what was adopted are its agency's own, and say nothing of ours.
    """
    rules = _part(told, "lifecycle").get("rule")
    several = rules if isinstance(rules, list) else []
    if not labels.instance_of(str(told.get("name", ""))):
        several = [one for one in several if is_expiry(one)]
    ages = [_part(r, "condition").get("age") for r in several]
    return _number(ages[0]) if len(ages) == 1 else -1 if ages else 0


def others_rules(told: Mapping[str, Any]) -> list[Any]:
    """The rules of a bucket's life cycle that are none of ours."""
    rules = _part(told, "lifecycle").get("rule")
    return [one for one in rules if not is_expiry(one)] if isinstance(rules, list) else []


def is_expiry(rule: object) -> bool:
    """Whether a rule removes everything of some age, and says nothing else."""
    action, condition = _part(rule, "action"), _part(rule, "condition")
    return action.get("type") == "Delete" and set(condition) == {"age"}


def owner(told: Mapping[str, Any]) -> str:
    return labels_of(told).get(labels.OWNERSHIP, "")


def labels_of(told: Mapping[str, Any]) -> dict[str, str]:
    return {str(k): str(v) for k, v in _part(told, "labels").items()}


def _part(told: object, name: str) -> Mapping[str, Any]:
    part = told.get(name) if isinstance(told, Mapping) else None
    return part if isinstance(part, Mapping) else {}


def _number(value: object) -> int:
    try:
        return int(str(value))
    except ValueError:
        return 0
