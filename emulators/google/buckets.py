"""Cloud Storage: buckets, in one namespace with everybody else's, and the objects in them."""

from __future__ import annotations

import json
import re
from email.parser import BytesParser
from typing import Any

from emulators.content import md5_base64, packed
from emulators.google import offers, resources
from emulators.google.call import Call, number_of
from emulators.google.operations import new_id
from emulators.google.refusal import NotOffered, Refusal
from emulators.google.store import Thing

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]")
LINK = "https://www.googleapis.com/storage/v1/"
CLASSES = ("STANDARD", "NEARLINE", "COLDLINE", "ARCHIVE")
MULTI = ("EU", "US", "ASIA", "EUR4")
PREVENTION = ("inherited", "enforced")
SOFT_DELETE = 604_800  # seconds Google keeps what was deleted, unless told otherwise
MOST_SECONDS_OF_SOFT_DELETE = 90 * 24 * 3600
PAGE = 1000


class Content(bytes):
    """What goes back as it is, and not as JSON."""


def insert(call: Call) -> Thing:
    """Make a bucket. There are no requestIds here: its name is what makes it only one."""
    name = str(call.body["name"])
    if not NAME.fullmatch(name) or name.startswith("goog") or "google" in name:
        raise Refusal(400, "invalid", f"Invalid bucket name: '{name}'")
    project = number_of(call.query["project"])
    if taken := call.store.get(_path(name)):
        message = (
            "Your previous request to create the named bucket succeeded and you already own it."
            if taken["projectNumber"] == project
            else "The requested bucket name is not available. The bucket namespace is shared by "
            "all users of the system. Please select a different name and try again."
        )
        raise Refusal(409, "conflict", message)
    now = call.cloud.zulu()
    bucket = {
        "kind": "storage#bucket",
        "id": name,
        "selfLink": f"{LINK}b/{name}",
        "projectNumber": project,
        "timeCreated": now,
        "locationType": "multi-region",
        "storageClass": "STANDARD",
        "location": "US",
        "metageneration": "0",
        "generation": new_id(),
        "softDeletePolicy": {"retentionDurationSeconds": str(SOFT_DELETE), "effectiveTime": now},
        "iamConfiguration": {},
    }
    return _keep(call, bucket, call.body)


def get(call: Call) -> Thing:
    return _bucket(call)


def list_(call: Call) -> Thing:
    project = number_of(call.query["project"])
    found = call.store.among("buckets", _path(call.query.get("prefix", "")))
    own = [bucket for _, bucket in found if bucket["projectNumber"] == project]
    return _page(call, "storage#buckets", own)


def patch(call: Call) -> Thing:
    return _keep(call, _bucket(call), call.body)


def delete(call: Call) -> None:
    bucket = _bucket(call)
    if call.store.among("objects", _object_path(bucket["name"], "")):
        raise Refusal(409, "conflict", "The bucket you tried to delete is not empty.")
    call.store.drop(_path(bucket["name"]))


def insert_object(call: Call) -> Thing:
    told, data, kind = _upload(call)
    name = call.query.get("name") or told.get("name")
    if not name:
        raise Refusal(400, "required", "Required parameter: name")
    bucket = _bucket(call)["name"]
    digest = md5_base64(data)
    if told.get("md5Hash", digest) != digest:
        raise Refusal(400, "invalid", "Provided MD5 hash does not match the calculated one.")
    now = call.cloud.zulu()
    thing = {
        "kind": "storage#object",
        "id": f"{bucket}/{name}",
        "bucket": bucket,
        "contentType": kind,
        "storageClass": "STANDARD",
        "timeCreated": now,
        "updated": now,
        **told,
        "name": name,
        "size": str(len(data)),
        "md5Hash": digest,
        "generation": new_id(),
        "metageneration": "1",
        "selfLink": f"{LINK}b/{bucket}/o/{name}",
    }
    path = _object_path(bucket, str(name))
    call.store.put(path, "objects", thing)
    call.store.keep_content(path, data)
    return thing


def get_object(call: Call) -> Thing | Content:
    path, found = _object(call)
    return Content(call.store.content(path)) if call.query.get("alt") == "media" else found


def list_objects(call: Call) -> Thing:
    if {"delimiter", "softDeleted", "matchGlob"} & set(call.query):
        raise NotOffered(f"{call.method.id} with {sorted(call.query)}")
    bucket = _bucket(call)["name"]
    found = call.store.among("objects", _object_path(bucket, call.query.get("prefix", "")))
    return _page(call, "storage#objects", [thing for _, thing in found])


