"""Global Search: what the account has, by a little of Lucene, in pages.

All of it is told late: a thing after its time, and what is attached to it after its time again.
"""

from __future__ import annotations

import binascii
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode

from emulators.ibm import tags
from emulators.ibm.call import ACCOUNT, Call
from emulators.ibm.refusal import invalid
from emulators.ibm.store import Thing

MOST, USUAL = 1000, 10
FIELDS = ("account_id", "name", "type", "family", "crn")  # told unless others are asked for
SERVICE, REGION, TYPE = 4, 5, 8  # where a CRN says them


def search(call: Call) -> Thing:
    """`family:is AND type:instance AND tags:"a:b"`, and nothing else of Lucene; oldest first.

    A page that is full has a cursor, the last one too: what it leads to may be empty. With a cursor
    whatever else the body says is ignored.
    """
    asked = _asked(call)
    size = _size(call.query.get("limit", str(USUAL)))
    attached = dict(tags.told(call))
    documents = [_document(one, attached.get(one["crn"], [])) for one in tags.indexed(call)]
    found = [one for one in documents if _fits(asked["query"], one)]
    page = found[asked["start"] : asked["start"] + size]
    fields = {*asked["fields"], "crn"}
    items = [
        one if "*" in fields else {k: v for k, v in one.items() if k in fields} for one in page
    ]
    told: Thing = {"items": items, "limit": size}
    if len(page) == size:
        told["search_cursor"] = _closed(asked | {"start": asked["start"] + size})
    return told


def _document(thing: Thing, attached: list[str]) -> Thing:
    parts = thing["crn"].split(":")
    return {
        "account_id": ACCOUNT.removeprefix("a/"),
        "crn": thing["crn"],
        "family": parts[SERVICE],
        "name": thing["name"],
        "region": parts[REGION],
        "service_name": parts[SERVICE],
        "tags": attached,
        "type": parts[TYPE],
    }


def _fits(query: str, document: Thing) -> bool:
    for part in query.split(" AND "):
        field, _, value = part.strip().partition(":")
        wanted = value.strip('"')
        if field == "*" and not value:
            continue
        if field not in document:
            raise invalid("query", query, "is more than this emulator searches by")
        have = document[field]
        if wanted not in (have if isinstance(have, list) else [have]):
            return False
    return True


def _asked(call: Call) -> Thing:
    if cursor := call.body.get("search_cursor"):
        return _opened(str(cursor))
    fields = call.body.get("fields") or list(FIELDS)
    return {"query": str(call.body.get("query", "*")), "fields": fields, "start": 0}


def _size(told: str) -> int:
    if not told.isdecimal() or not 0 < int(told) <= MOST:
        raise invalid("limit", told, f"is not from 1 to {MOST}")
    return int(told)


def _closed(asked: Thing) -> str:
    return urlsafe_b64encode(json.dumps(asked).encode()).decode()


def _opened(cursor: str) -> Thing:
    try:
        asked: Thing = json.loads(urlsafe_b64decode(cursor))
    except (binascii.Error, ValueError):
        raise invalid("search_cursor", cursor, "is no cursor of this search") from None
    return asked
