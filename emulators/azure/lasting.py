"""Long-running operations: accepted now, done or failed later, looked at in between.

What an operation will do when it ends is written down as data, so that it outlives a restart.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import uuid4

from emulators.azure.call import Call, Reply, moment
from emulators.azure.cloud import OPERATION, Cloud, Thing, merge, references
from emulators.azure.contract import check
from emulators.azure.errors import ArmError
from emulators.rules import Rule

KEPT = 86_400.0  # seconds an ended operation can still be looked at
POLL = re.compile(r".*/locations/[^/]+/(operations|operationresults)/([\w-]+)", re.IGNORECASE)
WAIT = "1"  # Retry-After, in seconds
FAILED = ("InternalServerError", "An internal error occurred while processing the request.")
NO_CAPACITY = (
    "AllocationFailed",
    (
        "Allocation failed. We do not have sufficient capacity for the requested VM size in this "
        "region. Read more about improving likelihood of allocation success at "
        "https://aka.ms/allocation-guidance"
    ),
)
BLOCKED = "ResourceGroupDeletionBlocked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What an operation does to the thing at `key` when it ends.

    done     merged into the body when it succeeds
    failed   merged when it fails; None: then the thing vanishes, as if never asked for
    removes  it removes the thing and all under it, when it succeeds
    also     keys that are removed with it
    makes    what is put there when it succeeds, and is not there before
    """

    key: str
    lags: float
    done: Mapping[str, Any] = field(default_factory=dict[str, Any])
    failed: Mapping[str, Any] | None = field(default_factory=dict[str, Any])
    removes: bool = False
    also: tuple[str, ...] = ()
    makes: Thing | None = None


def start(call: Call, work: Work, location: str) -> dict[str, str]:
    """Begin; gives the headers that lead to it: Azure-AsyncOperation and Location."""
    name, secret = str(uuid4()), uuid4().hex
    failure = _doom(call.rule)
    call.cloud.put(
        f"{OPERATION}/{name}",
        Thing(
            type=OPERATION,
            body={"name": name, "status": "InProgress", "startTime": call.time},
            hidden={
                "due": call.now + work.lags * call.lag,
                "key": work.key,
                "done": dict(work.done),
                "failed": None if work.failed is None else dict(work.failed),
                "removes": work.removes,
                "also": list(work.also),
                "makes": asdict(work.makes) if work.makes else None,
                "answer": [call.operation.package, call.operation.response],
                "secret": secret,
                "error": {"code": failure[0], "message": failure[1]} if failure else None,
            },
        ),
    )
    namespace = call.place.namespace or "Microsoft.Resources"
    where = f"{call.base}/subscriptions/{call.subscription}/providers/{namespace}"
    where = f"{where}/locations/{location or 'global'}"
    version = f"api-version={call.operation.version}&s={secret}"
    return {
        "Azure-AsyncOperation": f"{where}/operations/{name}?{version}",
        "Location": f"{where}/operationResults/{name}?{version}",
        "Retry-After": WAIT,
    }


def _doom(rule: Rule | None) -> tuple[str, str] | None:
    """How a fault makes it end, if one does."""
    if rule is None or rule.kind not in {"async-error", "no-capacity"}:
        return None
    code, message = FAILED if rule.kind == "async-error" else NO_CAPACITY
    return rule.code or code, rule.message or message


def settle(cloud: Cloud, now: float) -> None:
    """End every operation that is due."""
    while due := cloud.due(now):
        _end(cloud, due[0])
        cloud.commit()


def _end(cloud: Cloud, key: str) -> None:
    operation = cloud.take(key)
    if operation is None:
        return
    hidden = operation.hidden
    ended = hidden.pop("due")
    error = hidden["error"] or _blocked(cloud, hidden)
    operation.body["endTime"] = moment(ended)
    operation.body["status"] = "Failed" if error else "Succeeded"
    if error:
        operation.body["error"] = error
    hidden["ended"] = ended
    cloud.put(key, operation)
    _take_effect(cloud, hidden, error)


