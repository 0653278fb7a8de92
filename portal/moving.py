"""A thing that is moved: where it would be best now, what that costs, what is copied, and send."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from catalog.offering import Offering
from catalog.places import QUESTION
from orders.errors import CannotMove, OrderError
from orders.moving import COPIED, KEPT, check_movable
from orders.thing import Thing
from portal.asking import Orderer
from portal.changing import NOT_HERE, TAKEN, Own
from portal.forms import posted
from portal.house import House, InHouse
from portal.moves import MoveWish, place_move, ready
from portal.moving_places import Barred, Option, places
from portal.owning import described, show
from portal.person import Person
from portal.rightcloud_advice import Advised, advise_for
from portal.rightcloud_words import said_of_places
from portal.speech import N_
from portal.writing import KEY, STEP
from rightcloud.errors import NotChoosable

LONGEST_WHY = 500
BOUND = N_(
    "It stands on something that stays where it is, or something stands on it. Order a new one in "
    "the other place, and terminate this one."
)
NO_PLACE = N_("Choose a place.")
NO_REASON = N_("Another place is recommended. Choose that one, or write why you choose this.")

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moving:
    """All that the page tells. `why` says why the recommended place is recommended."""

    thing: Thing
    offering: Offering
    now: str
    options: Sequence[Option]
    barred: Sequence[Barred]
    best: str
    stays: bool
    why: Sequence[str]
    carried: bool
    ready_at: datetime
    kept_until: datetime
    advised: Advised | None


@router.get("/things/{instance}/move")  # noqa: FAST003 - the thing takes it
def consider(request: Request, house: InHouse, thing: Own) -> Response:
    if refused := _refused(house, thing):
        return show(request, house, thing, wrong=refused)
    return _page(request, house, _moving(request, house, thing), {})


@router.post("/things/{instance}/move")
def act(
    request: Request,
    house: InHouse,
    person: Orderer,
    thing: Own,
    form: Annotated[dict[str, str], Depends(posted)],
) -> Response:
    if refused := _refused(house, thing):
        return show(request, house, thing, wrong=refused)
    moving = _moving(request, house, thing)
    chosen = next((one for one in moving.options if one.place == form.get(QUESTION)), None)
    if form.get(STEP) != "send" or chosen is None:
        return _page(request, house, moving, form, NO_PLACE)
    why = form.get("why", "").strip()[:LONGEST_WHY]
    try:
        if moving.advised is not None:
            moving.advised.chosen(chosen.place, why)
    except NotChoosable:
        return _page(request, house, moving, form, NO_REASON)
    return _send(request, house, person, (moving, chosen, form.get(KEY, ""), why))


def _refused(house: House, thing: Thing) -> str:
    if thing.changing:
        return TAKEN
    if thing.offering not in house.catalog.to(thing.agency):
        return NOT_HERE
    try:
        check_movable(thing, house.ledger.users(thing.agency, [thing.instance]))
    except CannotMove:
        return BOUND
    return ""


def _page(
    request: Request, house: House, moving: Moving, form: dict[str, str], wrong: str = ""
) -> Response:
    return house.pages.page(
        request,
        "move.html",
        422 if wrong else 200,
        moving=moving,
        thing=moving.thing,
        chosen=form.get(QUESTION, moving.best),
        why=form.get("why", "")[:LONGEST_WHY],
        wrong=wrong,
        key=form.get(KEY) or str(uuid4()),
    )


def _moving(request: Request, house: House, thing: Thing) -> Moving:
    speech = house.pages.speech(request)
    offering = house.catalog.to(thing.agency)[thing.offering]
    here = f"{thing.target.provider}/{thing.target.region}"
    advised = advise_for(house, offering, thing.plan, thing.answers, thing.agency)
    best = advised.best if advised else ""
    options, barred = places(house, speech, thing, (offering, advised))
    found = advised.decision.candidates if advised else ()
    best_one = next((one for one in found if one.place.id == best), None)
    when, facts = ready(house, thing, offering, best or here), house.counsel.facts()
    return Moving(
        thing=thing,
        offering=offering,
        now=described(house, speech, thing)[2],
        options=options,
        barred=barred,
        best=best,
        stays=best == here,
        why=[said_of_places(facts, text, speech) for text in best_one.why] if best_one else [],
        carried=thing.kind in COPIED,
        ready_at=when,
        kept_until=when + (offering.grace or KEPT),
        advised=advised,
    )


def _send(
    request: Request, house: House, person: Person, what: tuple[Moving, Option, str, str]
) -> Response:
    moving, chosen, key, why = what
    wish = MoveWish(
        external_id=f"form-{key or uuid4()}"[:100],
        content=["move", moving.thing.instance, chosen.place, why],
        thing=moving.thing,
        offering=moving.offering,
        checked=chosen.checked,
        why=why,
    )
    try:
        order, _ = place_move(house, person, wish)
    except OrderError:
        return show(request, house, moving.thing, wrong=TAKEN)
    return RedirectResponse(f"/orders/{order.id}?placed", 303)
