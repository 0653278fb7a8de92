"""A thing that is changed: the form as it was filled in, what the change does, and send."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from catalog.form import Checked
from catalog.items import Placement, items
from ledger.previews import Wish as PreviewWish
from orders.errors import OrderError
from orders.model import OrderItem
from orders.thing import Thing, modified
from portal.asking import Orderer, orderer
from portal.forms import answers, posted
from portal.house import House, InHouse
from portal.owning import described, own, show
from portal.person import Person
from portal.placing import Placing, fingerprint, place_items, promise
from portal.rightcloud_gate import Staying, settled
from portal.speech import N_
from portal.words import FIELDS
from portal.writing import KEY, STEP, Draft, as_typed

ITEM = "1"
TAKEN = N_("Something else is being done with it just now. See how it stands.")
NOT_HERE = N_(
    "It is no longer offered where it is, so it cannot be changed from here. Write to us."
)

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One answer that is another than before."""

    label: str
    before: str
    after: str
    focus: str


def own_thing(instance: str, house: InHouse, person: Orderer) -> Thing:
    return own(house, person, instance)


Own = Annotated[Thing, Depends(own_thing)]


@router.get("/things/{instance}/change")  # noqa: FAST003 - the thing takes it
def write(request: Request, house: InHouse, thing: Own) -> Response:
    if refused := _refused(house, thing):
        return show(request, house, thing, wrong=refused)
    offering = house.catalog.to(thing.agency)[thing.offering]
    form = {KEY: str(uuid4()), **as_typed(offering, thing.plan, thing.answers)}
    return _draft(request, house, thing, form).page()


@router.post("/things/{instance}/change")
def act(
    request: Request,
    house: InHouse,
    person: Orderer,
    thing: Own,
    form: Annotated[dict[str, str], Depends(posted)],
) -> Response:
    """What the pressed button says: write again, review, or send."""
    if refused := _refused(house, thing):
        return show(request, house, thing, wrong=refused)
    draft = _draft(request, house, thing, form)
    step = form.get(STEP, "review")
    if step == "edit":
        return draft.page()
    found = draft.checked
    if isinstance(found, list):
        return draft.page(found)
    if step != "send" or not _differences(draft, thing, found):
        return _review(draft, thing, found)
    return _send(person, draft, thing, found)


@router.post("/things/{instance}/change/side", dependencies=[Depends(orderer)])
def side(
    request: Request,
    house: InHouse,
    thing: Own,
    form: Annotated[dict[str, str], Depends(posted)],
) -> Response:
    if thing.offering not in house.catalog.to(thing.agency):
        raise HTTPException(404)
    draft = _draft(request, house, thing, form)
    return house.pages.page(request, "parts/side.html", side=draft.side)


@router.get("/things/{instance}/preview/{id}")  # noqa: FAST003 - the thing takes it
def preview(request: Request, id: str, house: InHouse, thing: Own) -> Response:  # noqa: A002 - its name in the address
    """What the provider says the change would do; nothing yet while nobody has answered."""
    found = house.ledger.previews.find(id, thing.agency)
    if found is None or found.wish.instance != thing.instance:
        raise HTTPException(404)
    return house.pages.page(
        request, "parts/preview.html", preview=found, address=request.url.path, fields=FIELDS
    )


def _draft(request: Request, house: House, thing: Thing, form: dict[str, str]) -> Draft:
    offering = house.catalog.to(thing.agency)[thing.offering]
    return Draft(request=request, house=house, offering=offering, form=form, thing=thing)


def _refused(house: House, thing: Thing) -> str:
    """Why it cannot be changed now; empty when it can."""
    if thing.changing:
        return TAKEN
    offering = house.catalog.to(thing.agency).get(thing.offering)
    where = f"{thing.target.provider}/{thing.target.region}"
    return "" if offering and where in offering.places else NOT_HERE


def _differences(draft: Draft, thing: Thing, checked: Checked) -> list[Difference]:
    told = draft.offering, draft.speech
    before = {one.name: one for one in answers(*told, thing.plan, thing.answers)}
    return [
        Difference(label=one.label, before=before[one.name].value, after=one.value, focus=one.focus)
        for one in answers(*told, checked.plan, checked.values)
        if one.name in before and one.value != before[one.name].value and one.name != "needed_by"
    ]


def _review(draft: Draft, thing: Thing, checked: Checked) -> Response:
    """What the change does; with nothing that differs there is nothing to send."""
    title, _, place = described(draft.house, draft.speech, thing)
    differences = _differences(draft, thing, checked)
    wish = PreviewWish(
        agency=thing.agency,
        instance=thing.instance,
        parameters=dict(checked.parameters),
        answers=dict(checked.values),
    )
    previews = draft.house.ledger.previews
    asked = previews.ask(wish, draft.house.now()) if differences else ""
    return draft.house.pages.page(
        draft.request,
        "change_review.html",
        draft=draft,
        thing=thing,
        title=title,
        place=place,
        typed={**draft.typed, "plan": checked.plan},
        differences=differences,
        preview=previews.find(asked, thing.agency),
        address=f"/things/{thing.instance}/preview/{asked}",
        fields=FIELDS,
        side=draft.side,
    )


def _send(person: Person, draft: Draft, thing: Thing, checked: Checked) -> Response:
    house = draft.house
    content = ["modify", thing.instance, checked.plan, dict(checked.values)]
    staying = Staying(id=ITEM, offering=draft.offering, checked=checked)
    placing = Placing(
        external_id=f"form-{draft.key}",
        fingerprint=fingerprint(content),
        decision=settled(house, person.agency, [staying]),
        items=(_item(draft, thing, checked),),
        promised_at=promise([draft.offering], house.now(), house.calendar),
    )
    try:
        order, _ = place_items(house, person, placing)
    except OrderError:
        return show(draft.request, house, thing, wrong=TAKEN)
    return RedirectResponse(f"/orders/{order.id}?placed", 303)


def _item(draft: Draft, thing: Thing, checked: Checked) -> OrderItem:
    placement = Placement(line=ITEM, at=draft.house.now(), instance=lambda: thing.instance)
    (wanted,) = items(draft.offering, checked, placement)
    return modified(thing, wanted)
