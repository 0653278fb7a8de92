"""The basket: several things that will be one order, as they stand now."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from hashlib import sha256

from fastapi import Request

from catalog.form import Checked, Problem
from catalog.joints import handed_on
from leadtime.promises import Promise
from ledger.drafts import Draft as Kept
from orders.approval import Ask, needed
from orders.model import OrderItem
from portal import basket_rows as stored
from portal.fields import Answer
from portal.forms import answers
from portal.house import House
from portal.leadtime_promising import basis_text, latest, promises
from portal.person import Person
from portal.place_words import place_of
from portal.placing import Line, items_of, wanted
from portal.rightcloud_gate import barred
from portal.speech import N_, Speech, end_of_day, oslo_date
from portal.writing import KEY, Draft

GONE = N_("It can no longer be ordered. Remove it from the basket.")


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """One thing in it. `draft` is None when nobody offers it any more.

    `number` is its line in the order; `item` is what is ordered, when nothing is wrong.
    """

    row: Kept
    number: str
    draft: Draft | None
    speech: Speech
    item: OrderItem | None = None

    @property
    def id(self) -> str:
        return self.row.id

    @property
    def title(self) -> str:
        offering = self.draft.offering if self.draft else None
        return offering.title.get(self.speech.language) if offering else self.row.offering

    @property
    def name(self) -> str:
        return self.row.title

    @property
    def stale(self) -> bool:
        """Whether the offering has changed since the form was filled in."""
        was = self.row.body.get(stored.VERSION)
        return self.draft is not None and was != str(self.draft.offering.version)

    @cached_property
    def found(self) -> Checked | list[Problem]:
        """What can be ordered, or all that stands against it."""
        draft = self.draft
        if draft is None:
            return [Problem(field="", msgid=GONE)]
        found = draft.checked
        if isinstance(found, list):
            return found
        problem = barred(draft.offering, draft.advised, draft.at(found.place))
        return [problem] if problem else found

    @property
    def problems(self) -> list[str]:
        found = self.found if isinstance(self.found, list) else []
        return [one.said(self.speech.gettext, self.speech.language) for one in found]

    @property
    def answers(self) -> list[Answer]:
        if self.draft is None or isinstance(self.found, list):
            return []
        offering, found = self.draft.offering, self.found
        said = answers(offering, self.speech, found.plan, found.values)
        return [one for one in said if one.warning or one.name in {"plan", *found.values}]

    @property
    def line(self) -> Line | None:
        if self.draft is None or isinstance(self.found, list):
            return None
        return Line(
            id=self.number,
            offering=self.draft.offering,
            checked=self.found,
            asked=self.draft.asked,
            why=self.draft.why,
        )

    @property
    def price(self) -> int | None:
        line = self.line
        return line.offering.price(line.checked.plan, line.checked.place) if line else None

    @property
    def place(self) -> str:
        line = self.line
        if line is None or self.draft is None:
            return ""
        house, speech = self.draft.house, self.speech
        return place_of(house, speech, line.offering, line.checked.place)

    @property
    def wanted_by(self) -> datetime | None:
        line = self.line
        return end_of_day(line.checked.requested) if line and line.checked.requested else None


@dataclass(frozen=True, kw_only=True)
class Basket:
    request: Request
    house: House
    person: Person

    @cached_property
    def rows(self) -> list[Kept]:
        return stored.rows(self.house, self.person)

    @property
    def key(self) -> str:
        return stored.number(self.rows)

    @property
    def speech(self) -> Speech:
        return self.house.pages.speech(self.request)

    @cached_property
    def things(self) -> list[Chosen]:
        now = self.house.now()
        found = [self._chosen(row, str(place)) for place, row in enumerate(self.rows, 1)]
        return [replace(one, item=self._item(one, now)) for one in found]

    @property
    def sound(self) -> bool:
        """Whether it can be sent."""
        return bool(self.things) and all(one.line for one in self.things)

    @cached_property
    def lines(self) -> list[Line]:
        """The lines of the order, each with those it is connected to."""
        pairs = [(one, line) for one in self.things if (line := one.line)]
        return [replace(line, joined=self._joined(one)) for one, line in pairs]

    @cached_property
    def promises(self) -> dict[str, Promise]:
        """By line, as all of it is ordered together."""
        made = promises(self.house, self.person.agency, wanted(self.lines), self.house.now())
        return {line.id: one for line, one in zip(self.lines, made, strict=True)}

    @property
    def promise(self) -> Promise:
        return latest(list(self.promises.values()))

    @property
    def basis(self) -> str:
        return basis_text(self.speech, self.promise.basis.told())

    @property
    def prices(self) -> list[int | None]:
        return [one.price for one in self.things]

    @cached_property
    def ask(self) -> Ask | None:
        """Whose approval it will need."""
        house, agency = self.house, self.person.agency
        made = items_of(house, agency, self.lines, house.now())
        return needed(house.settings.approval_rules, agency, made)

    @property
    def seen(self) -> str:
        """The same as long as the page shows the same things at the same prices."""
        shown = [
            [one.id, dict(one.row.body), one.draft.offering.version if one.draft else 0, one.price]
            for one in self.things
        ]
        return sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()

    def joints(self, one: Chosen) -> list[Chosen]:
        """The things it could be connected to, in the same account and region."""
        return [other for other in self.things if self._wires(one, other)]

    def joined(self, one: Chosen) -> Chosen | None:
        """What it is connected to, as far as that is still possible."""
        to = one.row.body.get(stored.JOINED)
        return next((other for other in self.joints(one) if other.id == to), None)

    def in_time(self, one: Chosen) -> bool:
        return one.wanted_by is None or self.promises[one.number].promised_at <= one.wanted_by

    def _joined(self, one: Chosen) -> dict[str, dict[str, str]]:
        other = self.joined(one)
        return {other.number: self._wires(one, other)} if other else {}

    def _wires(self, one: Chosen, other: Chosen) -> dict[str, str]:
        """What `other` hands on to it. Two things never need each other."""
        if one.item is None or other.item is None or one.item.target != other.item.target:
            return {}
        offered = self.house.catalog.to(self.person.agency).values()
        to, of, provider = one.item.offering, other.item.offering, one.item.target.provider
        if to == of or handed_on(offered, of, to, provider):
            return {}
        return handed_on(offered, to, of, provider)

    def _chosen(self, row: Kept, number: str) -> Chosen:
        today = oslo_date(self.house.now())
        offering = self.house.catalog.open_to(self.person.agency, today).get(row.offering)
        form = {KEY: row.id, **{str(name): str(value) for name, value in row.body.items()}}
        found = Chosen(row=row, number=number, draft=None, speech=self.speech)
        if offering is None:
            return found
        draft = Draft(request=self.request, house=self.house, offering=offering, form=form)
        return replace(found, draft=draft)

    def _item(self, one: Chosen, now: datetime) -> OrderItem | None:
        """What is ordered, if it is one thing: a bundle has its connections within."""
        line = one.line
        if line is None or line.offering.parts:
            return None
        return items_of(self.house, self.person.agency, [line], now)[0]
