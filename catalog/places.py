"""Where an offering is delivered: its places, a plan's terms at each, the question that asks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from catalog.offering import Choice, Offering, Parameter, Place, Plan, Terms
from catalog.scalars import Text

QUESTION: Final = "place"  # the parameter that asks where, in offerings with several places

_TITLE: Final = Text(nb="Hvor skal det leveres?", en="Where should it be delivered?")
_SECTION: Final = Text(nb="Sted", en="Place")
_HINT: Final = Text(
    nb="Prisen følger stedet. Dataene og størrelsen avgjør hvilket sted som er anbefalt, "
    "og hvilke som ikke kan brukes.",
    en="The price goes with the place. The data and the size decide which place is recommended "
    "and which cannot be used.",
)


def provider_of(place: str) -> str:
    return place.partition("/")[0]


def region_of(place: str) -> str:
    return place.partition("/")[2]


def place_in(offering: Offering, answers: Mapping[str, object]) -> str:
    """The place that `answers` name, else the usual one."""
    wish = answers.get(QUESTION)
    named = wish.strip() if isinstance(wish, str) else ""
    return named if named in offering.places else offering.usual_place


def settled(offering: Offering) -> Offering:
    """`offering` with every place in `places` and every plan's terms there.

    Where there is a choice of places, a parameter of ours asks for one.
    """
    places = offering.places or _only(offering)
    plans = {name: _everywhere(plan, places) for name, plan in offering.plans.items()}
    return asking(offering.model_copy(update={"places": places, "plans": plans}))


def asking(offering: Offering) -> Offering:
    """`offering` with the question for the place, if there are several."""
    if len(offering.places) == 1:
        return offering
    question = Parameter.model_construct(
        type="choice",
        title=_TITLE,
        section=_SECTION,
        hint=_HINT,
        default=offering.usual_place,
        choices={
            name: Choice(title=place.title, hint=place.hint)
            for name, place in offering.places.items()
        },
    )
    return offering.model_copy(update={"parameters": {QUESTION: question, **offering.parameters}})


def _only(offering: Offering) -> Mapping[str, Place]:
    name = f"{offering.provider}/{offering.region}"
    return {name: Place(title=Text(nb=name, en=name), account=offering.account or "")}


def _everywhere(plan: Plan, places: Mapping[str, Place]) -> Plan:
    usual = Terms(monthly_price=plan.monthly_price)
    told = {name: plan.places.get(name, usual) for name in places}
    terms = {
        name: Terms(
            monthly_price=told[name].monthly_price,
            fixed={**place.fixed, **plan.fixed, **told[name].fixed},
        )
        for name, place in places.items()
    }
    return with_terms(plan, terms)


def with_terms(plan: Plan, terms: Mapping[str, Terms]) -> Plan:
    """`plan` with its terms at every place, the usual one first."""
    price = next(iter(terms.values())).monthly_price
    return plan.model_copy(update={"places": terms, "monthly_price": price})
