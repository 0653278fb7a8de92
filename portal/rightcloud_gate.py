"""Where an order meets RightCloud: what the form says of the places, and what may be placed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from catalog.form import Checked, Problem
from catalog.offering import Offering, Text
from catalog.places import QUESTION
from portal.house import House
from portal.rightcloud_access import FLOW
from portal.rightcloud_advice import USUAL, Advised, advise_for
from portal.rightcloud_words import place_title, said
from portal.speech import N_, Speech
from rightcloud.bundled import Facts
from rightcloud.journal import Hand
from rightcloud.office import keep_facts

LEFT_OUT = N_("%(label)s: this place cannot be used for these data. %(reasons)s")
WHY = N_("%(label)s: %(place)s is recommended. Choose it, or write why you choose another.")


STAYS = "it stays where it is"


@dataclass(frozen=True, slots=True, kw_only=True)
class Staying:
    """A thing that is changed where it is; these data may still forbid the place."""

    id: str
    offering: Offering
    checked: Checked
    asked: bool = True
    why: str = STAYS


class Ordered(Protocol):
    """A line of an order, as far as its place goes."""

    @property
    def id(self) -> str: ...
    @property
    def offering(self) -> Offering: ...
    @property
    def checked(self) -> Checked: ...
    @property
    def asked(self) -> bool: ...
    @property
    def why(self) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceAdvice:
    """What stands beside the form. `barred` are the places left out: title and reasons, by id."""

    best: str
    best_title: str
    is_best: bool
    reasons: Sequence[str]
    barred: Mapping[str, tuple[str, Sequence[str]]]


def settled(house: House, agency: str, lines: Sequence[Ordered]) -> dict[str, object]:
    """How each line's place was chosen, for the order to carry; raises NotChoosable."""
    found: dict[str, object] = {}
    for line in lines:
        checked = line.checked
        advised = advise_for(house, line.offering, checked.plan, checked.values, agency)
        if advised is not None:
            why = line.why if line.asked else USUAL
            found[line.id] = advised.written(advised.chosen(checked.place, why))
    if found:
        # What the decision was made from must still be there when somebody asks, years from now.
        keep_facts(house.counsel, Hand(at=house.now(), by=FLOW))
    return found


def barred(advised: Advised | None, place: str, why: str, *, asked: bool) -> Problem | None:
    """What stands against the place that was chosen in the form."""
    if advised is None:
        return None
    if reasons := advised.left_out.get(place):
        told = Text(
            nb=" ".join(one.text.nb for one in reasons),
            en=" ".join(one.text.en for one in reasons),
        )
        return Problem(field=QUESTION, msgid=LEFT_OUT, params={"label": LABEL, "reasons": told})
    if asked and not why and advised.best != place:
        return Problem(field=QUESTION, msgid=WHY, params={"label": LABEL, "place": advised.best})
    return None


LABEL = Text(nb="Sted", en="Place")


def told_of(
    facts: Facts, advised: Advised | None, place: str, speech: Speech
) -> PlaceAdvice | None:
    """The advice in the reader's words; None where there is nothing to say yet."""
    if advised is None:
        return None
    best = next((c for c in advised.decision.candidates if c.place.id == advised.best), None)
    return PlaceAdvice(
        best=advised.best,
        best_title=place_title(facts, advised.best) if best else "",
        is_best=advised.best == place,
        reasons=[said(text, speech) for text in best.why] if best else [],
        barred={
            one: (place_title(facts, one), [said(reason.text, speech) for reason in reasons])
            for one, reasons in advised.left_out.items()
        },
    )
