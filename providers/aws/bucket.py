"""One bucket: what a spec asks of it, what none can loosen, and how what S3 tells differs."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from providers.aws import tags, told
from providers.aws.told import Told, difference
from providers.parameters import Reader
from providers.types import Change, Ref, Spec, Stranger

NAME = re.compile(r"[a-z0-9](?:[.-]?[a-z0-9]){2,62}")
RULE = "grunnmur"
# our word -> the class to move objects to, and after how many days; standard stays where it is
CLASSES = {
    "standard": ("", 0),
    "automatic": ("INTELLIGENT_TIERING", 0),
    "infrequent": ("STANDARD_IA", 30),
    "cold": ("GLACIER_IR", 0),
    "archive": ("DEEP_ARCHIVE", 0),
}
KEY = re.compile(r"arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key/[A-Za-z0-9-]+")
PRIVATE = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
ABANDONED_DAYS = 7  # after which what was half uploaded goes
# what is refused to everybody: plain http, and TLS older than 1.2
DENIED = {
    "GrunnmurDenyPlain": {"Bool": {"aws:SecureTransport": "false"}},
    "GrunnmurDenyOldTls": {"NumericLessThan": {"s3:TlsVersion": "1.2"}},
}
ON_BUCKET = (
    "s3:GetBucketLocation",
    "s3:ListBucket",
    "s3:ListBucketMultipartUploads",
    "s3:ListBucketVersions",
)
ON_OBJECTS = (
    "s3:AbortMultipartUpload",
    "s3:DeleteObject",
    "s3:GetObject",
    "s3:GetObjectVersion",
    "s3:ListMultipartUploadParts",
    "s3:PutObject",
)
# the pieces of a bucket, in the order they are set; the last one says that it is whole
TAGS, ACCESS, KEYS, VERSIONS, LIFECYCLE, POLICY = (
    "tagging",
    "public_access_block",
    "encryption",
    "versioning",
    "lifecycle_configuration",
    "policy",
)

Seen = Mapping[str, Told]  # piece -> what S3 tells of it; left out when it is not set


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The parameters of kind object-storage.

    keep_days    how long what was deleted or overwritten can be had back
    expire_days  the age at which everything goes; 0 for never
    """

    storage_class: str
    versioning: bool
    keep_days: int
    expire_days: int
    kms_key: str


def wanted(spec: Spec) -> Wanted:
    """The checked parameters of `spec`. Raises InvalidSpec, naming every wrong one."""
    read = Reader.of(spec)
    want = Wanted(
        storage_class=read.one_of("storage_class", CLASSES, "standard"),
        versioning=read.yes("versioning", default=True),
        keep_days=read.whole("keep_days", 7, 90, 14),
        expire_days=read.whole("expire_days", 0, 36_500, 0),
        kms_key=read.optional("kms_key", KEY, "the ARN of a key in KMS"),
    )
    _, after = CLASSES.get(want.storage_class, ("", 0))
    if 0 < want.expire_days <= after:
        read.wrong.append(
            f"expire_days: {want.expire_days} is too soon; {want.storage_class} begins after "
            f"{after} days"
        )
    read.finish()
    return want


def settings(spec: Spec, name: str, partition: str, seen: Seen) -> dict[str, dict[str, Any]]:
    """What to set of each piece. What others have added stays, unless it opens anything."""
    want = wanted(spec)
    kept = tags.as_dict(seen.get(TAGS, {}).get("TagSet"))
    everything = tags.as_list({**kept, **tags.wanted(spec)})
    key = {"KMSMasterKeyID": want.kms_key} if want.kms_key else {}
    default = {"SSEAlgorithm": "aws:kms" if want.kms_key else "AES256", **key}
    rule = {"ApplyServerSideEncryptionByDefault": default, "BucketKeyEnabled": bool(want.kms_key)}
    others = [r for r in told.each(seen.get(LIFECYCLE), "Rules") if told.text(r, "ID") != RULE]
    allowed = [s for s in _statements(seen) if told.text(s, "Sid") not in DENIED]
    policy = {"Version": "2012-10-17", "Statement": [*allowed, *_denied(name, partition)]}
    return {
        TAGS: {"Tagging": {"TagSet": everything}},
        ACCESS: {"PublicAccessBlockConfiguration": dict.fromkeys(PRIVATE, True)},
        KEYS: {"ServerSideEncryptionConfiguration": {"Rules": [rule]}},
        VERSIONS: {
            "VersioningConfiguration": {"Status": "Enabled" if want.versioning else "Suspended"}
        },
        LIFECYCLE: {"LifecycleConfiguration": {"Rules": [*others, _rule(want)]}},
        POLICY: {"Policy": json.dumps(policy)},
    }


