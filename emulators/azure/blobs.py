"""The blobs in a container, over Blob Storage's own protocol: listed, read, written, removed.

An account's address is a folder of this emulator's own, `/<account>/<container>/<blob>`. What a
blob's account, container or group loses, it is lost with.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from urllib.parse import quote
from uuid import uuid4
from xml.sax.saxutils import escape

from emulators.azure.cloud import Cloud, Thing
from emulators.content import md5_base64, packed, unpacked

TYPE = "blob"  # no resource's type lacks a slash
CONTAINER = "microsoft.storage/storageaccounts/blobservices/containers"
MOST = 5000
LONGEST_NAME = 1024
VERBS = {"GET": "Get", "HEAD": "GetProperties", "PUT": "Put", "DELETE": "Delete"}
BLOCKS = {"block": "PutBlock", "blocklist": "PutBlockList"}
TITLES = (
    "blob.List",
    *(f"blob.{verb}" for verb in VERBS.values()),
    *(f"blob.{verb}" for verb in BLOCKS.values()),
)
RANGE = re.compile(r"bytes=(\d+)-(\d*)")


class BlobError(Exception):
    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code = status, code


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One request; `now` in epoch seconds."""

    cloud: Cloud
    verb: str
    account: str
    container: str
    blob: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    now: float


@dataclass(frozen=True, slots=True)
class Told:
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: bytes = b""


def title(ask: Ask) -> str:
    """What fault rules match, such as `blob.Put`. Raises BlobError for what is not offered."""
    if not ask.blob:
        if ask.query.get("comp") == "list" and ask.verb == "GET":
            return "blob.List"
    elif (comp := ask.query.get("comp", "")) in BLOCKS and ask.verb == "PUT":
        return f"blob.{BLOCKS[comp]}"
    elif not comp and ask.verb in VERBS:
        return f"blob.{VERBS[ask.verb]}"
    raise BlobError(501, "NotImplementedByEmulator", f"{ask.verb} {dict(ask.query)}")


def serve(ask: Ask) -> Told:
    """What comes of it; the caller commits. Raises BlobError."""
    under = _container(ask)
    handler = {
        "blob.List": _list,
        "blob.Get": _get,
        "blob.GetProperties": _get,
        "blob.Put": _put,
        "blob.PutBlock": _put_block,
        "blob.PutBlockList": _put_list,
        "blob.Delete": _delete,
    }[title(ask)]
    return handler(ask, under)


def refused(error: BlobError) -> Told:
    told = f"<Code>{error.code}</Code><Message>{escape(str(error))}</Message>"
    body = f"<?xml version='1.0'?><Error>{told}</Error>"
    headers = {"Content-Type": "application/xml", "x-ms-error-code": error.code}
    return Told(error.status, headers, body.encode())


def _container(ask: Ask) -> str:
    """Under which key the blobs are. An account that is being made or removed has none."""
    tail = f"/storageaccounts/{ask.account}/blobservices/default/containers/{ask.container}"
    for key, _ in ask.cloud.each(type_=CONTAINER):
        if key.endswith(tail):
            return f"{key}/blobs/"
    raise BlobError(404, "ContainerNotFound", "The specified container does not exist.")


def _list(ask: Ask, under: str) -> Told:
    found = sorted((key, one) for key, one in ask.cloud.each(under, TYPE))
    start, size = ask.query.get("marker", ""), int(ask.query.get("maxresults", MOST))
    page = [(key, one) for key, one in found if key >= start][: size + 1]
    more = quote(page[size][0], safe="") if len(page) > size else ""
    told = "".join(_entry(one.body) for _, one in page[:size])
    body = (
        "<?xml version='1.0' encoding='utf-8'?><EnumerationResults>"
        f"<Blobs>{told}</Blobs><NextMarker>{escape(more)}</NextMarker></EnumerationResults>"
    )
    return Told(200, {"Content-Type": "application/xml"}, body.encode())


