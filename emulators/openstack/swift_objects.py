"""Swift: the objects in a container, each with its current version only."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from emulators.content import md5_hex, packed, unpacked
from emulators.loopback import Answer
from emulators.openstack.call import Call, Refusal, answer
from emulators.openstack.store import Thing

OBJECTS, CONTENTS = "objects", "contents"
TOLD = ("name", "bytes", "hash", "content_type", "last_modified")
LONGEST_NAME = 1024


def list_(call: Call) -> Answer:
    name = _container(call)
    found = [one for one in call.store.each(call.named(OBJECTS)) if one["container"] == name]
    marker, limit = call.query.get("marker", ""), int(call.query.get("limit", "10000"))
    page = sorted((one for one in found if one["name"] > marker), key=lambda one: one["name"])
    version = {"version_id": "null", "is_latest": True} if "versions" in call.query else {}
    told = [{**{key: one[key] for key in TOLD}, **version} for one in page[:limit]]
    return Answer(200, {"Content-Type": "application/json"}, json.dumps(told).encode())


def get(call: Call) -> Answer:
    found = _must(call)
    kept = call.store.get(call.named(CONTENTS), found["id"])
    headers = {"Content-Type": found["content_type"], "ETag": found["hash"]}
    return Answer(200, headers, unpacked(kept["data"]) if kept else b"")


def put(call: Call) -> Answer:
    container, name = _container(call), call.path["object"]
    if len(name.encode()) > LONGEST_NAME:
        raise Refusal(400, f"Object name length is longer than {LONGEST_NAME}")
    digest = md5_hex(call.content)
    if call.headers.get("etag", digest).strip('"') != digest:
        raise Refusal(422, "Unable to process the contained instructions")
    at = datetime.fromtimestamp(call.cloud.clock(), UTC)
    thing: Thing = {
        "id": f"{container}/{name}",
        "container": container,
        "name": name,
        "bytes": len(call.content),
        "hash": digest,
        "content_type": call.headers.get("content-type", "application/octet-stream"),
        "last_modified": at.strftime("%Y-%m-%dT%H:%M:%S.%f"),
    }
    call.store.put(call.named(OBJECTS), thing)
    data = packed(call.content)
    call.store.put(call.named(CONTENTS), {"id": thing["id"], "data": data})
    return answer(None, 201, {"ETag": digest})


def delete(call: Call) -> Answer:
    found = _must(call)
    call.store.drop(call.named(OBJECTS), found["id"])
    call.store.drop(call.named(CONTENTS), found["id"])
    return answer(None, 204)


def _container(call: Call) -> str:
    name = call.path["name"]
    if call.store.get(call.named("containers"), name) is None:
        raise Refusal(404, "The resource could not be found.")
    return name


def _must(call: Call) -> Thing:
    found = call.store.get(call.named(OBJECTS), f"{_container(call)}/{call.path['object']}")
    if found is None:
        raise Refusal(404, "The resource could not be found.")
    return found
