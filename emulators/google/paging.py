"""Lists in pages, as Compute Engine gives them: filtered, and with a token for the rest."""

from __future__ import annotations

import base64

from emulators.google.call import LINK, Call
from emulators.google.filters import matches
from emulators.google.refusal import NotOffered, invalid
from emulators.google.store import Thing

MOST = 500


def page(call: Call, things: list[Thing]) -> Thing:
    """The page of `things` that the call's query asks for."""
    if call.query.get("orderBy", "name") != "name":
        raise NotOffered(f"{call.method.id} with orderBy {call.query['orderBy']}")
    if expression := call.query.get("filter"):
        things = [thing for thing in things if matches(expression, thing)]
    size = int(call.query.get("maxResults", MOST)) or MOST
    if size > MOST:
        raise invalid("maxResults", size, f"It must be at most {MOST}.")
    start = _start(call.query.get("pageToken", ""))
    shape = call.method.api.schemas[call.method.response]["properties"]
    told: Thing = {"kind": shape["kind"].get("default", ""), "id": call.folder}
    told |= {"selfLink": LINK + call.folder, "items": things[start : start + size]}
    if start + size < len(things):
        told["nextPageToken"] = base64.urlsafe_b64encode(str(start + size).encode()).decode()
    return told


def _start(token: str) -> int:
    try:
        return int(base64.urlsafe_b64decode(token)) if token else 0
    except ValueError:
        raise invalid("pageToken", token, "The page token is not one of ours.") from None
