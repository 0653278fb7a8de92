"""What S3 does with buckets, and moto does not: tags from the start, and always private.

A new bucket is encrypted, blocks public access and knows no access lists, as since April 2023.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from moto.s3.models import s3_backends

from emulators.aws.answers import AwsError
from emulators.aws.operation import Operation

PRIVATE = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
OWNER_ALONE = "BucketOwnerEnforced"
# the days after which a class takes what was first kept in another
EARLIEST = {"STANDARD_IA": 30, "ONEZONE_IA": 30}


def check(operation: Operation) -> None:
    """Raise AwsError where S3 would."""
    if operation.title == "s3.PutBucketLifecycleConfiguration":
        _check_lifecycle(operation.params.get("LifecycleConfiguration") or {})


def made(operation: Operation) -> None:
    """Give a new bucket what S3 gives it."""
    if operation.title != "s3.CreateBucket":
        return
    backend = s3_backends[operation.account]["aws"]
    name = str(operation.params["Bucket"])
    bucket = backend.get_bucket(name)
    if bucket.encryption:  # it was there before
        return
    default = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    backend.put_bucket_encryption(name, {"Rule": default})
    backend.put_public_access_block(name, dict.fromkeys(PRIVATE, "true"))
    if not bucket.ownership_rule:
        bucket.ownership_rule = OWNER_ALONE  # type: ignore[assignment]  # moto keeps a word there
    settings = operation.params.get("CreateBucketConfiguration") or {}
    tags = {str(tag["Key"]): str(tag["Value"]) for tag in settings.get("Tags") or ()}
    if tags:
        backend.put_bucket_tagging(name, tags)


def over_tls(policy: bytes) -> bytes:
    """A policy as it stands for callers on TLS: the way over loopback stands for that here."""
    told = json.loads(policy)
    statements = told.get("Statement") or []
    several = statements if isinstance(statements, list) else [statements]
    told["Statement"] = [s for s in several if not _about_transport(s.get("Condition") or {})]
    return json.dumps(told).encode()


def _about_transport(condition: Mapping[str, Any]) -> bool:
    keys = {key for test in condition.values() for key in test}
    return bool(keys) and keys <= {"aws:SecureTransport", "s3:TlsVersion"}


def _check_lifecycle(wanted: Any) -> None:  # noqa: ANN401 - what the model says
    for rule in wanted.get("Rules") or ():
        moves = list(rule.get("Transitions") or ())
        for move in moves:
            least = EARLIEST.get(str(move.get("StorageClass")), 0)
            if int(move.get("Days") or 0) < least:
                raise AwsError(
                    "InvalidArgument",
                    f"'Days' in Transition action must be greater than or equal to {least} for "
                    f"storageClass '{move['StorageClass']}'",
                )
        ends = (rule.get("Expiration") or {}).get("Days")
        if ends and any(int(ends) <= int(move.get("Days") or 0) for move in moves):
            raise AwsError(
                "InvalidArgument",
                "'Days' in the Expiration action must be greater than 'Days' in the Transition "
                "action",
            )
