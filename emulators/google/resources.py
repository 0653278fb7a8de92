"""The verbs that every collection of Compute Engine has in common.

What is particular to a collection is in machines.py, networks.py and connections.py: they check
and fill in what is inserted, and say what becomes of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from emulators.google import offers, operations
from emulators.google.call import LINK, Call
from emulators.google.filters import certain
from emulators.google.operations import Change, Work, fingerprint
from emulators.google.paging import page
from emulators.google.refusal import Refusal, invalid, missing
from emulators.google.store import Thing

LABEL_KEY = re.compile(r"[a-z][a-z0-9_-]{0,62}")
LABEL_VALUE = re.compile(r"[a-z0-9_-]{0,63}")
MOST_LABELS = 64
OTHERS_LINK = re.compile(r"https?://[^/]+/compute/[^/]+/(.+)")

Prepare = Callable[[Call, Thing], Work]
PREPARE: dict[str, Prepare] = {}  # collection -> checks and fills in what is inserted
REMOVE: dict[str, Callable[[Call, Thing], Work]] = {}  # collection -> what a delete comes to
USERS: dict[str, tuple[str, ...]] = {}  # collection -> collections whose things keep it in use
INTERRUPTIBLE = frozenset({"instances"})  # may be deleted while something is under way
SHOWN: dict[str, Callable[[Call, Thing], Thing]] = {}  # collection -> what is worked out on read


def insert(call: Call) -> Thing:
    if again := operations.replay(call):
        return again
    _check_place(call)
    name = call.body.get("name")
    if not name:
        raise Refusal(400, "required", "Required field 'resource.name' not specified")
    path = f"{call.folder}/{name}"
    if call.store.get(path):
        raise Refusal(409, "alreadyExists", f"The resource '{path}' already exists")
    known = call.method.api.schemas[call.method.request]["properties"]
    thing = {
        "kind": known["kind"].get("default", "compute#thing"),
        "id": operations.new_id(),
        "creationTimestamp": call.cloud.pacific(),
        **call.body,
        "selfLink": LINK + path,
    }
    for kind in ("zone", "region"):
        if kind in call.path and kind in known:
            thing[kind] = LINK + call.scope
    if "labels" in known:
        thing["labels"] = labels(call.body.get("labels") or {})
        thing["labelFingerprint"] = fingerprint(thing["labels"])
    prepare = PREPARE.get(call.method.collection)
    work = prepare(call, thing) if prepare else Work(path, failed=[["drop", path]])
    if "fingerprint" in known:
        thing["fingerprint"] = fingerprint(thing)
    call.store.put(path, call.method.collection, thing)
    return operations.begin(call, work)


def get(call: Call) -> Thing:
    return _shown(call, must(call, call.target))


def list_(call: Call) -> Thing:
    _check_place(call)
    return page(call, _in(call, f"{call.folder}/"))


def aggregated(call: Call) -> Thing:
    """Everything of a collection in a project, by scope; scopes without any say so."""
    plural = call.method.collection
    told = page(call, _in(call, f"projects/{call.project}/"))
    scopes: dict[str, Any] = {}
    for region, letters in offers.ZONES.items():
        for scope in (f"regions/{region}", *(f"zones/{region}-{letter}" for letter in letters)):
            scopes[scope] = _nothing(scope)
    for thing in told.pop("items", []):
        scope = thing["selfLink"].removeprefix(LINK).split("/", 2)[2].rsplit("/", 2)[0]
        if plural not in scopes.get(scope, {}):
            scopes[scope] = {plural: []}
        scopes[scope][plural].append(thing)
    return {**told, "items": scopes}


def delete(call: Call) -> Thing:
    if again := operations.replay(call):
        return again
    thing = must(call, call.target)
    if call.method.collection not in INTERRUPTIBLE:
        operations.idle(call, call.target)
    not_used(call, call.store.mentioning(thing["selfLink"], USERS.get(call.method.collection, ())))
    remove = REMOVE.get(call.method.collection)
    work = remove(call, thing) if remove else Work(call.target, done=[["drop", call.target]])
    return operations.begin(call, work)


def patch(call: Call) -> Thing:
    if again := operations.replay(call):
        return again
    thing = must(call, call.target)
    operations.idle(call, call.target)
    if (
        "fingerprint" in thing
        and call.body.get("fingerprint", thing["fingerprint"]) != (thing["fingerprint"])
    ):
        raise Refusal(412, "conditionNotMet", "Invalid fingerprint.")
    fields = {k: v for k, v in call.body.items() if k not in {"fingerprint", "name"}}
    if "labels" in fields:
        fields["labels"] = labels(fields["labels"] or {})
    if "fingerprint" in thing:
        fields["fingerprint"] = fingerprint({**thing, **fields})
    return operations.begin(call, Work(call.target, done=[["merge", call.target, fields]]))


def set_labels(call: Call) -> Thing:
    if again := operations.replay(call):
        return again
    thing = must(call, call.target)
    operations.idle(call, call.target)
    if call.body.get("labelFingerprint") != thing["labelFingerprint"]:
        raise Refusal(
            412,
            "conditionNotMet",
            "Labels fingerprint either invalid or resource labels have changed",
        )
    wanted = labels(call.body.get("labels") or {})
    change: Change = ["merge", call.target]
    change.append({"labels": wanted, "labelFingerprint": fingerprint(wanted)})
    return operations.begin(call, Work(call.target, done=[change]))


def not_used(call: Call, users: Sequence[str]) -> None:
    """Refuse to delete what `users` still need."""
    if users:
        noun = re.sub(r"(?<=ss)es$|s$", "", call.method.collection)
        raise Refusal(
            400,
            "resourceInUseByAnotherResource",
            f"The {noun} resource '{call.target}' is already being used by '{users[0]}'",
        )


def must(call: Call, path: str) -> Thing:
    """The thing at `path`, ours or Google's own. Raises Refusal 404."""
    found = call.store.get(path) or offers.find(path)
    if found is None:
        raise missing(path)
    return found


