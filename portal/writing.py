"""An order while it is being written: what has been filled in so far, and what follows from it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from uuid import uuid4

from fastapi import Request
from fastapi.responses import Response

from catalog.form import NAME, NEEDED_BY, Checked, Problem, check, from_form
from catalog.offering import Offering
from catalog.places import QUESTION, place_in
from leadtime.promise import stated
from leadtime.promises import Basis, Promise
from orders.model import DELIVERY
from orders.thing import Thing
from portal.basket_rows import MOST
from portal.forms import place_prices, sections
from portal.house import House
from portal.leadtime_promising import Wanted as Promising
from portal.leadtime_promising import basis_text, promised
from portal.rightcloud_advice import Advised, advise_for
from portal.rightcloud_gate import PlaceAdvice, Wanted, told_of
from portal.speech import Speech, end_of_day, oslo_date
from portal.words import STAGES

KEY = "_key"
WHY = "_place_why"
LONGEST_WHY = 1000
STEP = "_step"
CHANGE = "_change"  # the form is of a thing in the basket
# What no change can change: whose name it has, where it is, when it was wanted.
FIXED = frozenset({NAME, QUESTION, NEEDED_BY})
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """What the panel beside the form says: price, promise, and whether it is in time.

    `prices` has every plan's at the place that is chosen now, and the chosen plan's at every
    place; `parts` is what a bundle brings; `before` is what the thing costs that is being changed.
    """

    price: str
    prices: Mapping[str, str]
    before: str
    parts: Sequence[str]
    promised_at: datetime
    probable_at: datetime | None
    basis: str
    needed_by: date | None
    stages: list[str]
    advice: PlaceAdvice | None

    @property
    def in_time(self) -> bool:
        return self.needed_by is None or self.promised_at <= end_of_day(self.needed_by)


@dataclass(frozen=True, kw_only=True)
class Draft:
    """`form` is what was posted; `thing` is what the order will change, None for a new one."""

    request: Request
    house: House
    offering: Offering
    form: Mapping[str, str]
    thing: Thing | None = None

    @property
    def action(self) -> str:
        """The address of the form."""
        thing = self.thing
        return f"/things/{thing.instance}/change" if thing else f"/order/{self.offering.id}"

    @property
    def typed(self) -> dict[str, str]:
        return {name: value for name, value in self.form.items() if not name.startswith("_")}

    @property
    def key(self) -> str:
        """The form's own number: the same form sent twice makes one order."""
        key = self.form.get(KEY, "")
        return key if _UUID.fullmatch(key) else str(uuid4())

    @property
    def changing(self) -> bool:
        """Whether it is of a thing that lies in the basket already."""
        return CHANGE in self.form

    @property
    def speech(self) -> Speech:
        return self.house.pages.speech(self.request)

    @cached_property
    def fixed(self) -> frozenset[str]:
        """What a change of this cannot change."""
        asked = self.offering.parameters
        return FIXED | {name for name, parameter in asked.items() if parameter.once}

    @cached_property
    def answers(self) -> dict[str, object]:
        """What is answered, with what a change leaves as it is."""
        if self.thing is None:
            return from_form(self.offering, self.form)
        kept = {name: self.thing.answers[name] for name in self.fixed & self.thing.answers.keys()}
        kept.pop(NEEDED_BY, None)
        form = {name: value for name, value in self.form.items() if name not in self.fixed}
        if place := kept.get(QUESTION):
            form[QUESTION] = str(place)
        return from_form(self.offering, form) | kept

    @cached_property
    def checked(self) -> Checked | list[Problem]:
        today = oslo_date(self.house.now())
        return check(self.offering, self.form.get("plan"), self.answers, today=today)

    @cached_property
    def advised(self) -> Advised | None:
        """What RightCloud says of the offering's places, once the answers say what the data are."""
        plan = self.form.get("plan", next(iter(self.offering.plans)))
        agency = self.request.state.person.agency
        return advise_for(self.house, self.offering, plan, self.answers, agency)

    @property
    def asked(self) -> bool:
        """Whether they chose a place; the usual one is what the form says when nobody does."""
        return self.typed.get(QUESTION, "") not in {"", self.offering.usual_place}

    @property
    def why(self) -> str:
        """Why another place than the recommended one, as it was written."""
        return self.form.get(WHY, "").strip()[:LONGEST_WHY]

    def at(self, place: str) -> Wanted:
        return Wanted(place=place, why=self.why, asked=self.asked)

    @property
    def side(self) -> Side:
        offering, place = self.offering, place_in(self.offering, self.answers)
        only = next(iter(offering.plans)) if len(offering.plans) == 1 else ""
        plan = self.form.get("plan", only)
        prices = {name: self.speech.monthly(offering.price(name, place)) for name in offering.plans}
        before = self.thing.monthly_price if self.thing else None
        promise = self._promise(plan, place)
        return Side(
            price=prices.get(plan, ""),
            prices=prices | place_prices(offering, plan, self.speech),
            before="" if before is None else self.speech.monthly(before),
            parts=[part.title.get(self.speech.language) for part in offering.parts.values()],
            promised_at=promise.promised_at,
            probable_at=promise.probable_at,
            basis=basis_text(self.speech, promise.basis.told()),
            needed_by=self._needed_by(),
            stages=[self.speech.gettext(STAGES[stage]) for stage in DELIVERY],
            advice=told_of(self.house, self.speech, offering, self.advised, self.at(place)),
        )

    def _promise(self, plan: str, place: str) -> Promise:
        """What is said now. A change is not learned of: the catalogue's time is its promise."""
        now = self.house.now()
        if self.thing is not None:
            return Promise(
                probable_at=None,
                promised_at=stated(self.offering.lead_time, now, self.house.calendar),
                basis=Basis(level="stated"),
            )
        wanted = Promising(offering=self.offering, plan=plan, place=place, answers=self.answers)
        return promised(self.house, self.request.state.person.agency, [wanted], now)

    def page(self, problems: Sequence[Problem] = (), status: int = 422, note: str = "") -> Response:
        """The form, with what is wrong if anything is, and a `note` (message id) about all."""
        speech = self.speech
        known = {"plan", *self.offering.parameters}
        shown = sections(self.offering, speech, self._shown(), problems)
        if self.thing:
            shown = [
                (
                    title,
                    [
                        replace(one, asked=one.asked and one.name not in self.fixed)
                        for one in fields
                    ],
                )
                for title, fields in shown
            ]
        return self.house.pages.page(
            self.request,
            "form.html",
            status if problems else 200,
            # Not no-store: a person who goes back finds what was typed.
            {"Cache-Control": "private, no-cache"},
            draft=self,
            note=note,
            most=MOST,
            kept="kept" in self.request.query_params,
            offering=self.offering,
            sections=[pair for pair in shown if any(one.asked or one.only_at for one in pair[1])],
            stray=[
                one.said(speech.gettext, speech.language)
                for one in problems
                if one.field not in known
            ],
            side=self.side,
        )

    def _shown(self) -> dict[str, str]:
        """What stands in the fields: also what a change keeps, so that prices are of its place."""
        if self.thing is None:
            return self.typed
        kept = {name: str(self.thing.answers.get(name, "")) for name in self.fixed}
        return {**self.typed, **kept}

    def _needed_by(self) -> date | None:
        """The day they need it, once they have written one that can be."""
        found = self.checked
        if isinstance(found, list) and any(one.field == NEEDED_BY for one in found):
            return None
        try:
            return date.fromisoformat(str(self.answers.get(NEEDED_BY)))
        except ValueError:
            return None


def as_typed(offering: Offering, plan: str, answers: Mapping[str, object]) -> dict[str, str]:
    """Answers that were given before, as the fields of a form that is filled in again."""
    known = {name: answers[name] for name in offering.parameters if name in answers}
    typed = {name: _written(value) for name, value in known.items()}
    return typed | ({"plan": plan} if plan in offering.plans else {})


def _written(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else ""
    return str(value)
