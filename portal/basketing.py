"""The basket's page: what lies in it, taken out, connected, and sent as one order."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from catalog.form import NEEDED_BY
from catalog.joints import handed_on
from catalog.offering import Offering
from ledger.drafts import Draft as Kept
from orders.errors import ExternalIdReused
from orders.lifecycle import replay
from orders.model import Action, Order, OrderItem
from portal import basket_rows as stored
from portal.asking import Orderer
from portal.basket import Basket
from portal.following import visible
from portal.forms import posted
from portal.house import House, InHouse
from portal.person import Person
from portal.placing import Wish, place_order
from portal.speech import N_
from portal.touring import ordered
from portal.writing import KEY, WHY, as_typed

SEEN = "_seen"
CHANGED = N_(
    "The basket has changed since you looked at it. See it through once more, and send it."
)
UNSOUND = N_("Something has to be put right before the order can be sent.")

router = APIRouter(include_in_schema=False)
Form = Annotated[dict[str, str], Depends(posted)]


def opened(request: Request, house: InHouse, person: Orderer) -> Basket:
    return Basket(request=request, house=house, person=person)


Opened = Annotated[Basket, Depends(opened)]


@router.get("/basket")
def show(basket: Opened) -> Response:
    return page(basket)


@router.post("/basket")
def send(house: InHouse, person: Orderer, basket: Opened, form: Form) -> Response:
    """One order of all that was shown; what was shown otherwise is shown again."""
    key = form.get(KEY, "")
    if key != basket.key and (earlier := house.ledger.earlier(person.agency, _external(key))):
        return RedirectResponse(f"/orders/{earlier.order}?placed", 303)
    if not basket.sound:
        return page(basket, 422, note=UNSOUND if basket.things else "")
    if form.get(SEEN) != basket.seen:
        return page(basket, 409, note=CHANGED)
    wish = Wish(external_id=_external(basket.key), lines=basket.lines)
    try:
        order, _ = place_order(house, person, wish)
    except ExternalIdReused:
        # It was sent, and something was put in before it had been emptied.
        found = house.ledger.earlier(person.agency, wish.external_id)
        return page(_renumbered(basket), 409, earlier=found.order if found else "")
    for one in basket.rows:
        house.ledger.drafts.delete(person.subject, one.id)
    return ordered(basket.request, house, order.id)


@router.post("/basket/{id}/remove")
def remove(id: str, house: InHouse, person: Orderer) -> Response:  # noqa: A002 - its name in the address
    if stored.find(house, person, id):
        house.ledger.drafts.delete(person.subject, id)
    return RedirectResponse("/basket?removed", 303)


@router.post("/basket/{id}/join")
def join(id: str, house: InHouse, basket: Opened, form: Form) -> Response:  # noqa: A002 - its name in the address
    """Connect it to another thing in the basket, or to none."""
    one = next((one for one in basket.things if one.id == id), None)
    if one is None:
        raise HTTPException(404)
    to = form.get("to", "")
    if to and to not in {other.id for other in basket.joints(one)}:
        return page(basket, 409, note=CHANGED)
    try:
        stored.save(house, replace(one.row, body={**one.row.body, stored.JOINED: to}))
    except stored.Full:
        return page(basket, 422, note=stored.FULL)
    return RedirectResponse(f"/basket#thing-{one.number}", 303)


@router.post("/basket/copy")
def copy(house: InHouse, person: Orderer, basket: Opened, form: Form) -> Response:
    """Everything that an earlier order asked for, into the basket; its dates have passed."""
    order = replay(house.ledger.history(visible(house, person, form.get("order", "")).id))
    offered = house.catalog.to(person.agency)
    asked = [one for one in order.items.values() if one.action is Action.PROVISION]
    for item in asked:
        id_ = stored.copied(person, order.id, item.id)
        row = _row(house, person, item, offered.get(item.offering))
        if stored.find(house, person, id_):
            continue
        try:
            stored.put(house, person, replace(row, id=id_), _needed(person, order, item, offered))
        except stored.Full:
            fresh = replace(basket)
            return page(fresh, 422, note=stored.FULL)
    return RedirectResponse("/basket?copied", 303)


def page(basket: Basket, status: int = 200, *, note: str = "", earlier: str = "") -> Response:
    """`note` is what is wrong (a message id); `earlier` the order that the basket made already."""
    asked = basket.request.query_params
    return basket.house.pages.page(
        basket.request,
        "basket.html",
        status,
        basket=basket,
        note=note,
        most=stored.MOST,
        earlier=earlier,
        did=next((word for word in ("added", "removed", "copied") if word in asked), ""),
    )


def _external(key: str) -> str:
    return f"form-{key}"


def _renumbered(basket: Basket) -> Basket:
    """The same things under a new number: sent once more, they make one more order."""
    fresh = str(uuid4())
    for row in basket.rows:
        stored.save(basket.house, replace(row, body={**row.body, stored.BASKET: fresh}))
    return replace(basket)


def _row(house: House, person: Person, item: OrderItem, offering: Offering | None) -> Kept:
    typed = as_typed(offering, item.plan, item.answers) if offering else {}
    typed.pop(NEEDED_BY, None)
    version = {stored.VERSION: str(offering.version)} if offering else {}
    return Kept(
        id="",
        owner=person.subject,
        agency=person.agency,
        offering=item.offering,
        title=item.name,
        body={**typed, WHY: "", **version},
        saved_at=house.now(),
    )


def _needed(person: Person, order: Order, item: OrderItem, offered: dict[str, Offering]) -> str:
    """The copy of what it was connected to."""
    for need in item.needs:
        other = order.items[need]
        if handed_on(offered.values(), item.offering, other.offering, item.target.provider):
            return stored.copied(person, order.id, need)
    return ""