def use(name: str, partition: str, seen: Seen) -> list[dict[str, Any]]:
    """What whoever has the bucket's key may: use what is in it, and nothing of how it is set."""
    arn = f"arn:{partition}:s3:::{name}"
    key = told.text(_default(seen), "KMSMasterKeyID")
    cipher = {
        "Effect": "Allow",
        "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
        "Resource": key,
    }
    return [
        {"Effect": "Allow", "Action": list(ON_BUCKET), "Resource": arn},
        {"Effect": "Allow", "Action": list(ON_OBJECTS), "Resource": f"{arn}/*"},
        *([cipher] if key else []),
    ]


def changes(seen: Seen, spec: Spec) -> dict[str, list[Change]]:
    """What differs, by the piece that has to be set for it."""
    want = wanted(spec)
    rule = _ours(seen)
    enabled = told.text(seen.get(VERSIONS), "Status") == "Enabled"
    key = told.text(_default(seen), "KMSMasterKeyID")
    found = {
        TAGS: tags.changed(tags.as_dict(seen.get(TAGS, {}).get("TagSet")), spec),
        ACCESS: difference("security.public_access", _closed(seen), wanted=True),
        KEYS: [
            *difference("kms_key", key, want.kms_key),
            *difference("security.encrypted", bool(_default(seen)), wanted=True),
        ],
        VERSIONS: difference("versioning", enabled, want.versioning),
        LIFECYCLE: [
            *difference("storage_class", _class(rule), want.storage_class),
            *difference(
                "expire_days", told.number(rule, "Expiration", "Days") or 0, want.expire_days
            ),
            *difference(
                "keep_days",
                told.number(rule, "NoncurrentVersionExpiration", "NoncurrentDays") or 0,
                want.keep_days,
            ),
        ],
        POLICY: difference("security.tls_only", is_whole(seen), wanted=True),
    }
    return {piece: several for piece, several in found.items() if several}


def stranger(name: str, region: str, seen: Seen) -> Stranger:
    """A bucket that no order knows. How long it keeps what is deleted is ours to say."""
    labels = tags.as_dict(seen.get(TAGS, {}).get("TagSet"))
    key = told.text(_default(seen), "KMSMasterKeyID")
    facts: dict[str, Any] = {
        "storage_class": "standard",
        "versioning": told.text(seen.get(VERSIONS), "Status") == "Enabled",
        **({"kms_key": key} if KEY.fullmatch(key) else {}),
    }
    ref = Ref(kind="object-storage", region=region, id=name)
    return Stranger(ref=ref, name=labels.get("Name", "") or name, tags=labels, parameters=facts)


def is_whole(seen: Seen) -> bool:
    """Whether the policy, which is set last, refuses what it has to."""
    refused = {
        told.text(statement, "Sid")
        for statement in _statements(seen)
        if told.text(statement, "Effect") == "Deny"
        and told.part(statement, "Condition") == DENIED.get(told.text(statement, "Sid"))
    }
    return refused >= set(DENIED)


def _rule(want: Wanted) -> dict[str, Any]:
    name, after = CLASSES[want.storage_class]
    return {
        "ID": RULE,
        "Status": "Enabled",
        "Filter": {"Prefix": ""},
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": ABANDONED_DAYS},
        "NoncurrentVersionExpiration": {"NoncurrentDays": want.keep_days},
        **({"Transitions": [{"Days": after, "StorageClass": name}]} if name else {}),
        **({"Expiration": {"Days": want.expire_days}} if want.expire_days else {}),
    }


def _denied(name: str, partition: str) -> list[dict[str, Any]]:
    arn = f"arn:{partition}:s3:::{name}"
    return [
        {
            "Sid": sid,
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": [arn, f"{arn}/*"],
            "Condition": condition,
        }
        for sid, condition in DENIED.items()
    ]


def _statements(seen: Seen) -> list[Told]:
    try:
        policy = json.loads(told.text(seen.get(POLICY), "Policy") or "{}")
    except ValueError:
        return []
    return told.each(policy, "Statement")


def _ours(seen: Seen) -> Told:
    rules = told.each(seen.get(LIFECYCLE), "Rules")
    live = [r for r in rules if told.text(r, "Status") == "Enabled"]
    return next((r for r in live if told.text(r, "ID") == RULE), {})


def _class(rule: Told) -> str:
    """Our word for where the rule moves objects; S3's where we have none."""
    to = next((told.text(move, "StorageClass") for move in told.each(rule, "Transitions")), "")
    return next((ours for ours, (theirs, _) in CLASSES.items() if theirs == to), to)


def _default(seen: Seen) -> Told:
    rules = told.each(seen.get(KEYS), "ServerSideEncryptionConfiguration", "Rules")
    return told.part(next(iter(rules), {}), "ApplyServerSideEncryptionByDefault")


def _closed(seen: Seen) -> bool:
    block = told.part(seen.get(ACCESS), "PublicAccessBlockConfiguration")
    return all(block.get(name) is True for name in PRIVATE)
