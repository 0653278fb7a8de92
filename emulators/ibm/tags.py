"""Tags and the search by them. Both are told late: what is attached is found after its time."""

from __future__ import annotations

from emulators.ibm.call import Call
from emulators.ibm.refusal import invalid
from emulators.ibm.store import Thing

LONGEST = 128
MOST = 1000
SEARCHED = ("vpcs", "subnets", "instances", "volumes", "security_groups", "gateways", "buckets")


def attach(call: Call) -> Thing:
    return _change(call, add=True)


def detach(call: Call) -> Thing:
    return _change(call, add=False)


def list_(call: Call) -> Thing:
    wanted = call.query.get("attached_to", "")
    names = sorted({name for crn, names in _told(call) if wanted in {"", crn} for name in names})
    start, size = int(call.query.get("offset", "0")), int(call.query.get("limit", "100"))
    items = [{"name": name} for name in names[start : start + size]]
    return {"total_count": len(names), "offset": start, "limit": size, "items": items}


def search(call: Call) -> Thing:
    """Lucene's `tags:"a:b" AND name:x`, and nothing else of it; oldest first, in pages."""
    query = str(call.body.get("query", "*"))
    tags = dict(_told(call))
    found = [one for one in _all(call) if _fits(query, one, tags.get(one["crn"], []))]
    start = int(call.body.get("search_cursor") or 0)
    size = int(call.query.get("limit", "10"))
    if not 0 < size <= MOST:
        raise invalid("limit", size, f"is not from 1 to {MOST}")
    items = [
        {"crn": one["crn"], "name": one["name"], "tags": tags.get(one["crn"], [])}
        for one in found[start : start + size]
    ]
    told: Thing = {"items": items, "limit": size}
    if start + size < len(found):
        told["search_cursor"] = str(start + size)
    return told


def _change(call: Call, *, add: bool) -> Thing:
    names = call.body.get("tag_names") or [call.body.get("tag_name")]
    for name in names:
        if not isinstance(name, str) or not name or len(name) > LONGEST:
            raise invalid("tag_names", name, f"is no text of at most {LONGEST} characters")
    results = []
    known = {one["crn"] for one in _all(call)}
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


def _told(call: Call) -> list[tuple[str, list[str]]]:
    return [(one["crn"], one.get("names", [])) for one in call.store.among("tags")]


def _all(call: Call) -> list[Thing]:
    return [one for name in SEARCHED for one in call.store.among(name)]


def _fits(query: str, thing: Thing, tags: list[str]) -> bool:
    for part in query.split(" AND "):
        field, _, value = part.strip().partition(":")
        wanted = value.strip('"')
        if (field == "tags" and wanted not in tags) or (
            field == "name" and wanted != thing["name"]
        ):
            return False
        if field not in {"tags", "name", "*"}:
            raise invalid("query", query, "is more than this emulator searches by")
    return True
