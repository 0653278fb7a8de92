"""What the agency has: the list, one thing, and how much longer it lives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from catalog.offering import Offering
from orders import access, service
from orders.entry import Stamp
from orders.errors import OrderError
from orders.health import Health
from orders.lifecycle import replay
from orders.moving import BUILT_ANEW, COPIED, switched
from orders.thing import Thing
from portal.access_words import Way, way, without
from portal.asking import Orderer, SignedIn
from portal.fields import Answer
from portal.forms import answers, posted
from portal.house import House, InHouse
from portal.output_words import output_said
from portal.person import Person
from portal.place_words import place_of
from portal.reach import Reach, reach
from portal.speech import N_, Speech, oslo_date

LONGEST_ID = 80
PER_PAGE = 100
SOON = timedelta(days=14)  # an end that is this near is shown as one
DONE = {
    "extended": N_("It lives longer now. Below you see until when."),
    "kept": N_("It stays."),
}

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Belonging:
    """A thing as its page tells it."""

    thing: Thing
    title: str
    place: str
    plan: str
    answers: list[Answer]
    outputs: list[tuple[str, str]]
    reach: Reach | None
    way: Way | None
    without: str
    soon: bool
    health: Health | None


@router.get("/things")
def things(request: Request, house: InHouse, person: SignedIn, before: str = "") -> Response:
    """Newest first; `before` is the last one of the page before this."""
    last = visible(house, person, before) if before else None
    rows = house.ledger.things(person.scope, before=last, limit=PER_PAGE + 1)
    healths = house.ledger.healths.of([one.instance for one in rows[:PER_PAGE]])
    found = [_told(house, request, one, healths) for one in rows[:PER_PAGE]]
    prices = [one.thing.monthly_price for one in found]
    return house.pages.page(
        request,
        "things.html",
        things=found,
        total=house.pages.speech(request).altogether(prices),
        whole=len(rows) <= PER_PAGE and not before,
        more=found[-1].thing.instance if len(rows) > PER_PAGE else "",
    )


@router.get("/things/{instance}")
def one_thing(request: Request, instance: str, house: InHouse, person: SignedIn) -> Response:
    thing = visible(house, person, instance)
    return show(request, house, thing, DONE.get(request.query_params.get("done", ""), ""))


@router.post("/things/{instance}/extend")
def extend(
    request: Request,
    instance: str,
    house: InHouse,
    person: Orderer,
    form: Annotated[dict[str, str], Depends(posted)],
) -> Response:
    """Let it live longer, for one of the lengths that its page offers."""
    thing = own(house, person, instance)
    days = form.get("days", "")
    if days not in {str(one) for one in lengths(house, thing)}:
        raise HTTPException(400)
    until = max(house.now(), thing.expires_at or house.now()) + timedelta(days=int(days))
    stamp = Stamp(by=person.subject, at=house.now())
    try:
        service.extend(house.ledger, thing, stamp, until)
    except OrderError:
        late = N_("Something else is being done with it just now. See how it stands.")
        return show(request, house, thing, wrong=late)
    return RedirectResponse(f"/things/{thing.instance}?done=extended", 303)


def show(request: Request, house: House, thing: Thing, done: str = "", wrong: str = "") -> Response:
    return house.pages.page(
        request,
        "thing.html",
        409 if wrong else 200,
        one=_told(house, request, thing, house.ledger.healths.of([thing.instance])),
        done=done,
        wrong=wrong,
        may_open=_may_open(request.state.person, thing),
        lengths=lengths(house, thing),
        needs=_tied(house, thing),
        offering=house.catalog.to(thing.agency).get(thing.offering),
        closed=house.catalog.closed(thing.offering),
        movable=thing.kind in COPIED or thing.kind in BUILT_ANEW,
        leaving=_successor(house, thing),
        offerings=house.catalog,
        today=oslo_date(house.now()),
    )


def _may_open(person: Person, thing: Thing) -> bool:
    own = person.agency == thing.agency
    return access.may(person.roles, access.Act.OPEN_THING, own=own) is access.Answer.YES


def _successor(house: House, thing: Thing) -> Thing | None:
    """What a move has put in its place, while this one is still kept."""
    if not thing.changing:
        return None
    moves = replay(house.ledger.history(thing.changing)).items.values()
    new = [one.instance for one in moves if switched(one) and one.instance != thing.instance]
    found = house.ledger.things(thing.agency, instance=new[0]) if new else []
    return found[0] if found else None


def visible(house: House, person: Person, instance: str) -> Thing:
    """The thing, if this person may know that it exists."""
    known = instance.isascii() and len(instance) <= LONGEST_ID
    found = house.ledger.things(person.scope, instance=instance) if known else []
    if not found:
        raise HTTPException(404)
    return found[0]


def own(house: House, person: Person, instance: str) -> Thing:
    """The thing, to change it: only what one's own agency has."""
    thing = visible(house, person, instance)
    if thing.agency != person.agency:
        raise HTTPException(404)
    return thing


def lengths(house: House, thing: Thing) -> list[int]:
    """By how many days its life may be made longer; none when it has no end."""
    offering = house.catalog.get(thing.offering)
    if thing.expires_at is None:
        return []
    most = offering.expires.after.days if offering and offering.expires else 30
    return sorted({max(1, most // 4), max(1, most // 2), most})


def described(house: House, speech: Speech, thing: Thing) -> tuple[str, str, str]:
    """Offering, plan and place in the reader's words; the ids when the catalogue has forgotten."""
    offering = house.catalog.to(thing.agency).get(thing.offering)
    where = f"{thing.target.provider}/{thing.target.region}"
    if offering is None:
        return thing.offering, thing.plan, where
    return (
        offering.title.get(speech.language),
        _plan(offering, speech, thing.plan),
        place_of(house, speech, offering, where),
    )


def _told(house: House, request: Request, thing: Thing, healths: Mapping[str, Health]) -> Belonging:
    speech = house.pages.speech(request)
    title, plan, place = described(house, speech, thing)
    offering = house.catalog.to(thing.agency).get(thing.offering)
    return Belonging(
        thing=thing,
        title=title,
        place=place,
        plan=plan,
        answers=_answers(offering, speech, thing) if offering else [],
        outputs=[(output_said(speech, name), value) for name, value in thing.outputs.items()],
        reach=reach(thing.kind, thing.target.provider, thing.outputs, thing.parameters),
        way=way(thing.target.provider, thing.kind),
        without=without(thing.target.provider, thing.kind),
        soon=_soon(thing.expires_at, house.now()),
        health=healths.get(thing.instance),
    )


def _answers(offering: Offering, speech: Speech, thing: Thing) -> list[Answer]:
    """What was answered, but for what the page says elsewhere."""
    shown = {"plan", *thing.answers} - {"place", "name", "needed_by"}
    found = answers(offering, speech, thing.plan, thing.answers)
    return [one for one in found if one.name in shown]


def _tied(house: House, thing: Thing) -> list[Thing]:
    """What it needs, and what needs it."""
    needed = [house.ledger.thing(instance) for instance in thing.needs]
    own = [one for one in needed if one is not None and one.agency == thing.agency]
    return [*own, *house.ledger.users(thing.agency, [thing.instance])]


def _plan(offering: Offering, speech: Speech, plan: str) -> str:
    found = offering.plans.get(plan)
    return found.title.get(speech.language) if found else plan


def _soon(expires_at: datetime | None, now: datetime) -> bool:
    return expires_at is not None and expires_at - now < SOON
