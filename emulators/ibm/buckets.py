"""Cloud Object Storage: buckets, their settings, and the objects in them, over the S3 protocol.

A bucket keeps the current version of an object only. Its settings are kept as they were sent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

from emulators.content import md5_hex, packed, unpacked
from emulators.ibm.call import Cloud
from emulators.ibm.refusal import Refusal
from emulators.ibm.store import Thing

SPACE = "http://s3.amazonaws.com/doc/2006-03-01/"
CLASSES = ("standard", "vault", "cold", "smart", "onerate_active")
INSTANCE = "ibm-service-instance-id"
SETTINGS = {
    "versioning": "VersioningConfiguration",
    "lifecycle": "LifecycleConfiguration",
    "publicAccessBlock": "PublicAccessBlockConfiguration",
}
UNSET = {
    "lifecycle": ("NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist."),
    "publicAccessBlock": ("NoSuchPublicAccessBlockConfiguration", "There is no such block."),
}
OF_BUCKET = {"PUT": "create", "HEAD": "head", "GET": "list_objects", "DELETE": "delete"}
OF_OBJECT = {"PUT": "put", "HEAD": "head", "GET": "get", "DELETE": "delete"}
LISTING = {"list-type", "prefix", "max-keys", "encoding-type", "continuation-token", "marker"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One request to Cloud Object Storage."""

    cloud: Cloud
    region: str
    bucket: str
    key: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    verb: str


@dataclass(frozen=True, slots=True)
class Reply:
    status: int = 200
    xml: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    data: bytes = b""


def title(ask: Ask) -> str:
    """What fault rules match, such as `cos.create_bucket`."""
    if not ask.bucket:
        return "cos.list_buckets"
    if ask.key:
        return f"cos.{OF_OBJECT.get(ask.verb, ask.verb.lower())}_object"
    for name in (*SETTINGS, "location", "tagging", "acl", "cors", "policy", "website", "versions"):
        if name in ask.query:
            return f"cos.{ask.verb.lower()}_bucket_{name}"
    verb = OF_BUCKET.get(ask.verb, ask.verb.lower())
    return "cos.list_objects" if verb == "list_objects" else f"cos.{verb}_bucket"


TITLES = (
    "cos.list_buckets",
    *(f"cos.{verb}_bucket" for verb in ("create", "head", "delete")),
    "cos.list_objects",
    *(f"cos.{verb}_object" for verb in OF_OBJECT.values()),
    *(f"cos.{verb}_bucket_{name}" for name in SETTINGS for verb in ("get", "put")),
    "cos.delete_bucket_lifecycle",
    "cos.get_bucket_location",
)


def serve(ask: Ask, name: str) -> Reply:
    """What comes of it. Raises Refusal."""
    handlers: Mapping[str, Callable[[Ask], Reply]] = {
        "cos.list_buckets": _list,
        "cos.create_bucket": _create,
        "cos.head_bucket": lambda ask: Reply() if _bucket(ask) else Reply(404),
        "cos.delete_bucket": _delete,
        "cos.list_objects": _objects,
        "cos.get_bucket_location": _location,
        "cos.delete_bucket_lifecycle": _unset,
        "cos.put_object": _put_object,
        "cos.get_object": _get_object,
        "cos.head_object": _get_object,
        "cos.delete_object": _delete_object,
        **{f"cos.get_bucket_{one}": _get_setting for one in SETTINGS},
        **{f"cos.put_bucket_{one}": _put_setting for one in SETTINGS},
    }
    handler = handlers.get(name)
    if handler is None:
        raise Refusal(501, "NotImplemented", f"{name}: not offered by this emulator")
    return handler(ask)


def _list(ask: Ask) -> Reply:
    owner = _instance(ask)
    found = [
        f"<Bucket><Name>{one['name']}</Name><CreationDate>{one['created_at']}</CreationDate></Bucket>"
        for one in ask.cloud.store.among("buckets")
        if one["_instance"] == owner
    ]
    owner = f"<Owner><ID>{escape(owner)}</ID></Owner>"
    return _xml("ListAllMyBucketsResult", f"{owner}<Buckets>{''.join(found)}</Buckets>")


def _create(ask: Ask) -> Reply:
    owner = _instance(ask)
    wanted = f"{ask.region}-standard"
    if ask.body:
        found = _tree(ask.body).findtext(f"{{{SPACE}}}LocationConstraint") or wanted
        wanted = found
    if wanted.removeprefix(f"{ask.region}-") not in CLASSES:
        raise Refusal(400, "InvalidLocationConstraint", f"{wanted} is no location of {ask.region}")
    if ask.cloud.store.get("buckets", f"bucket {ask.bucket}"):
        raise Refusal(409, "BucketAlreadyExists", "The requested bucket name is not available.")
    made = {
        "id": f"bucket {ask.bucket}", "name": ask.bucket, "created_at": ask.cloud.zulu(),
        "crn": f"{owner.rstrip(':')}:bucket:{ask.bucket}",
        "_region": ask.region, "_instance": owner, "location": wanted,
        "key": ask.headers.get("ibm-sse-kp-customer-root-key-crn", ""),
    }  # fmt: skip
    ask.cloud.store.put("buckets", made)
    return Reply()


