"""A thing that is terminated: what goes with it, the name typed as a second yes, and send."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from leadtime.promise import stated
from orders.errors import OrderError
from orders.thing import Thing, all_users, removed
from portal.asking import Orderer
from portal.changing import TAKEN, Own
from portal.forms import posted
from portal.house import House, InHouse
from portal.owning import show
from portal.person import Person
from portal.placing import Placing, fingerprint, place_items
from portal.writing import KEY, STEP

FALLBACK = timedelta(hours=8)  # of business time, for what the catalogue has forgotten

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """What would go, and when: `starts_at` is the end of the grace period, None without one."""

    thing: Thing
    others: Sequence[Thing]
    starts_at: datetime | None
    promised_at: datetime

    @property
    def all(self) -> list[Thing]:
        return [self.thing, *self.others]

    @property
    def busy(self) -> list[Thing]:
        return [one for one in self.all if one.changing]


@router.get("/things/{instance}/terminate")  # noqa: FAST003 - the thing takes it
def consider(request: Request, house: InHouse, thing: Own) -> Response:
    return _page(request, house, thing, sure=False)


@router.post("/things/{instance}/terminate")
def act(
    request: Request,
    house: InHouse,
    person: Orderer,
    thing: Own,
    form: Annotated[dict[str, str], Depends(posted)],
) -> Response:
    """First yes: ask for the name. The name typed right: send."""
    if form.get(STEP) != "send":
        return _page(request, house, thing, sure=True)
    typed = form.get("typed", "")
    if typed.strip().casefold() != thing.name.casefold():
        return _page(request, house, thing, sure=True, typed=typed)
    return _send(request, house, person, _ending(house, thing), form.get(KEY, ""))


def _page(
    request: Request, house: House, thing: Thing, *, sure: bool, typed: str | None = None
) -> Response:
    ending = _ending(house, thing)
    if ending.busy:
        return show(request, house, thing, wrong=TAKEN)
    return house.pages.page(
        request,
        "terminate.html",
        200 if typed is None else 422,
        ending=ending,
        thing=thing,
        sure=sure,
        typed=typed,
        key=str(uuid4()),
    )


def _ending(house: House, thing: Thing) -> Ending:
    now = house.now()
    offering = house.catalog.to(thing.agency).get(thing.offering)
    starts_at = now + offering.grace if offering and offering.grace else None
    lead = offering.lead_time if offering else FALLBACK
    return Ending(
        thing=thing,
        others=all_users(thing, partial(house.ledger.users, thing.agency)),
        starts_at=starts_at,
        promised_at=stated(lead, starts_at or now, house.calendar),
    )


def _send(request: Request, house: House, person: Person, ending: Ending, key: str) -> Response:
    thing = ending.thing
    placing = Placing(
        external_id=f"form-{key or uuid4()}"[:100],
        fingerprint=fingerprint(["terminate", sorted(one.instance for one in ending.all)]),
        items=removed(ending.all, ending.starts_at),
        promised_at=ending.promised_at,
    )
    try:
        order, _ = place_items(house, person, placing)
    except OrderError:
        return show(request, house, thing, wrong=TAKEN)
    return RedirectResponse(f"/orders/{order.id}?placed", 303)
