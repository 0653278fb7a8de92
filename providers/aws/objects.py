"""The objects in an S3 bucket: listed, read, written, and emptied before the bucket goes."""

from __future__ import annotations

import string
from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing
from typing import Any, BinaryIO

from botocore.exceptions import ClientError

from providers.aws import told
from providers.aws.errors import code
from providers.objects import OCTETS, PIECE, Content, Stored

MD5 = 32  # digits; any other tag of S3's is no checksum of the content
LARGEST_AT_ONCE = 1 << 30  # bytes; what is larger goes up in parts
PAGE = 1000
ABSENT = {"NoSuchKey", "404"}


def listed(s3: Any, bucket: str) -> Iterator[Stored]:  # noqa: ANN401 - a boto3 client
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        for one in told.each(page, "Contents"):
            yield Stored(
                name=told.text(one, "Key"),
                size=told.number(one, "Size") or 0,
                checksum=checksum(told.text(one, "ETag")),
                changed_at=one["LastModified"].timestamp(),
            )


def checksum(tag: str) -> str:
    """The MD5 in an ETag; empty for what went up in parts."""
    bare = tag.strip('"')
    return bare if len(bare) == MD5 and set(bare) <= set(string.hexdigits) else ""


def read(s3: Any, bucket: str, name: str, into: BinaryIO) -> str | None:  # noqa: ANN401 - a boto3 client
    try:
        found = s3.get_object(Bucket=bucket, Key=name)
    except ClientError as error:
        if code(error) in ABSENT:
            return None
        raise
    with closing(found["Body"]) as body:  # also when there is no room to write it to
        into.writelines(body.iter_chunks(PIECE))
    return told.text(found, "ContentType") or OCTETS


def write(s3: Any, bucket: str, content: Content) -> None:  # noqa: ANN401 - a boto3 client
    kind = {"ContentType": content.media_type}
    if content.size > LARGEST_AT_ONCE:
        _write_in_parts(s3, bucket, content, kind)
        return
    digest = b64encode(bytes.fromhex(content.checksum)).decode()
    s3.put_object(Bucket=bucket, Key=content.name, Body=content.file, ContentMD5=digest, **kind)


def _write_in_parts(s3: Any, bucket: str, content: Content, kind: dict[str, str]) -> None:  # noqa: ANN401 - a boto3 client
    from boto3.s3.transfer import TransferConfig  # noqa: PLC0415 - for the few that are so large

    config = TransferConfig(multipart_threshold=LARGEST_AT_ONCE, use_threads=False)
    s3.upload_fileobj(content.file, bucket, content.name, ExtraArgs=kind, Config=config)


def empty(s3: Any, bucket: str) -> bool:  # noqa: ANN401 - a boto3 client
    """Remove a page of objects, their older versions and the marks of deleted ones."""
    try:
        page = s3.list_object_versions(Bucket=bucket, MaxKeys=PAGE)
    except ClientError as error:
        if code(error) == "NoSuchBucket":
            return True
        raise
    found = [*told.each(page, "Versions"), *told.each(page, "DeleteMarkers")]
    if not found:
        return True
    keys = [{"Key": one["Key"], "VersionId": one["VersionId"]} for one in found]
    answer = s3.delete_objects(Bucket=bucket, Delete={"Objects": keys, "Quiet": True})
    for refused in told.each(answer, "Errors"):
        raise ClientError({"Error": dict(refused)}, "DeleteObjects")
    return False
