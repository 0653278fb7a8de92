"""What is promised of an order: the same in the form, before it is placed, and on the order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from catalog.offering import Offering
from catalog.places import provider_of, region_of
from leadtime.business import Calendar
from leadtime.history import Sort
from leadtime.promises import Promise
from orders.approval import needed
from orders.model import Action, OrderItem, Target
from portal.house import House
from portal.speech import Speech


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One line of an order, as far as a promise depends on it; `plan` may not be chosen yet.

    `needs` are lines, by their ids, that are delivered before it begins.
    """

    offering: Offering
    plan: str
    place: str
    answers: Mapping[str, object]
    id: str = ""
    needs: Sequence[str] = ()


def promised(house: House, agency: str, lines: Sequence[Wanted], at: datetime) -> Promise:
    """When the last of the lines is promised, and what that rests on."""
    return latest(promises(house, agency, lines, at))


def promises(house: House, agency: str, lines: Sequence[Wanted], at: datetime) -> list[Promise]:
    """What is promised of each line, ordered together at `at`."""
    ask = needed(house.settings.approval_rules, agency, [_item(one) for one in lines])
    approval = "+".join(ask.rule.steps) if ask else ""
    alone = [
        house.learning.promise(_sort(one, approval), one.offering.lead_time, at) for one in lines
    ]
    known = {one.id: (one, promise) for one, promise in zip(lines, alone, strict=True)}
    return [
        _after(house.calendar, one.id, known, at) if one.needs else p
        for one, p in zip(lines, alone, strict=True)
    ]


def _after(
    calendar: Calendar, line: str, known: Mapping[str, tuple[Wanted, Promise]], at: datetime
) -> Promise:
    """The promise of a line that begins when those it needs are delivered."""
    wanted, alone = known[line]
    before = [_after(calendar, one, known, at) for one in wanted.needs]
    if not before:
        return alone
    begins = latest(before)

    def later(start: datetime | None, end: datetime | None) -> datetime | None:
        return calendar.add(start, calendar.between(at, end)) if start and end else None

    promised_at = later(begins.promised_at, alone.promised_at)
    assert promised_at is not None  # noqa: S101 - every promise has that date
    probable_at = later(begins.probable_at, alone.probable_at)
    return replace(alone, promised_at=promised_at, probable_at=probable_at)


def latest(made: Sequence[Promise]) -> Promise:
    """What is promised of all of it."""
    last = max(made, key=lambda one: one.promised_at)
    probable = [one.probable_at for one in made if one.probable_at is not None]
    return Promise(
        # One line of which nothing is known leaves the whole unknown.
        probable_at=max(probable) if len(probable) == len(made) else None,
        promised_at=last.promised_at,
        basis=last.basis,
    )


def basis_text(speech: Speech, basis: Mapping[str, object]) -> str:
    """Such as "from 214 orders like this one"; empty on an order older than such promises."""
    level, count = basis.get("level"), basis.get("orders")
    if level == "stated":
        return speech.gettext("the time that the catalogue states")
    if not isinstance(count, int):
        return ""
    said = _from(speech, str(level), count)
    imported = basis.get("imported")
    if not isinstance(imported, int) or not imported:
        return said
    more = speech.gettext("%(count)s of them in the old system", count=speech.number(imported))
    return f"{said}, {more}"


def _from(speech: Speech, level: str, count: int) -> str:
    if level == "alike":
        return speech.ngettext(
            "from %(num)s order like this one", "from %(num)s orders like this one", count
        )
    if level == "provider":
        return speech.ngettext(
            "from %(num)s order of this at the same provider",
            "from %(num)s orders of this at the same provider",
            count,
        )
    return speech.ngettext("from %(num)s order of this", "from %(num)s orders of this", count)


def _sort(line: Wanted, approval: str) -> Sort:
    """What it is like. A bundle's time is its own: its parts are delivered side by side."""
    return Sort(
        offering=line.offering.id,
        provider=provider_of(line.place),
        plan=line.plan,
        approval=approval,
    )


def _item(line: Wanted) -> OrderItem:
    """As much of an item as decides who must approve."""
    plan = line.plan if line.plan in line.offering.plans else next(iter(line.offering.plans))
    return OrderItem(
        id=line.offering.id,
        action=Action.PROVISION,
        instance="",
        name="",
        offering=line.offering.id,
        plan=plan,
        kind=line.offering.kind or "",
        target=Target(provider=provider_of(line.place), account="", region=region_of(line.place)),
        answers=dict(line.answers),
        parameters={},
        monthly_price=line.offering.price(plan, line.place),
    )
