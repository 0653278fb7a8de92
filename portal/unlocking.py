"""Access data: asked for by the agency's own people, shown once, kept by nobody.

The key that opens the envelope is made here and goes into a cookie of the one browser, for the
one address. The ledger gets the public half; a worker seals to it what the provider gives. So it
does not matter which portal is asked next, and whoever reads the database reads nothing.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from ledger.envelopes import KEPT, Asked, Envelope
from ledger.sealing import SealBroken, key_pair, unseal
from orders.access import Act
from orders.entry import Stamp
from orders.envelope import ask_access, last_asked
from orders.errors import OrderError
from orders.lifecycle import replay
from portal.access_words import PARTS, Way, openable, way
from portal.asking import SignedIn
from portal.following import visible as visible_order
from portal.house import House, InHouse
from portal.names import names
from portal.owning import visible
from portal.permits import require
from portal.person import Person
from portal.speech import N_

GONE = N_(
    "There is nothing here any more. Access data is shown once and kept for ten minutes. Ask again."
)
OTHER_BROWSER = N_(
    "It cannot be opened in this browser, only in the one that asked for it. Ask again from here."
)
BROKEN = N_(
    "What the supplier gave was changed on its way, so we do not show it. Ask again, and tell us "
    "if it happens twice."
)
NOTHING = N_("There is nothing there that could be opened just now. See how it stands.")

log = logging.getLogger("portal.unlocking")
router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """What is to be opened, and the addresses of its page (`home`) and of this (`address`)."""

    agency: str
    instance: str
    order: str
    item: str
    name: str
    way: Way
    home: str
    address: str


def lock(request: Request, house: InHouse, person: SignedIn) -> Lock:
    """Of what a secret opens; 404 for others', and for what none opens.

    A thing by its instance; what is not delivered yet, but waits for a carrier, by its order.
    """
    named = request.path_params
    if "instance" in named:
        return of_thing(house, person, named["instance"])
    return of_item(house, person, named["number"], named["item"])


def of_thing(house: House, person: Person, instance: str) -> Lock:
    thing = visible(house, person, instance)
    require(person, Act.OPEN_THING, thing.agency)
    return Lock(
        agency=thing.agency,
        instance=thing.instance,
        order=thing.order,
        item=thing.item,
        name=thing.name,
        way=_way(thing.target.provider, thing.kind),
        home=f"/things/{thing.instance}",
        address=f"/things/{thing.instance}/access",
    )


def of_item(house: House, person: Person, number: str, id_: str) -> Lock:
    row = visible_order(house, person, number)
    require(person, Act.OPEN_THING, row.agency)
    item = replay(house.ledger.history(row.id)).items.get(id_)
    if item is None or not openable(item):
        raise HTTPException(404)
    return Lock(
        agency=row.agency,
        instance=item.instance,
        order=row.id,
        item=item.id,
        name=item.name,
        way=_way(item.target.provider, item.kind),
        home=f"/orders/{row.id}",
        address=f"/orders/{row.id}/items/{item.id}/access",
    )


def _way(provider: str, kind: str) -> Way:
    found = way(provider, kind)
    if found is None:
        raise HTTPException(404)
    return found


ToOpen = Annotated[Lock, Depends(lock)]


@router.get("/orders/{number}/items/{item}/access")  # noqa: FAST003 - the lock takes it
@router.get("/things/{instance}/access")
def consider(request: Request, house: InHouse, to: ToOpen) -> Response:
    """What happens when one asks, and who asked last."""
    return _page(request, house, to)


@router.post("/orders/{number}/items/{item}/access")  # noqa: FAST003 - the lock takes it
@router.post("/things/{instance}/access")
def ask(request: Request, house: InHouse, person: SignedIn, to: ToOpen) -> Response:
    private, public = key_pair()
    asked = Asked(
        id=uuid4().hex,
        agency=to.agency,
        asker=person.subject,
        instance=to.instance,
        order=to.order,
        item=to.item,
        public_key=public,
    )
    now = house.now()
    try:
        ask_access(house.ledger, to.order, to.item, Stamp(by=person.subject, at=now), asked.id)
    except OrderError:
        return _page(request, house, to, 409, wrong=NOTHING)
    house.ledger.envelopes.ask(asked, now)
    response = RedirectResponse(f"{to.address}/{asked.id}", 303)
    _keep(response, house, f"{to.address}/{asked.id}", private)
    return response


@router.get("/orders/{number}/items/{item}/access/{id}")  # noqa: FAST003 - the lock takes it
@router.get("/things/{instance}/access/{id}")
def wait(request: Request, id: str, house: InHouse, person: SignedIn, to: ToOpen) -> Response:  # noqa: A002 - its name in the address
    """Whether it has come. Looking opens nothing, so that no reload and no prefetch takes it."""
    found = house.ledger.envelopes.find(id, person.subject, house.now())
    if found is None or found.asked.instance != to.instance:
        return _page(request, house, to, 410, wrong=GONE)
    if request.headers.get("sec-fetch-dest") == "empty":
        return house.pages.page(
            request, "parts/envelope.html", envelope=found, lock=to, place=request.url.path
        )
    return _page(request, house, to, envelope=found)


@router.post("/orders/{number}/items/{item}/access/{id}")  # noqa: FAST003 - the lock takes it
@router.post("/things/{instance}/access/{id}")
def show(request: Request, id: str, house: InHouse, person: SignedIn, to: ToOpen) -> Response:  # noqa: A002 - its name in the address
    """Open it, once: the row goes with this, and so does the cookie."""
    private = request.cookies.get(_cookie(house))
    if not private:
        there = house.ledger.envelopes.find(id, person.subject, house.now())
        return _page(request, house, to, 410, wrong=OTHER_BROWSER if there else GONE)
    found = house.ledger.envelopes.take_out(id, person.subject, house.now())
    response = _opened(request, house, to, found, private)
    response.delete_cookie(
        _cookie(house),
        path=request.url.path,
        httponly=True,
        samesite="strict",
        secure=house.settings.secure,
    )
    return response


def _opened(
    request: Request, house: House, to: Lock, found: Envelope | None, private: str
) -> Response:
    reply = found.reply if found else None
    if found is None or reply is None or not reply.sealed or found.asked.instance != to.instance:
        return _page(request, house, to, 410, wrong=GONE)
    try:
        values = unseal(reply.sealed, private, found.asked.about)
    except SealBroken:
        log.warning("an envelope for %s did not open", to.instance)
        return _page(request, house, to, 410, wrong=BROKEN)
    speech = house.pages.speech(request)
    shown = [(name, speech.gettext(PARTS.get(name, name)), one) for name, one in values.items()]
    return _page(request, house, to, shown=shown)


def _page(request: Request, house: House, to: Lock, status: int = 200, **more: object) -> Response:
    """Without more it is what one reads before asking."""
    last = last_asked(house.ledger, to.order, to.item)
    shown = {
        "envelope": None,
        "shown": None,
        "wrong": "",
        "lock": to,
        "place": request.url.path,
        "last": last,
        "names": names(house, house.pages.speech(request), {last.by} if last else set()),
        "minutes": KEPT.seconds // 60,
        **more,
    }
    return house.pages.page(request, "access.html", status, None, **shown)


def _keep(response: Response, house: House, path: str, private: str) -> None:
    response.set_cookie(
        _cookie(house),
        private,
        max_age=int(KEPT.total_seconds()),
        path=path,
        httponly=True,
        samesite="strict",
        secure=house.settings.secure,
    )


def _cookie(house: House) -> str:
    """The prefix makes browsers refuse it over plain HTTP."""
    return "__Secure-access" if house.settings.secure else "access"
