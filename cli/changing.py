"""From what somebody types about a thing to what is ordered of it. Writes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from catalog.form import NEEDED_BY, Checked, check, from_form
from catalog.items import Placement, items
from catalog.load import load
from catalog.offering import Offering
from catalog.places import QUESTION
from orders.model import OrderItem
from orders.thing import Thing


class UnknownThing(Exception):
    """Its offering is gone, or no longer delivered where it is."""


class WrongAnswers(Exception):
    """The answers cannot be ordered; a line for each that is wrong."""


def asked(
    thing: Thing, catalog: Mapping[str, Offering], plan: str, typed: Sequence[str], today: date
) -> Checked:
    """The thing's own answers with those of `typed` (`name=answer`), checked as the form does."""
    offering = catalog.get(thing.offering)
    place = f"{thing.target.provider}/{thing.target.region}"
    if offering is None or place not in offering.places:
        raise UnknownThing(f"{thing.offering} is no longer offered at {place}: it stays as it is")
    texts = dict(one.partition("=")[::2] for one in typed)
    before = {
        name: value
        for name, value in thing.answers.items()
        if name in offering.parameters and name != NEEDED_BY
    }
    if QUESTION in offering.parameters:
        before[QUESTION] = place
    read = from_form(offering, {**texts, QUESTION: place})
    changed = {name: value for name, value in read.items() if name in texts}
    found = check(offering, plan or thing.plan, {**before, **changed}, today=today)
    if isinstance(found, list):
        raise WrongAnswers("\n".join(problem.english for problem in found))
    return found


def item_of(thing: Thing, checked: Checked, now: datetime) -> OrderItem:
    """A new item of the thing's offering, for `orders.thing.modified`."""
    placement = Placement(line="1", at=now, instance=lambda: thing.instance)
    (item,) = items(load()[thing.offering], checked, placement)
    return item


def ending(
    thing: Thing, users: Sequence[Thing], at: datetime, *, now: bool
) -> tuple[list[Thing], datetime | None]:
    """What goes: `thing` and its `users`; and when it begins, None for at once."""
    offering = load().get(thing.offering)
    grace = offering.grace if offering else None
    return [thing, *users], at + grace if grace and not now else None
