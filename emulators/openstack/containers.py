"""Swift: containers. What is in them: `emulators/openstack/swift_objects.py`."""

from __future__ import annotations

import json
import re

from emulators.loopback import Answer
from emulators.openstack.call import Call, Refusal, answer
from emulators.openstack.store import Thing

KEPT = re.compile(r"x-container-(meta-[a-z0-9-]+|read|write)|x-versions-enabled")
LONGEST_NAME, LONGEST_VALUE = 256, 256


def put(call: Call) -> Answer:
    """Make it, or change what is there: the name is its key."""
    found = call.store.get(call.named("containers"), call.path["name"])
    if len(call.path["name"]) > LONGEST_NAME:
        raise Refusal(400, "Container name length is too long")
    _keep(call, found or {"id": call.path["name"], "headers": {}})
    return answer(None, 202 if found else 201)


def post(call: Call) -> Answer:
    _keep(call, _must(call))
    return answer(None, 204)


def head(call: Call) -> Answer:
    found = _must(call)
    count = len(_objects(call, found["id"]))
    told = {"X-Container-Object-Count": str(count), "X-Container-Bytes-Used": "0"}
    return answer(None, 204, {**told, **found["headers"]})


def list_(call: Call) -> Answer:
    prefix, marker = call.query.get("prefix", ""), call.query.get("marker", "")
    names = sorted(one["id"] for one in call.store.each(call.named("containers")))
    found = [name for name in names if name.startswith(prefix) and name > marker]
    limit = int(call.query.get("limit", "10000"))
    told = [{"name": name, "count": 0, "bytes": 0} for name in found[:limit]]
    return Answer(200, {"Content-Type": "application/json"}, json.dumps(told).encode())


def delete(call: Call) -> Answer:
    found = _must(call)
    if _objects(call, found["id"]):
        raise Refusal(409, "There was a conflict when trying to complete your request.")
    call.store.drop(call.named("containers"), found["id"])
    return answer(None, 204)


def _keep(call: Call, found: Thing) -> None:
    for name, value in call.headers.items():
        if not KEPT.fullmatch(name):
            continue
        if len(value) > LONGEST_VALUE:
            raise Refusal(400, f"Metadata value longer than {LONGEST_VALUE}: {name}")
        if value:
            found["headers"][name] = value
        else:
            found["headers"].pop(name, None)
    call.store.put(call.named("containers"), found)


def _must(call: Call) -> Thing:
    found = call.store.get(call.named("containers"), call.path["name"])
    if found is None:
        raise Refusal(404, "The resource could not be found.")
    return found


def _objects(call: Call, name: str) -> list[Thing]:
    return [o for o in call.store.each(call.named("objects")) if o["id"].startswith(f"{name}/")]
