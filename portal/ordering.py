"""From the form to a placed order: write, review, send. Every step checks everything again."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from catalog.form import NEEDED_BY, Checked
from catalog.offering import Offering
from ledger import NotStorable
from ledger.drafts import Draft as Kept
from ledger.errors import TooMuch
from orders.errors import ExternalIdReused
from orders.lifecycle import replay
from portal import basket_rows as basket
from portal.asking import Orderer, orderer
from portal.following import visible
from portal.forms import answers, posted
from portal.house import InHouse
from portal.offered import NoLongerOrdered
from portal.person import Person
from portal.placing import Line, Wish, place_order
from portal.rightcloud_gate import barred
from portal.speech import N_, oslo_date
from portal.touring import ordered
from portal.writing import CHANGE, KEY, STEP, WHY, Draft, as_typed

LONGEST_TITLE = 120
NOT_KEPT = N_("It could not be kept: you have 50 drafts, or it is too long. Delete one first.")
STALE = N_(
    "What you can order here has changed since you filled in the form. "
    "See through what you answered."
)
ITEM = "1"  # the form orders one thing; its line is called this

router = APIRouter(include_in_schema=False)


def wanted(offering: str, house: InHouse, person: Orderer) -> Offering:
    found = house.catalog.to(person.agency).get(offering)
    if found is None:
        raise HTTPException(404)
    closed = house.catalog.closed(offering)
    if closed and oslo_date(house.now()) >= closed.ends_on:
        raise NoLongerOrdered(found, closed)
    return found


Wanted = Annotated[Offering, Depends(wanted)]


def drafted(
    request: Request,
    house: InHouse,
    offering: Wanted,
    form: Annotated[dict[str, str], Depends(posted)],
) -> Draft:
    return Draft(request=request, house=house, offering=offering, form=form)


Drafted = Annotated[Draft, Depends(drafted)]


@router.get("/order/{offering}")
def write(request: Request, house: InHouse, person: Orderer, offering: Wanted) -> Response:
    """An empty form, or one filled in as the order `like` was, or as the `draft` was left.

    `more` names a thing in the basket of which one more is wanted.
    """
    asked = request.query_params
    like, draft, more = (asked.get(name, "") for name in ("like", "draft", "more"))
    form = {KEY: str(uuid4())}
    kept = house.ledger.drafts.find(person.subject, draft or more) if draft or more else None
    begun = Draft(request=request, house=house, offering=offering, form=form)
    if like:
        form |= _earlier(begun, person, like)
    elif kept:
        form |= basket.typed(kept.body)
        if draft:
            form |= {KEY: kept.id} | ({CHANGE: "1"} if basket.BASKET in kept.body else {})
    return _begun(replace(begun, form=form), kept)


def _begun(draft: Draft, kept: Kept | None) -> Response:
    """The form; with what is wrong already, where it is one of a basket's."""
    stale = kept and kept.body.get(basket.VERSION) not in {None, str(draft.offering.version)}
    note = STALE if stale else ""
    found = draft.checked if draft.changing else []
    return draft.page(found if isinstance(found, list) else (), 200, note)


@router.post("/order/{offering}")  # noqa: FAST003 - the draft takes it
def act(person: Orderer, draft: Drafted) -> Response:
    """What the pressed button says: write again, review, or send."""
    step = draft.form.get(STEP, "review")
    if step == "edit":
        return draft.page()
    if step == "keep":
        return _keep(person, draft)
    found = draft.checked
    if isinstance(found, list):
        return draft.page(found)
    if problem := barred(draft.offering, draft.advised, draft.at(found.place)):
        return draft.page([problem])
    if step == "add":
        return _add(person, draft)
    return _send(person, draft, found) if step == "send" else _review(draft, found)


@router.post("/order/{offering}/side", dependencies=[Depends(orderer)])  # noqa: FAST003 - the same
def side(draft: Drafted) -> Response:
    """The panel for what is chosen so far; the form asks while it is being filled in."""
    return draft.house.pages.page(draft.request, "parts/side.html", side=draft.side)


@router.post("/drafts/{id}/delete")
def forget(id: str, house: InHouse, person: Orderer) -> Response:  # noqa: A002 - its name in the address
    house.ledger.drafts.delete(person.subject, id)
    return RedirectResponse("/", 303)


def _keep(person: Person, draft: Draft) -> Response:
    """Nothing of it is checked: it is not sent anywhere."""
    kept = _row(person, draft)
    try:
        draft.house.ledger.drafts.save(kept)
    except (TooMuch, NotStorable):
        return draft.page(note=NOT_KEPT)
    return RedirectResponse(f"/order/{draft.offering.id}?draft={kept.id}&kept", 303)


def _add(person: Person, draft: Draft) -> Response:
    """Into the basket; what was put in from the same page before stays, if it was another."""
    house, wanted = draft.house, _row(person, draft)
    before = basket.find(house, person, wanted.id)
    if before and not draft.changing and not basket.same(before, wanted):
        wanted = replace(wanted, id=str(uuid4()))
    try:
        basket.put(house, person, wanted)
    except basket.Full:
        return draft.page(note=basket.FULL)
    return RedirectResponse("/basket?added", 303)


def _row(person: Person, draft: Draft) -> Kept:
    title = draft.typed.get("name", "").strip()[:LONGEST_TITLE]
    why = {WHY: draft.why} if draft.why else {}
    return Kept(
        id=draft.key,
        owner=person.subject,
        agency=person.agency,
        offering=draft.offering.id,
        title=title or draft.offering.title.get(draft.speech.language),
        body={**draft.typed, **why, basket.VERSION: str(draft.offering.version)},
        saved_at=draft.house.now(),
    )


def _earlier(draft: Draft, person: Person, like: str) -> dict[str, str]:
    """The answers of an order that this person may see; its dates have passed.

    The `item` of the address is the one that is meant, of several of this offering.
    """
    house, offering = draft.house, draft.offering
    item_id = draft.request.query_params.get("item", "")
    order = replay(house.ledger.history(visible(house, person, like).id))
    named = order.items.get(item_id) if item_id else None
    alike = [one for one in (named, *order.items.values()) if one and one.offering == offering.id]
    item = next(iter(alike), None)
    if item is None:
        raise HTTPException(404)
    typed = as_typed(offering, item.plan, item.answers)
    typed.pop(NEEDED_BY, None)
    return typed


def _send(person: Person, draft: Draft, checked: Checked) -> Response:
    line = Line(
        id=ITEM,
        offering=draft.offering,
        checked=checked,
        asked=draft.asked,
        why=draft.why,
    )
    wish = Wish(external_id=f"form-{draft.key}", lines=[line])
    try:
        order, _ = place_order(draft.house, person, wish)
    except ExternalIdReused:
        # They went back after sending, changed something and sent again.
        earlier = draft.house.ledger.earlier(person.agency, wish.external_id)
        fresh = replace(draft, form={**draft.form, KEY: str(uuid4())})
        return _review(fresh, checked, earlier.order if earlier else "")
    draft.house.ledger.drafts.delete(person.subject, draft.key)
    return ordered(draft.request, draft.house, order.id)


def _review(draft: Draft, checked: Checked, earlier: str = "") -> Response:
    """Everything once more; `earlier` is the order that this form has made already."""
    return draft.house.pages.page(
        draft.request,
        "review.html",
        409 if earlier else 200,
        draft=draft,
        offering=draft.offering,
        typed={**draft.typed, "plan": checked.plan},
        answers=answers(draft.offering, draft.speech, checked.plan, checked.values),
        earlier=earlier,
        side=draft.side,
    )