def _delete(ask: Ask) -> Reply:
    found = _bucket(ask)
    if _held(ask):
        raise Refusal(409, "BucketNotEmpty", "The bucket you tried to delete is not empty.")
    ask.cloud.store.drop(found["id"])
    return Reply(204)


def _objects(ask: Ask) -> Reply:
    _bucket(ask)
    if unknown := sorted(set(ask.query) - LISTING):
        raise Refusal(501, "NotImplemented", f"{unknown[0]}: not offered by this emulator")
    prefix = ask.query.get("prefix", "")
    found = [one for one in _held(ask) if one["key"].startswith(prefix)]
    told = "".join(
        f"<Contents><Key>{escape(one['key'])}</Key><LastModified>{one['created_at']}</LastModified>"
        f"<ETag>{one['etag']}</ETag><Size>{one['size']}</Size></Contents>"
        for one in found
    )
    count = f"<KeyCount>{len(found)}</KeyCount><IsTruncated>false</IsTruncated>"
    return _xml("ListBucketResult", f"<Name>{ask.bucket}</Name>{count}{told}")


def _location(ask: Ask) -> Reply:
    return _xml("LocationConstraint", _bucket(ask)["location"])


def _get_setting(ask: Ask) -> Reply:
    name = next(one for one in SETTINGS if one in ask.query)
    kept = _bucket(ask).get(name, "")
    if not kept and name in UNSET:
        raise Refusal(404, *UNSET[name])
    return Reply(xml=kept) if kept else _xml(SETTINGS[name], "")


def _put_setting(ask: Ask) -> Reply:
    name = next(one for one in SETTINGS if one in ask.query)
    if _tree(ask.body).tag != f"{{{SPACE}}}{SETTINGS[name]}":
        raise Refusal(400, "MalformedXML", f"the body is no {SETTINGS[name]}")
    ask.cloud.store.put("buckets", _bucket(ask) | {name: ask.body.decode()})
    return Reply()


def _unset(ask: Ask) -> Reply:
    ask.cloud.store.put("buckets", _bucket(ask) | {"lifecycle": ""})
    return Reply(204)


def _put_object(ask: Ask) -> Reply:
    _bucket(ask)
    if {"uploadId", "partNumber"} & set(ask.query) or "x-amz-copy-source" in ask.headers:
        raise Refusal(501, "NotImplemented", "parts and copies: not offered by this emulator")
    etag = f'"{md5_hex(ask.body)}"'
    made: Thing = {
        "id": f"object {ask.bucket}/{ask.key}", "bucket": ask.bucket, "key": ask.key,
        "etag": etag, "size": len(ask.body), "created_at": ask.cloud.zulu(), "_region": ask.region,
        "_data": packed(ask.body),
    }  # fmt: skip
    ask.cloud.store.put("objects", made)
    return Reply(headers={"ETag": etag})


def _get_object(ask: Ask) -> Reply:
    found = ask.cloud.store.get("objects", f"object {ask.bucket}/{ask.key}")
    if found is None:
        raise Refusal(404, "NoSuchKey", "The specified key does not exist.")
    return Reply(headers={"ETag": found["etag"]}, data=unpacked(found["_data"]))


def _delete_object(ask: Ask) -> Reply:
    ask.cloud.store.drop(f"object {ask.bucket}/{ask.key}")
    return Reply(204)


def _held(ask: Ask) -> list[Thing]:
    return [one for one in ask.cloud.store.among("objects") if one["bucket"] == ask.bucket]


def _bucket(ask: Ask) -> Thing:
    found = ask.cloud.store.get("buckets", f"bucket {ask.bucket}")
    if found is None or found["_region"] != ask.region:
        raise Refusal(404, "NoSuchBucket", "The specified bucket does not exist.")
    if ask.headers.get(INSTANCE, found["_instance"]) != found["_instance"]:
        raise Refusal(403, "AccessDenied", "Access Denied")  # somebody else's: names are global
    return found


def _instance(ask: Ask) -> str:
    told = ask.headers.get(INSTANCE, "")
    if not told:
        raise Refusal(400, "InvalidArgument", f"the header {INSTANCE} is needed")
    return told


def _tree(body: bytes) -> ET.Element:
    try:
        return ET.fromstring(body)  # noqa: S314 - from programs of this very machine
    except ET.ParseError:
        raise Refusal(400, "MalformedXML", "the body is no XML") from None


def _xml(name: str, inside: str) -> Reply:
    return Reply(xml=f'<?xml version="1.0"?><{name} xmlns="{SPACE}">{inside}</{name}>')