def refer(call: Call, field: str, reference: object, collection: str) -> str:
    """The path of an existing thing of `collection` that a request's field refers to.

    A reference is a whole link, or a path that starts at `projects/`, or at the scope.
    """
    text = str(reference)
    path = found[1] if (found := OTHERS_LINK.fullmatch(text)) else text
    if not path.startswith("projects/"):
        path = f"projects/{call.project}/{path.lstrip('/')}"
    if path.split("/")[-2] != collection:
        raise invalid(field, text, "The URL is malformed.")
    if not (call.store.get(path) or offers.find(path)):
        raise invalid(field, text, "The referenced resource cannot be found.")
    operations.idle(call, path)
    return path


def labels(given: dict[str, str]) -> dict[str, str]:
    """The labels, if Google would take them. Raises Refusal."""
    if len(given) > MOST_LABELS:
        raise invalid("resource.labels", "", f"A resource takes at most {MOST_LABELS} labels.")
    for key, value in given.items():
        if not LABEL_KEY.fullmatch(_plain(key)):
            raise invalid("resource.labels", key, "Label key violates format constraints.")
        if not LABEL_VALUE.fullmatch(_plain(value)):
            raise invalid(
                "resource.labels",
                value,
                f"Label value '{value}' violates format constraints. The value can only contain "
                "lowercase letters, numeric characters, underscores and dashes. The value can be "
                "at most 63 characters long. International characters are allowed.",
            )
    return given


def _plain(text: str) -> str:
    """`text` with every international small letter, which labels may have, as an a."""
    return "".join("a" if c.isalpha() and c.islower() else c for c in text)


def _check_place(call: Call) -> None:
    kind = call.scope.rsplit("/", 2)[-2]
    if kind in {"zones", "regions"} and offers.find(call.scope) is None:
        raise missing(call.scope)


def _in(call: Call, prefix: str) -> list[Thing]:
    holding = certain(call.query.get("filter", ""))
    own = [thing for _, thing in call.store.among(call.method.collection, prefix, holding)]
    return [_shown(call, thing) for thing in own] + offers.listed(prefix.rstrip("/"))


def _shown(call: Call, thing: Thing) -> Thing:
    show = SHOWN.get(call.method.collection)
    return show(call, thing) if show else thing


def _nothing(scope: str) -> Thing:
    message = f"There are no results for scope '{scope}' on this page."
    data = [{"key": "scope", "value": scope}]
    return {"warning": {"code": "NO_RESULTS_ON_PAGE", "message": message, "data": data}}