def delete_object(call: Call) -> None:
    path, _ = _object(call)
    call.store.drop(path)
    call.store.drop_content(path)


def _keep(call: Call, bucket: Thing, more: Thing) -> Thing:
    """Lay `more` over `bucket`, fill in what Google fills in, and refuse what it refuses."""
    merged = _merge(bucket, {k: v for k, v in more.items() if k not in {"name", "acl"}})
    merged["labels"] = resources.labels(merged.get("labels") or {})
    merged |= _placed(merged)
    merged["iamConfiguration"] = _access(call, merged["iamConfiguration"])
    kept = int(merged.get("softDeletePolicy", {}).get("retentionDurationSeconds", 0))
    if kept and not SOFT_DELETE <= kept <= MOST_SECONDS_OF_SOFT_DELETE:
        raise Refusal(400, "invalid", "The soft delete duration must be 0, or 7 to 90 days.")
    merged["metageneration"] = str(int(bucket["metageneration"]) + 1)
    merged["updated"] = call.cloud.zulu()
    merged["etag"] = packed(merged["metageneration"].encode())
    call.store.put(_path(merged["name"]), "buckets", merged)
    return merged


def _placed(bucket: Thing) -> Thing:
    location = str(bucket["location"]).upper()
    if location not in {*MULTI, *(region.upper() for region in offers.ZONES)}:
        raise Refusal(400, "invalid", "The specified location constraint is not valid.")
    if bucket["storageClass"] not in CLASSES:
        raise Refusal(400, "invalid", "Invalid storage class.")
    kind = "multi-region" if location in MULTI else "region"
    return {"location": location, "locationType": kind, "name": bucket["id"]}


def _access(call: Call, wanted: Thing) -> Thing:
    prevention = wanted.get("publicAccessPrevention", "inherited")
    if prevention not in PREVENTION:
        raise Refusal(400, "invalid", f"Invalid publicAccessPrevention: '{prevention}'")
    uniform = dict(wanted.get("uniformBucketLevelAccess") or {"enabled": False})
    if uniform.get("enabled"):
        uniform.setdefault("lockedTime", call.cloud.zulu())
    told = {"uniformBucketLevelAccess": uniform, "bucketPolicyOnly": dict(uniform)}
    return {**told, "publicAccessPrevention": prevention}


def _merge(old: Thing, new: Thing) -> Thing:
    """JSON merge patch."""
    out = dict(old)
    for key, value in new.items():
        if value is None:
            out.pop(key, None)
        elif isinstance(value, dict) and isinstance(out.get(key), dict):
            out[key] = _merge(out[key], value)
        elif isinstance(value, dict):
            out[key] = _merge({}, value)
        else:
            out[key] = value
    return out


def _bucket(call: Call) -> Thing:
    found = call.store.get(_path(call.path["bucket"]))
    if found is None:
        raise Refusal(404, "notFound", "The specified bucket does not exist.")
    wanted = call.query.get("ifMetagenerationMatch")
    if wanted is not None and wanted != found["metageneration"]:
        raise Refusal(
            412,
            "conditionNotMet",
            "At least one of the pre-conditions you specified did not hold.",
        )
    return found


def _object(call: Call) -> tuple[str, Thing]:
    bucket, name = _bucket(call)["name"], call.path["object"]
    path = _object_path(bucket, name)
    found = call.store.get(path)
    if found is None:
        raise Refusal(404, "notFound", f"No such object: {bucket}/{name}")
    return path, found


def _upload(call: Call) -> tuple[Thing, bytes, str]:
    """What an upload says of the object, its content, and the content's type."""
    how = call.query.get("uploadType")
    if how == "media":
        return {}, call.media, "application/octet-stream"
    if how != "multipart":
        raise NotOffered(f"{call.method.id} with uploadType {how}")
    parts: Any = BytesParser().parsebytes(call.media).get_payload()
    if not isinstance(parts, list) or len(parts) != 2:  # noqa: PLR2004 - the object and its content
        raise Refusal(400, "badContent", "Two parts are expected: the object and its content.")
    told, content = (part.get_payload(decode=True) for part in parts)
    return json.loads(told), content, parts[1].get_content_type()


def _page(call: Call, kind: str, things: list[Thing]) -> Thing:
    size = int(call.query.get("maxResults", PAGE))
    start = int(call.query.get("pageToken") or 0)
    page: Thing = {"kind": kind, "items": things[start : start + size]}
    if start + size < len(things):
        page["nextPageToken"] = str(start + size)
    return page


def _path(bucket: str) -> str:
    return f"b/{bucket}"


def _object_path(bucket: str, name: str) -> str:
    return f"o/{bucket}/{name}"
