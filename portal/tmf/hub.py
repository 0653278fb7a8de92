"""The hub: a program says where it wants to hear of its agency's orders."""

from __future__ import annotations

import hmac
from hashlib import sha256
from typing import Annotated, Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import JSONResponse, Response

from ledger.hub import EVERY_AGENCY, Subscription
from portal.asking import Program
from portal.house import House, InHouse
from portal.settings import Settings
from portal.tmf import schema
from portal.tmf.body import raw, read
from portal.tmf.error import Refused, Wrong, corrections
from portal.tmf.shape import Reader as Shape
from portal.tmf.telling import TYPES

BASE = "/tmf-api/serviceOrdering/v4/hub"
SECRET = "Grunnmur-Signing-Secret"  # noqa: S105 - the name of a header
LONGEST = 500
MOST = 20  # of one agency
CLOSED = "No host is allowed to be called: set GRUNNMUR_HUB_HOSTS and GRUNNMUR_HUB_SECRET."
_REQUEST = dict.fromkeys(("callback", "query", "@type"))

router = APIRouter(tags=["hub"])


@router.post(
    BASE,
    status_code=201,
    openapi_extra=schema.posted(schema.LISTENER),
    responses=schema.answers(409, 413, 415),
)
def listen(
    request: Request, body: Annotated[bytes, Depends(raw)], house: InHouse, person: Program
) -> Response:
    """Tell `callback` of the agency's orders from now on. The header has the secret, once."""
    if not house.settings.hub_hosts or not house.settings.hub_secret:
        raise Refused(409, "This portal calls nobody.", message=CLOSED)
    callback, query = _asked(read(request, body), house.settings)
    agency = person.scope or EVERY_AGENCY
    if len(house.ledger.hub.subscriptions(agency)) >= MOST:
        raise Refused(409, f"There are {MOST} listeners.", message="Delete one that is not used.")
    made = Subscription(
        id=str(uuid4()),
        agency=agency,
        callback=callback,
        query=query,
        by=person.subject,
        made_at=house.now(),
    )
    house.ledger.hub.subscribe(made)
    shown = {"id": made.id, "callback": callback} | ({"query": query} if query else {})
    headers = {
        "Location": f"{house.settings.url}{BASE}/{made.id}",
        SECRET: signing_secret(house.settings.hub_secret, made.id),
    }
    return JSONResponse(shown, 201, headers=headers)


@router.delete(
    BASE + "/{id}",
    status_code=204,
    openapi_extra={"security": schema.TOKEN},
    responses=schema.answers(404),
)
def leave(id: str, house: InHouse, person: Program) -> Response:  # noqa: A002 - TMF641's name in the address
    """Tell it no more."""
    found = house.ledger.hub.subscription(id)
    if found is None or person.scope not in {None, found.agency}:
        raise HTTPException(404)
    house.ledger.hub.unsubscribe(id)
    return Response(status_code=204)


def signing_secret(master: str, subscription: str) -> str:
    """Each listener has its own, made anew whenever it is needed: none is stored."""
    return hmac.new(master.encode(), f"hub {subscription}".encode(), sha256).hexdigest()


def types(query: str) -> frozenset[str]:
    """The event types that a subscription wants; all of them when it does not say."""
    named = parse_qs(query).get("eventType", [])
    return frozenset(one for text in named for one in text.split(",")) or TYPES


def allowed(callback: str, settings: Settings) -> bool:
    """Whether we may call there: https and a host that we were told, plain http on loopback."""
    try:
        url = urlsplit(callback)
        host, _ = (url.hostname or "").lower(), url.port
    except ValueError:
        return False
    plain = url.scheme == "http" and host in {"127.0.0.1", "localhost"} and not settings.secure
    clean = not (url.username or url.password or url.fragment or url.query)
    return clean and (plain or url.scheme == "https") and _named(host, settings.hub_hosts)


def _named(host: str, known: tuple[str, ...]) -> bool:
    return any(
        host == one or (one.startswith("*.") and host.endswith(one[1:])) for one in known if one
    )


def _asked(body: dict[str, Any], settings: Settings) -> tuple[str, str]:
    wrongs: list[Wrong] = []
    asked = Shape(body, "", wrongs)
    asked.only(_REQUEST, lambda _: "is not used here: leave it out")
    callback = asked.text("callback", LONGEST, needed=True)
    query = asked.text("query", LONGEST) or ""
    if callback is not None and not (callback.isascii() and allowed(callback, settings)):
        hosts = ", ".join(settings.hub_hosts)
        asked.wrong("callback", f"must be https without user, query and fragment, at: {hosts}")
    if query and (set(parse_qs(query)) != {"eventType"} or not types(query) <= TYPES):
        names = ", ".join(sorted(TYPES))
        asked.wrong("query", f"must be eventType=, with commas between some of: {names}")
    if wrongs or callback is None:
        raise corrections(wrongs)
    return callback.rstrip("/"), query


def house_may_call(house: House, subscription: Subscription) -> bool:
    """Asked again at every delivery: what was allowed then may not be now."""
    return allowed(subscription.callback, house.settings)
