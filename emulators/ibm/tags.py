"""Tags, which are told late: what is attached or detached shows after its time."""

from __future__ import annotations

from datetime import datetime

from emulators.ibm.call import Call
from emulators.ibm.refusal import Refusal, invalid
from emulators.ibm.store import Thing

LONGEST = 128
UNKNOWN = "The provided auth token does not have permissions to perform the request"
TAGGABLE = ("vpcs", "subnets", "instances", "volumes", "security_groups", "gateways", "buckets")


def attach(call: Call) -> Thing:
    return _change(call, add=True)


def detach(call: Call) -> Thing:
    return _change(call, add=False)


def list_(call: Call) -> Thing:
    """All tags, or those of one thing; of what the search does not know yet nobody may ask."""
    wanted = call.query.get("attached_to", "")
    if wanted and wanted not in {one["crn"] for one in indexed(call)}:
        raise Refusal(401, "GST605E", UNKNOWN)
    names = sorted({name for crn, names in told(call) if wanted in {"", crn} for name in names})
    start, size = int(call.query.get("offset", "0")), int(call.query.get("limit", "100"))
    items = [{"name": name} for name in names[start : start + size]]
    return {"total_count": len(names), "offset": start, "limit": size, "items": items}


def told(call: Call) -> list[tuple[str, list[str]]]:
    """What is attached by now, by CRN."""
    return [(one["crn"], one.get("names", [])) for one in call.store.among("tags")]


def taggable(call: Call) -> list[Thing]:
    return [one for name in TAGGABLE for one in call.store.among(name)]


def indexed(call: Call) -> list[Thing]:
    """What has stood long enough for the search to know of it."""
    told_of = call.cloud.clock() - call.cloud.lag
    return [one for one in taggable(call) if _since(one) <= told_of]


def _since(thing: Thing) -> float:
    return datetime.fromisoformat(thing["created_at"]).timestamp()


def _change(call: Call, *, add: bool) -> Thing:
    names = call.body.get("tag_names") or [call.body.get("tag_name")]
    for name in names:
        if not isinstance(name, str) or not name or len(name) > LONGEST:
            raise invalid("tag_names", name, f"is no text of at most {LONGEST} characters")
    results = []
    known = {one["crn"] for one in taggable(call)}
    for resource in call.body.get("resources") or []:
        crn = str(resource.get("resource_id"))
        if crn in known:
            _keep(call, crn, {name.lower() for name in names}, add=add)
        results.append({"resource_id": crn, "is_error": crn not in known})
    return {"results": results}


def _keep(call: Call, crn: str, names: set[str], *, add: bool) -> None:
    found = call.store.get("tags", f"tags {crn}") or {"id": f"tags {crn}", "_region": ""}
    now = set(found.get("_next") or [])
    if call.query.get("update") == "true":  # a new value takes the place of the old one
        keys = {name.partition(":")[0] for name in names if ":" in name}
        now = {name for name in now if name.partition(":")[0] not in keys}
    wanted = sorted(now | names if add else now - names)
    then: Thing = {"names": wanted}
    found |= {"crn": crn, "_next": wanted} | call.cloud.later(then)
    call.store.put("tags", found)
