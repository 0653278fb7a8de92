"""What all resources do alike: be put, got, patched, deleted and listed."""

from __future__ import annotations

from copy import deepcopy
from http import HTTPStatus
from typing import Any
from uuid import uuid4

from emulators.azure import lasting, paging, surroundings
from emulators.azure.call import Call, Reply
from emulators.azure.cloud import Thing, merge
from emulators.azure.errors import busy, no_parent, no_resource, not_offered
from emulators.azure.groups import check_tags
from emulators.azure.kinds import KINDS, Kind
from emulators.azure.lasting import Work
from emulators.azure.place import place

OPERATION_BODY = "UpsertServerManagementOperationV2"


def kind_of(type_: str, call: Call) -> Kind:
    """Raises ArmError for a type that is real and not offered."""
    found = KINDS.get(type_.lower())
    if found is None:
        raise not_offered(call.operation.title)
    return found


def find(call: Call) -> Thing:
    """The resource of the path. Raises ArmError as ARM does for what is missing."""
    where, kind = call.place, kind_of(call.place.type, call)
    group = call.group()
    thing = call.cloud.take(where.key)
    if thing:
        return thing
    parent = where.parent
    if parent and call.cloud.peek(parent.key) is None:
        raise no_parent(parent.name)
    if kind.defaults is None:
        raise no_resource(where.type, where.name, str(group.body["name"]))
    return Thing(kind.key, _identity(call, kind) | {"properties": deepcopy(dict(kind.defaults))})


def get(call: Call) -> Reply:
    thing = find(call)
    return Reply(200, kind_of(thing.type, call).show(call, thing))


def put(call: Call) -> Reply:
    where, kind = call.place, kind_of(call.place.type, call)
    call.group(building=True)
    old = call.cloud.take(where.key)
    surroundings.check(call, kind, old)
    kind.check(call, old)
    if old and not kind.settled(old):
        raise busy(kind.busy, where.path)
    if old and kind.ready(old) and old.hidden.get("asked") == call.body:
        return _answer(call, kind, old, {}, new=False)
    new = _composed(call, kind, old)
    done = kind.fill(call, new, old)
    children = _without_children(kind, new)
    lasts = kind.style != "now" and call.operation.long_running
    if lasts:
        merge(new.body, kind.told(kind.states.updating if old else kind.states.creating))
    else:
        merge(new.body, _merged(kind.told(kind.states.done), done))
    unseen = lasts and old is None and not kind.states.field
    if not unseen:
        call.cloud.put(where.key, new)
    _put_children(call, kind, new, children)
    headers = _begin(call, kind, new, done, fresh=old is None) if lasts else {}
    return _answer(call, kind, new, headers, new=old is None)


def patch(call: Call) -> Reply:
    thing = find(call)
    kind = kind_of(thing.type, call)
    if not kind.settled(thing):
        raise busy(kind.busy, call.path)
    old = deepcopy(thing)
    merge(thing.body, call.body)
    if "tags" in call.body:  # tags are replaced, not merged
        check_tags(call.body["tags"] or {})
        thing.body["tags"] = dict(call.body["tags"] or {})
    kind.check(call, old)
    done = kind.fill(call, thing, old)
    thing.hidden["asked"] = None
    headers: dict[str, str] = {}
    if call.operation.long_running:
        merge(thing.body, kind.told(kind.states.updating))
        headers = _begin(call, kind, thing, done, fresh=False)
    else:
        merge(thing.body, done)
    call.cloud.put(call.place.key, thing)
    return _answer(call, kind, thing, headers, new=False)


def delete(call: Call) -> Reply:
    where, kind = call.place, kind_of(call.place.type, call)
    call.group()
    thing = call.cloud.take(where.key)
    if thing is None:
        return Reply(204)
    if kind.in_use[0]:
        surroundings.check_unused(call, kind)
    also = kind.with_it(call, thing)
    if not call.operation.long_running:
        for key in (where.key, *also):
            call.cloud.drop(key)
        return Reply(200)
    if kind.state(thing) != kind.states.deleting:
        lasting.supersede(call, where.key)
    merge(thing.body, kind.told(kind.states.deleting))
    call.cloud.put(where.key, thing)
    work = Work(
        key=where.key,
        lags=kind.lags,
        removes=True,
        also=also,
        failed=kind.told(kind.states.failed),
    )
    return Reply(202, None, lasting.start(call, work, _location(call, thing)))