def _entry(body: Mapping[str, str]) -> str:
    return (
        f'<Blob><Name Encoded="true">{quote(body["name"])}</Name><Properties>'
        f"<Last-Modified>{body['changed']}</Last-Modified><Etag>{escape(body['etag'])}</Etag>"
        f"<Content-Length>{body['size']}</Content-Length>"
        f"<Content-Type>{escape(body['type'])}</Content-Type>"
        f"<Content-MD5>{body['md5']}</Content-MD5><BlobType>BlockBlob</BlobType></Properties></Blob>"
    )


def _get(ask: Ask, under: str) -> Told:
    found = _blob(ask, under)
    data = unpacked(found.hidden["data"])
    headers = {
        "Content-Type": found.body["type"],
        "ETag": found.body["etag"],
        "Last-Modified": found.body["changed"],
        "x-ms-blob-type": "BlockBlob",
    }
    whole = {"Content-MD5": found.body["md5"]} if found.body["md5"] else {}
    asked = RANGE.fullmatch(ask.headers.get("x-ms-range", ask.headers.get("range", "")))
    if not asked:
        return Told(200, {**headers, **whole}, data)
    start, end = int(asked[1]), min(int(asked[2] or len(data)), len(data) - 1)
    if start >= len(data):
        raise BlobError(416, "InvalidRange", "The range specified is invalid.")
    about = {"Content-Range": f"bytes {start}-{end}/{len(data)}"}
    kept = {"x-ms-blob-content-md5": found.body["md5"]} if found.body["md5"] else {}
    return Told(206, {**headers, **about, **kept}, data[start : end + 1])


def _put(ask: Ask, under: str) -> Told:
    _check_sum(ask.headers.get("content-md5", ""), ask.body)
    _check_sum(ask.headers.get("x-ms-blob-content-md5", ""), ask.body)
    return _keep(ask, under, ask.body, md5_base64(ask.body))


def _put_block(ask: Ask, under: str) -> Told:
    _check_sum(ask.headers.get("content-md5", ""), ask.body)
    key = f"{under}{ask.blob}\x00{ask.query['blockid']}"
    ask.cloud.put(key, Thing(type="block", body={"id": key}, hidden={"data": packed(ask.body)}))
    return Told(201)


def _put_list(ask: Ask, under: str) -> Told:
    ids = re.findall(r"<Latest>([^<]+)</Latest>", ask.body.decode())
    keys = [f"{under}{ask.blob}\x00{one}" for one in ids]
    blocks = [ask.cloud.peek(key) for key in keys]
    if None in blocks:
        raise BlobError(400, "InvalidBlockList", "The specified block list is invalid.")
    data = b"".join(unpacked(one.hidden["data"]) for one in blocks if one)
    for key in keys:
        ask.cloud.drop(key)
    # Azure keeps for such a blob what it is told, and works out nothing by itself.
    return _keep(ask, under, data, ask.headers.get("x-ms-blob-content-md5", ""))


def _keep(ask: Ask, under: str, data: bytes, digest: str) -> Told:
    if len(ask.blob) > LONGEST_NAME:
        raise BlobError(400, "InvalidResourceName", "The name of the blob is too long.")
    etag = f'"0x{uuid4().hex[:16].upper()}"'
    changed = format_datetime(datetime.fromtimestamp(ask.now, UTC), usegmt=True)
    body = {
        "id": f"{under}{ask.blob}",
        "name": ask.blob,
        "size": str(len(data)),
        "md5": digest,
        "type": ask.headers.get("x-ms-blob-content-type", "application/octet-stream"),
        "etag": etag,
        "changed": changed,
    }
    kept = Thing(type=TYPE, body=body, hidden={"data": packed(data)})
    ask.cloud.put(f"{under}{ask.blob}", kept)
    return Told(201, {"ETag": etag, "Last-Modified": changed})


def _delete(ask: Ask, under: str) -> Told:
    _blob(ask, under)
    ask.cloud.drop(f"{under}{ask.blob}")
    return Told(202)


def _blob(ask: Ask, under: str) -> Thing:
    found = ask.cloud.peek(f"{under}{ask.blob}")
    if found is None:
        raise BlobError(404, "BlobNotFound", "The specified blob does not exist.")
    return found


def _check_sum(told: str, data: bytes) -> None:
    if told and told != md5_base64(data):
        raise BlobError(400, "Md5Mismatch", "The MD5 value did not match the content.")