def _take_effect(cloud: Cloud, hidden: Mapping[str, Any], error: Mapping[str, str] | None) -> None:
    key = hidden["key"]
    makes = hidden["makes"]
    if makes:
        parent = key.rsplit("/", 2)[0]
        if error is None and cloud.peek(parent):
            cloud.put(key, Thing(**makes))
        return
    thing = cloud.take(key)
    if thing is None:
        return
    if error and hidden["failed"] is None:
        cloud.drop(key)
    elif error:
        merge(thing.body, hidden["failed"])
        thing.hidden["failure"] = dict(error)
        cloud.put(key, thing)
    elif hidden["removes"]:
        for gone in (key, *hidden["also"]):
            cloud.drop(gone)
    else:
        merge(thing.body, hidden["done"])
        thing.hidden.pop("failure", None)
        cloud.put(key, thing)


def _blocked(cloud: Cloud, hidden: Mapping[str, Any]) -> dict[str, str] | None:
    """A resource group is not removed while something outside uses something in it."""
    key = hidden["key"]
    if not hidden["removes"] or "/providers/" in key:
        return None
    for other, thing in cloud.each():
        if not other.startswith(key + "/") and other != key:
            used = next(
                (r for r in references(thing.properties) if r.lower().startswith(key + "/")), ""
            )
            if used:
                return {
                    "code": BLOCKED,
                    "message": f"Deletion of the resource group is blocked: {used} is in use by "
                    f"{thing.id}.",
                }
    return None


def supersede(call: Call, key: str) -> None:
    """What goes on with the thing at `key` is given up: it is being removed."""
    for name, operation in list(call.cloud.each(f"{OPERATION}/")):
        if operation.hidden["key"] == key and "due" in operation.hidden:
            given_up = call.cloud.take(name) or operation
            del given_up.hidden["due"]
            given_up.hidden["ended"] = call.now
            given_up.body.update(status="Canceled", endTime=call.time)
            call.cloud.put(name, given_up)


def goes_on(cloud: Cloud, under: str) -> bool:
    """Whether anything goes on with what lies under a key."""
    return any(
        "due" in operation.hidden and operation.hidden["key"].startswith(under)
        for _, operation in cloud.each(f"{OPERATION}/")
    )


def look(cloud: Cloud, path: str, query: Mapping[str, str], base: str) -> Reply | None:
    """Answer a look at an operation; None when the path is no such look."""
    found = POLL.fullmatch(path)
    operation = cloud.peek(f"{OPERATION}/{found[2]}") if found else None
    if found is None or operation is None:
        return None
    if query.get("s") != operation.hidden["secret"]:
        raise ArmError(401, "InvalidAuthenticationToken", "The link's signature is not valid.")
    if found[1].lower() == "operations":
        return Reply(200, {"id": path, **operation.body}, {"Retry-After": WAIT})
    return _result(cloud, operation, f"{base}{path}?s={query['s']}")


def _result(cloud: Cloud, operation: Thing, here: str) -> Reply:
    status = operation.body["status"]
    if status == "InProgress":
        return Reply(202, None, {"Location": here, "Retry-After": WAIT})
    if status != "Succeeded":
        error = operation.body.get("error", {"code": "Canceled", "message": "It was superseded."})
        raise ArmError(409, error["code"], error["message"])
    thing = cloud.peek(operation.hidden["key"])
    if thing is None:
        return Reply(204)
    package, model = operation.hidden.get("answer", ("", ""))
    if problems := check(package, model, thing.body, "answer") if model else ():
        raise AssertionError(f"no {model} looks so: {problems[:3]}")
    return Reply(200, thing.body)


def forget_old(cloud: Cloud, now: float) -> None:
    """Drop operations that ended long ago."""
    for key, thing in list(cloud.each(f"{OPERATION}/")):
        if thing.hidden.get("ended", now) < now - KEPT:
            cloud.drop(key)