def listing(call: Call) -> Reply:
    """One page of the resources of a type: in the subscription, a group, or a parent."""
    if set(call.query) - {"api-version", paging.TOKEN, "$top"}:
        raise not_offered(f"{call.operation.title} with {', '.join(sorted(call.query))}")
    where = call.place
    kind = kind_of("/".join((where.namespace, *where.segments[::2])), call)
    if where.group:
        call.group()
    under = f"{(where.group_key if where.group else f'/subscriptions/{call.subscription}')}/"
    if len(where.segments) > 1:
        under = f"{where.key.rsplit('/', 1)[0]}/"
        parent = place(call.path.rsplit("/", 1)[0]).key
        if not parent.endswith("/default") and call.cloud.peek(parent) is None:
            raise no_parent(where.segments[-2])
    found = [t for _, t in call.cloud.each(under.lower(), kind.key)]
    return paging.page(call, [kind.show(call, deepcopy(thing)) for thing in found])


def _identity(call: Call, kind: Kind) -> dict[str, Any]:
    return {"id": call.path, "name": call.place.name, "type": kind.type}


def _composed(call: Call, kind: Kind, old: Thing | None) -> Thing:
    body = {**_identity(call, kind), **deepcopy(call.body)}
    body.setdefault("properties", {})
    if kind.tracked:
        body.setdefault("tags", {})
    hidden = {**(old.hidden if old else {}), "asked": deepcopy(call.body)}
    return Thing(kind.key, body, hidden)


def _without_children(kind: Kind, new: Thing) -> dict[str, list[dict[str, Any]]]:
    """Take the children out of a body; they live beside their parent."""
    given = {name: new.properties.pop(name, None) for name in kind.embeds}
    return {name: children for name, children in given.items() if children is not None}


def _put_children(
    call: Call, kind: Kind, new: Thing, children: dict[str, list[dict[str, Any]]]
) -> None:
    """A PUT of a parent replaces the children that its body carries."""
    for name, bodies in children.items():
        child = KINDS[f"{kind.key}/{name.lower()}"]
        wanted = {f"{new.id}/{name}/{body['name']}".lower(): body for body in bodies}
        for key, _ in list(call.cloud.each(f"{new.id.lower()}/{name.lower()}/", child.key)):
            if key not in wanted:
                call.cloud.drop(key)
        for key, body in wanted.items():
            made = {"id": f"{new.id}/{name}/{body['name']}", "type": child.type, **deepcopy(body)}
            merge(made, child.told(child.states.done))
            made["etag"] = f'W/"{uuid4()}"'
            call.cloud.put(key, Thing(child.key, made))


def _begin(
    call: Call, kind: Kind, thing: Thing, done: dict[str, Any], *, fresh: bool
) -> dict[str, str]:
    vanishes = kind.vanishes and fresh
    work = Work(
        key=call.place.key,
        lags=kind.lags,
        done=_merged(kind.told(kind.states.done), done),
        failed=None if vanishes else kind.told(kind.states.failed),
        makes=thing if fresh and not kind.states.field else None,
    )
    return lasting.start(call, work, _location(call, thing))


def _answer(call: Call, kind: Kind, thing: Thing, headers: dict[str, str], *, new: bool) -> Reply:
    body = kind.show(call, deepcopy(thing))
    if headers and kind.style == "operation":
        return Reply(202, {"operation": OPERATION_BODY, "startTime": call.time}, headers)
    if headers and kind.style == "partial":
        return Reply(202, {k: v for k, v in body.items() if k not in {"id", "type"}}, headers)
    if headers and kind.style == "bare":
        return Reply(202, None, {"Location": headers["Location"], "Retry-After": lasting.WAIT})
    statuses = call.operation.statuses
    status = HTTPStatus.CREATED if new and HTTPStatus.CREATED in statuses else HTTPStatus.OK
    if status not in statuses:  # PostgreSQL answers 202 whatever it has to do
        return Reply(statuses[0], {"operation": OPERATION_BODY, "startTime": call.time}, headers)
    return Reply(status, body, headers)


def _location(call: Call, thing: Thing) -> str:
    """Where it is; a child is where its group is."""
    found = thing.body.get("location") or call.group().body["location"]
    return str(found)


def _merged(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    merged = deepcopy(one)
    merge(merged, other)
    return merged
