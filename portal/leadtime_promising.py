"""What is promised of an order: the same in the form, before it is placed, and on the order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from catalog.offering import Offering
from catalog.places import provider_of, region_of
from leadtime.history import Sort
from leadtime.promises import Promise
from orders.approval import needed
from orders.model import Action, OrderItem, Target
from portal.house import House
from portal.speech import Speech


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One line of an order, as far as a promise depends on it; `plan` may not be chosen yet."""

    offering: Offering
    plan: str
    place: str
    answers: Mapping[str, object]


def promised(house: House, agency: str, lines: Sequence[Wanted], at: datetime) -> Promise:
    """When the last of the lines is promised, and what that rests on."""
    ask = needed(house.settings.approval_rules, agency, [_item(one) for one in lines])
    approval = "+".join(ask.rule.steps) if ask else ""
    made = [
        house.learning.promise(_sort(one, approval), one.offering.lead_time, at) for one in lines
    ]
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
