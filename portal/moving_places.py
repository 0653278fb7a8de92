"""Where a thing may be moved to, at what price, and why not elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from catalog.form import NEEDED_BY, Checked, Problem, check
from catalog.offering import Offering
from catalog.places import QUESTION, provider_of
from orders.moving import COPIED, copies
from orders.thing import Thing
from portal.house import House
from portal.rightcloud_advice import Advised
from portal.rightcloud_words import said
from portal.speech import N_, Speech, oslo_date

NO_COPY = N_("We cannot copy the content to there.")
ASKS_MORE = N_("Something is asked there that you have not answered: %(what)s.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A place that may be chosen; `compared` is how its price stands to what is paid now."""

    place: str
    title: str
    price: int
    compared: str
    best: bool
    checked: Checked


@dataclass(frozen=True, slots=True, kw_only=True)
class Barred:
    title: str
    reasons: Sequence[str]


def places(
    house: House, speech: Speech, thing: Thing, about: tuple[Offering, Advised | None]
) -> tuple[list[Option], list[Barred]]:
    """Where it may go, the cheapest first, and where it may not."""
    offering, advised = about
    here = f"{thing.target.provider}/{thing.target.region}"
    options, barred = list[Option](), list[Barred]()
    for place, told in offering.places.items():
        if place == here:
            continue
        title = told.title.get(speech.language)
        checked = asked_there(house, thing, offering, place)
        reasons = _against(speech, thing, about, (place, checked))
        if reasons or isinstance(checked, list):
            barred.append(Barred(title=title, reasons=reasons))
            continue
        price = offering.price(thing.plan, place)
        options.append(
            Option(
                place=place,
                title=title,
                price=price,
                compared=_compared(speech, thing.monthly_price, price),
                best=advised is not None and advised.best == place,
                checked=checked,
            )
        )
    return sorted(options, key=lambda one: (not one.best, not one.price, one.price)), barred


def _compared(speech: Speech, before: int | None, price: int) -> str:
    """What it costs there beside what it costs now; only prices that are fixed can be compared."""
    if before is None:
        return speech.gettext("What it costs now is not known")
    if price == before:
        return speech.gettext("the same as now")
    if not price or not before:
        return speech.gettext("Now: %(price)s", price=speech.monthly(before))
    if price > before:
        return speech.gettext("%(price)s more than now", price=speech.price(price - before))
    return speech.gettext("%(price)s less than now", price=speech.price(before - price))


def _against(
    speech: Speech,
    thing: Thing,
    about: tuple[Offering, Advised | None],
    at: tuple[str, Checked | list[Problem]],
) -> list[str]:
    """The law and the policy first; then what we cannot do; then what we would have to ask."""
    (offering, advised), (place, checked) = about, at
    if advised is not None and place in advised.left_out:
        return [said(one.text, speech) for one in advised.left_out[place]]
    if thing.kind in COPIED and not copies(thing.kind, thing.target.provider, provider_of(place)):
        return [speech.gettext(NO_COPY)]
    if isinstance(checked, Checked):
        return []
    fields = [one.field for one in checked]
    known = [offering.parameters[name] for name in fields if name in offering.parameters]
    what = ", ".join(one.title.get(speech.language) for one in known)
    return [speech.gettext(ASKS_MORE, what=what)]


def asked_there(
    house: House, thing: Thing, offering: Offering, place: str
) -> Checked | list[Problem]:
    """The thing's own answers, asked anew for that place."""
    kept = {
        name: value
        for name, value in thing.answers.items()
        if name in offering.parameters
        and name != NEEDED_BY
        and offering.parameters[name].asked_at(place)
    }
    wanted = {**kept, QUESTION: place}
    return check(offering, thing.plan, wanted, today=oslo_date(house.now()))
