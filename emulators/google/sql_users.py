"""Cloud SQL's users. A password goes in and never comes out: only a mark of it is kept."""

from __future__ import annotations

import re
from hashlib import scrypt
from hmac import compare_digest

from emulators.google import sql
from emulators.google.call import Call
from emulators.google.operations import Work
from emulators.google.refusal import NotOffered, Refusal
from emulators.google.store import Store, Thing

NAME = re.compile(r"[a-z_][a-z0-9_$-]{0,62}", re.IGNORECASE)
KEPT_FOR_GOOGLE = re.compile(r"cloudsql.*|pg_.*")


def insert(call: Call) -> Thing:
    _running(call)
    sql.idle(call)
    _built_in(call)
    name = str(call.body.get("name") or "")
    if not NAME.fullmatch(name) or KEPT_FOR_GOOGLE.fullmatch(name):
        raise _invalid(f"User name {name!r} is not valid")
    path = sql.user(call, call.path["instance"], name)
    if call.store.get(path):
        raise Refusal(409, "alreadyExists", f"The user {name} already exists.")
    thing = {"name": name, **_marked(path, call.body.get("password"))}
    return sql.begin(call, Work(_instance(call), done=[["put", path, "sql-users", thing]]))


def update(call: Call) -> Thing:
    """Of the user that the query names; a user of PostgreSQL has no host."""
    _running(call)
    sql.idle(call)
    _built_in(call)
    path = _named(call)
    if call.body.get("name", call.query["name"]) != call.query["name"]:
        raise _invalid("User name in the body does not match the request")
    changed = _marked(path, call.body.get("password"))
    return sql.begin(call, Work(_instance(call), done=[["merge", path, changed]]))


def delete(call: Call) -> Thing:
    _running(call)
    sql.idle(call)
    path = _named(call)
    return sql.begin(call, Work(_instance(call), done=[["drop", path]]))


def list_(call: Call) -> Thing:
    _running(call)
    found = call.store.among("sql-users", sql.user(call, call.path["instance"], ""))
    return {"kind": "sql#usersList", "items": [_shown(call, thing) for _, thing in found]}


def get(call: Call) -> Thing:
    _running(call)
    path = sql.user(call, call.path["instance"], call.path["name"])
    return _shown(call, _there(call, path))


def lets_in(store: Store, project: str, instance: str, *, name: str, password: str) -> bool:
    """Whether the database would let them in: nobody without a password, and nobody with none."""
    path = f"sql/{project}/users/{instance}/{name}"
    mark = (store.get(path) or {}).get("mark", "")
    return bool(mark) and compare_digest(mark, _mark(path, password))


def _shown(call: Call, thing: Thing) -> Thing:
    return {
        "kind": "sql#user",
        "name": thing["name"],
        "host": "",
        "instance": call.path["instance"],
        "project": call.project,
        "type": "BUILT_IN",
    }


def _running(call: Call) -> None:
    if sql.must(call)["state"] != "RUNNABLE":
        raise _invalid("Invalid request since instance is not running")


def _built_in(call: Call) -> None:
    kind = call.body.get("type", "BUILT_IN")
    if kind != "BUILT_IN":
        raise NotOffered(f"{call.method.id} of a user of type {kind}")
    if call.body.get("host") or call.query.get("host"):
        raise _invalid("Invalid host in request body")


def _named(call: Call) -> str:
    """The path of the user in the query."""
    name = call.query.get("name", "")
    if not name:
        raise _invalid("User name is required")
    path = sql.user(call, call.path["instance"], name)
    _there(call, path)
    return path


def _there(call: Call, path: str) -> Thing:
    found = call.store.get(path)
    if found is None:
        raise Refusal(404, "userDoesNotExist", "The requested user does not exist.")
    return found


def _marked(path: str, password: str | None) -> Thing:
    return {"mark": _mark(path, password)} if password else {}


def _mark(path: str, password: str) -> str:
    return scrypt(password.encode(), salt=path.encode(), n=2**10, r=8, p=1).hex()


def _instance(call: Call) -> str:
    return sql.where(call, call.path["instance"])


def _invalid(message: str) -> Refusal:
    return Refusal(400, "invalid", f"Invalid request: {message}.")
