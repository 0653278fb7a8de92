"""From the form to a placed order: write, review, send. Every step checks everything again."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from catalog.form import NEEDED_BY, Checked, Problem, check, from_form
from catalog.offering import Offering
from orders.errors import ExternalIdReused
from orders.model import DELIVERY
from portal.asking import Orderer, orderer
from portal.forms import answers, posted, sections
from portal.house import House, InHouse
from portal.person import Person
from portal.placing import Line, Wish, place_order, promise
from portal.speech import Speech, end_of_day, oslo_date
from portal.words import STAGES

KEY = "_key"
STEP = "_step"
ITEM = "1"  # the form orders one thing; its line is called this
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """What the panel beside the form says: price, promise, and whether it is in time."""

    price: str
    promised_at: datetime
    needed_by: date | None
    stages: list[str]

    @property
    def in_time(self) -> bool:
        return self.needed_by is None or self.promised_at <= end_of_day(self.needed_by)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An order that is being written: the offering, and what has been filled in so far."""

    request: Request
    house: House
    offering: Offering
    form: Mapping[str, str]

    @property
    def typed(self) -> dict[str, str]:
        return {name: value for name, value in self.form.items() if not name.startswith("_")}

    @property
    def key(self) -> str:
        """The form's own number: the same form sent twice makes one order."""
        key = self.form.get(KEY, "")
        return key if _UUID.fullmatch(key) else str(uuid4())

    @property
    def speech(self) -> Speech:
        return self.house.pages.speech(self.request)

    @property
    def side(self) -> Side:
        plans = self.offering.plans
        only = next(iter(plans)) if len(plans) == 1 else ""
        plan = plans.get(self.form.get("plan", only))
        return Side(
            price=self.speech.price(plan.monthly_price) if plan else "",
            promised_at=promise([self.offering], self.house.now()),
            needed_by=_day(from_form(self.offering, self.form).get(NEEDED_BY)),
            stages=[self.speech.gettext(STAGES[stage]) for stage in DELIVERY],
        )

    def checked(self) -> Checked | list[Problem]:
        today = oslo_date(self.house.now())
        answers = from_form(self.offering, self.form)
        return check(self.offering, self.form.get("plan"), answers, today=today)


def wanted(offering: str, house: InHouse) -> Offering:
    found = house.catalog.get(offering)
    if found is None:
        raise HTTPException(404)
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


@router.get("/order/{offering}", dependencies=[Depends(orderer)])
def write(request: Request, house: InHouse, offering: Wanted) -> Response:
    fresh = {KEY: str(uuid4())}
    return _form(Draft(request=request, house=house, offering=offering, form=fresh))


@router.post("/order/{offering}")  # noqa: FAST003 - the draft takes it
def act(person: Orderer, draft: Drafted) -> Response:
    """What the pressed button says: write again, review, or send."""
    step = draft.form.get(STEP, "review")
    if step == "edit":
        return _form(draft)
    found = draft.checked()
    if isinstance(found, list):
        return _form(draft, found)
    return _send(person, draft, found) if step == "send" else _review(draft, found)


@router.post("/order/{offering}/side", dependencies=[Depends(orderer)])  # noqa: FAST003 - the same
def side(draft: Drafted) -> Response:
    """The panel for what is chosen so far; the form asks while it is being filled in."""
    return draft.house.pages.page(draft.request, "parts/side.html", side=draft.side)


def _send(person: Person, draft: Draft, checked: Checked) -> Response:
    line = Line(id=ITEM, offering=draft.offering, checked=checked)
    wish = Wish(external_id=f"form-{draft.key}", lines=[line])
    try:
        order, _ = place_order(draft.house, person, wish)
    except ExternalIdReused:
        # They went back after sending, changed something and sent again.
        earlier = draft.house.ledger.earlier(person.agency, wish.external_id)
        fresh = replace(draft, form={**draft.form, KEY: str(uuid4())})
        return _review(fresh, checked, earlier.order if earlier else "")
    return RedirectResponse(f"/orders/{order.id}?placed", 303)


def _form(draft: Draft, problems: Sequence[Problem] = ()) -> Response:
    speech = draft.speech
    known = {"plan", *draft.offering.parameters}
    return draft.house.pages.page(
        draft.request,
        "form.html",
        422 if problems else 200,
        # Not no-store: a person who goes back finds what was typed.
        {"Cache-Control": "private, no-cache"},
        offering=draft.offering,
        key=draft.key,
        sections=sections(draft.offering, speech, draft.typed, problems),
        stray=[
            one.said(speech.gettext, speech.language) for one in problems if one.field not in known
        ],
        side=draft.side,
    )


def _review(draft: Draft, checked: Checked, earlier: str = "") -> Response:
    """Everything once more; `earlier` is the order that this form has made already."""
    return draft.house.pages.page(
        draft.request,
        "review.html",
        409 if earlier else 200,
        offering=draft.offering,
        key=draft.key,
        typed={**draft.typed, "plan": checked.plan},
        answers=answers(draft.offering, draft.speech, checked.plan, checked.values),
        earlier=earlier,
        side=draft.side,
    )


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None
