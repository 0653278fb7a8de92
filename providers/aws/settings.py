"""The pieces of a bucket as S3 tells and takes them, one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from botocore.exceptions import ClientError

from providers.aws import bucket, tags
from providers.aws.bucket import Seen
from providers.aws.errors import code

ABSENT = "NoSuchBucket"
DENIED = "AccessDenied"
# what S3 answers for a piece that is not set
UNSET = {
    bucket.TAGS: "NoSuchTagSet",
    bucket.ACCESS: "NoSuchPublicAccessBlockConfiguration",
    bucket.KEYS: "ServerSideEncryptionConfigurationNotFoundError",
    bucket.VERSIONS: "",
    bucket.LIFECYCLE: "NoSuchLifecycleConfiguration",
    bucket.POLICY: "NoSuchBucketPolicy",
}
# where the SDK's word for a piece is not a bucket's own
WORDS = {bucket.ACCESS: bucket.ACCESS}


def look(s3: Any, name: str, pieces: Sequence[str] | Mapping[str, str]) -> Seen | None:  # noqa: ANN401 - a boto3 client
    """What is set of `pieces`; None when there is no such bucket."""
    seen = {}
    for piece in pieces:
        try:
            seen[piece] = getattr(s3, f"get_{_word(piece)}")(Bucket=name)
        except ClientError as error:
            if code(error) == ABSENT:
                return None
            if code(error) != UNSET[piece]:
                raise
    return seen


def put(s3: Any, name: str, piece: str, setting: Mapping[str, Any]) -> None:  # noqa: ANN401 - a boto3 client
    getattr(s3, f"put_{_word(piece)}")(Bucket=name, **setting)


def _word(piece: str) -> str:
    return WORDS.get(piece, f"bucket_{piece}")


def tags_of(s3: Any, name: str) -> Seen | None:  # noqa: ANN401 - a boto3 client
    """None also for what is kept from us: it is nobody's that we know."""
    try:
        return look(s3, name, [bucket.TAGS])
    except ClientError as error:
        if code(error) != DENIED:
            raise
        return None


def owner(seen: Seen | None) -> str:
    return tags.as_dict((seen or {}).get(bucket.TAGS, {}).get("TagSet")).get(tags.OWNERSHIP, "")
