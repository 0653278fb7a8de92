"""The objects in a Cloud Storage bucket: listed, read, written, and emptied before it goes."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from typing import Any, BinaryIO

from google.api_core.exceptions import NotFound

from providers.gcp.clients import TIMEOUT
from providers.objects import OCTETS, Content, Stored

SURE: dict[str, Any] = {"retry": None, "timeout": TIMEOUT}
PAGE = 200
CHUNK = 8 << 20  # bytes of what is so large that it is sent in pieces


def listed(bucket: Any) -> Iterator[Stored]:  # noqa: ANN401 - a bucket of the SDK
    for one in bucket.list_blobs(**SURE):
        yield Stored(
            name=str(one.name),
            size=int(one.size or 0),
            checksum=b64decode(one.md5_hash).hex() if one.md5_hash else "",
            changed_at=one.updated.timestamp() if one.updated else 0.0,
        )


def read(bucket: Any, name: str, into: BinaryIO) -> str | None:  # noqa: ANN401 - a bucket of the SDK
    blob = bucket.get_blob(name, **SURE)
    if blob is None:
        return None
    media_type = str(blob.content_type or OCTETS)  # of the download it would be another
    try:
        blob.download_to_file(into, raw_download=True, checksum=None, **SURE)
    except NotFound:
        return None
    return media_type


def write(bucket: Any, content: Content) -> None:  # noqa: ANN401 - a bucket of the SDK
    blob = bucket.blob(content.name, chunk_size=CHUNK)
    blob.md5_hash = b64encode(bytes.fromhex(content.checksum)).decode()
    blob.upload_from_file(
        content.file,
        size=content.size,
        content_type=content.media_type,
        checksum=None,  # Google compares with ours
        **SURE,
    )


def remove(bucket: Any, name: str) -> None:  # noqa: ANN401 - a bucket of the SDK
    with suppress(NotFound):
        bucket.delete_blob(name, **SURE)


def empty(bucket: Any) -> bool:  # noqa: ANN401 - a bucket of the SDK
    """Remove a page of objects, each version of them."""
    try:
        found = list(islice(bucket.list_blobs(versions=True, **SURE), PAGE))
    except NotFound:
        return True
    for one in found:
        try:
            bucket.delete_blob(one.name, generation=one.generation, **SURE)
        except NotFound:
            continue
    return not found
