"""Operations: everything that changes Compute Engine is asked for now and happens later.

What is to happen is data, kept with the state, so that it happens after a restart too: changes
for when the operation is done, and others for when it ends as failed. A change is one of

  ["put", path, collection, thing]   ["merge", path, fields; null takes one away]   ["drop", path]
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from secrets import randbits, token_hex
from typing import Any
from uuid import UUID

from emulators.google import faults
from emulators.google.call import LINK, Call, Cloud
from emulators.google.paging import page
from emulators.google.refusal import Refusal, invalid, missing
from emulators.google.store import Due, Thing

Change = list[Any]
KEPT = 14 * 24 * 3600.0  # seconds Google still tells of an operation that is done
SWEEP = 500  # every so many operations the old ones go


@dataclass(frozen=True, slots=True)
class Work:
    """One thing to do to `target`: what it changes in the end, and what when it fails."""

    target: str
    done: Sequence[Change] = ()
    failed: Sequence[Change] = ()
    later: Sequence[Change] = ()  # changes a while after it is done


def new_id() -> str:
    return str(randbits(62) + 1)


def fingerprint(value: object) -> str:
    return base64.urlsafe_b64encode(sha256(repr(value).encode()).digest()[:8]).decode()


def replay(call: Call) -> Thing | None:
    """The operation that an earlier request with the same requestId started, as it is now."""
    request = call.query.get("requestId")
    if request is None:
        return None
    try:
        known = UUID(request).int != 0
    except ValueError:
        known = False
    if not known:
        raise invalid("requestId", request, "Must be a valid UUID other than zero.")
    seen = call.store.get(_request_path(call))
    return call.store.get(seen["operation"]) if seen else None


def begin(call: Call, work: Work) -> Thing:
    """Start an operation, and answer it."""
    cloud = call.cloud
    name = f"operation-{int(cloud.clock() * 1000)}-{token_hex(8)}"
    path = f"{call.scope}/operations/{name}"
    operation = {
        "kind": "compute#operation",
        "id": new_id(),
        "name": name,
        "operationType": call.method.verb,
        "targetLink": LINK + work.target,
        "targetId": (cloud.store.get(work.target) or {}).get("id", new_id()),
        "status": "RUNNING",
        "progress": 0,
        "user": "emulated@example.iam.gserviceaccount.com",
        "insertTime": cloud.pacific(),
        "startTime": cloud.pacific(),
        "selfLink": LINK + path,
    }
    for kind in ("zone", "region"):
        if kind in call.path:
            operation[kind] = LINK + call.scope
    if "requestId" in call.query:
        operation["clientOperationId"] = call.query["requestId"]
        cloud.store.put(_request_path(call), "requests", {"operation": path})
    cloud.store.put(path, "operations", operation)
    schedule(cloud, work, {"operation": path, "error": faults.told(call)})
    if cloud.store.count_up("operations") % SWEEP == 0:
        _sweep(cloud)
    return operation


def schedule(cloud: Cloud, work: Work, more: Thing) -> None:
    """Note what `work` will come to; `more` holds its operation and the error it ends with."""
    error = more.get("error")
    body = {**more, "changes": list(work.failed if error else work.done)}
    cloud.store.schedule(Due(cloud.clock() + cloud.lag, work.target, body))
    if work.later and not error:
        after = Due(cloud.clock() + 2 * cloud.lag, work.target, {"changes": list(work.later)})
        cloud.store.schedule(after)


def settle(cloud: Cloud) -> None:
    """Let everything happen that has fallen due by now."""
    while due := cloud.store.take_due(cloud.clock()):
        for change in due.body["changes"]:
            _apply(cloud, change)
        if "operation" in due.body:
            _end(cloud, due.body["operation"], due.body.get("error"))


def idle(call: Call, path: str) -> None:
    """Refuse, as Compute Engine does, while an operation on `path` is under way."""
    if any("operation" in due.body for due in call.store.coming(path)):
        raise Refusal(400, "resourceNotReady", f"The resource '{path}' is not ready")


def overtake(cloud: Cloud, target: str) -> None:
    """What is under way with `target` ends in its time, and changes nothing any more."""
    coming = cloud.store.coming(target)
    cloud.store.cancel(target)
    for due in coming:
        cloud.store.schedule(Due(due.at, target, {**due.body, "changes": []}))


def get(call: Call) -> Thing:
    path = f"{call.scope}/operations/{call.path['operation']}"
    found = call.store.get(path)
    if found is None:
        raise missing(path)
    return found


def list_(call: Call) -> Thing:
    """The operations of one scope."""
    found = [one for _, one in call.store.among("operations", f"{call.scope}/operations/")]
    return page(call, found)


def delete(call: Call) -> None:
    """Forget a finished operation, and its requestId with it."""
    found = get(call)
    if found["status"] != "DONE":
        raise Refusal(400, "resourceNotReady", f"The operation '{found['name']}' is not done")
    _forget(call.cloud, f"{call.scope}/operations/{found['name']}")


def _forget(cloud: Cloud, path: str) -> None:
    cloud.store.drop(path)
    for request in cloud.store.mentioning(path, ["requests"]):
        cloud.store.drop(request)


def _sweep(cloud: Cloud) -> None:
    oldest = cloud.clock() - KEPT
    for path, operation in cloud.store.among("operations", ""):
        begun = datetime.fromisoformat(operation["insertTime"]).timestamp()
        if operation["status"] == "DONE" and begun < oldest:
            _forget(cloud, path)


def _request_path(call: Call) -> str:
    return f"requests/{call.method.id}/{call.scope}/{call.query['requestId']}"


def _apply(cloud: Cloud, change: Change) -> None:
    verb, path, *rest = change
    if verb == "drop":
        cloud.store.drop(path)
        cloud.store.cancel(path)
    elif verb == "put":
        cloud.store.put(path, rest[0], rest[1])
    elif thing := cloud.store.get(path):
        merged = {k: v for k, v in {**thing, **rest[0]}.items() if v is not None}
        cloud.store.put(path, "", merged)


def _end(cloud: Cloud, path: str, error: Thing | None) -> None:
    operation = cloud.store.get(path)
    if operation is None:
        return
    now = cloud.zulu() if path.startswith("sql/") else cloud.pacific()
    operation |= {"status": "DONE", "endTime": now}
    if "progress" in operation:
        operation["progress"] = 100
    if error:
        operation |= error
    cloud.store.put(path, "", operation)
