"""Where an order meets RightCloud: what the form says of the places, and what may be placed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from catalog.form import Checked, Problem
from catalog.offering import Offering, Text
from catalog.places import QUESTION
from portal.house import House
from portal.place_words import place_of
from portal.rightcloud_access import FLOW
from portal.rightcloud_advice import USUAL, Advised, advise_for
from portal.rightcloud_words import said, said_of_places
from portal.speech import N_, Speech
from rightcloud.journal import Hand
from rightcloud.office import keep_facts

LEFT_OUT = N_("%(label)s: this place cannot be used for these data. %(reasons)s")
WHY = N_("%(label)s: %(place)s is recommended. Choose it, or write why you choose another.")


BEST = N_("%(place)s is the recommended place for these data.")
CHOOSE = N_("%(place)s is the recommended place for these data. Choose it.")
CHOOSE_OR_SAY = N_("%(place)s is recommended. Choose it, or write why you choose another.")
SAID_WHY = N_("%(place)s is recommended. You have written why you choose another.")
USUAL_TOO = N_("%(place)s is recommended for these data. The usual place may be used too.")

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
class Wanted:
    """The place in a form; `asked` when somebody chose it, `why` is what they wrote about it."""

    place: str
    why: str
    asked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceAdvice:
    """What stands beside the form. `told` says how the chosen place stands to the best one.

    `barred` are the places left out: title and reasons, by id.
    """

    best: str
    told: str
    is_best: bool
    reasons: Sequence[str]
    barred: Mapping[str, tuple[str, Sequence[str]]]

    @property
    def marked(self) -> list[str]:
        """The places of which the data say something, the best first."""
        return [*filter(None, [self.best]), *self.barred]


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


def barred(offering: Offering, advised: Advised | None, wanted: Wanted) -> Problem | None:
    """What stands against the place that was chosen in the form."""
    if advised is None:
        return None
    if reasons := advised.left_out.get(wanted.place):
        told = Text(
            nb=" ".join(one.text.nb for one in reasons),
            en=" ".join(one.text.en for one in reasons),
        )
        return Problem(field=QUESTION, msgid=LEFT_OUT, params={"label": LABEL, "reasons": told})
    if wanted.asked and not wanted.why and advised.best != wanted.place:
        best = offering.places[advised.best].title
        return Problem(field=QUESTION, msgid=WHY, params={"label": LABEL, "place": best})
    return None


LABEL = Text(nb="Sted", en="Place")


def _standing(advised: Advised, wanted: Wanted) -> str:
    """A sentence about the recommended place (message id)."""
    if advised.best == wanted.place:
        return BEST
    if wanted.place in advised.left_out:
        return CHOOSE
    if wanted.why:
        return SAID_WHY
    return CHOOSE_OR_SAY if wanted.asked else USUAL_TOO


def told_of(
    house: House, speech: Speech, offering: Offering, advised: Advised | None, wanted: Wanted
) -> PlaceAdvice | None:
    """The advice in the reader's words; None where there is nothing to say yet."""
    if advised is None:
        return None
    facts = house.counsel.facts()
    title = partial(place_of, house, speech, offering)
    best = next((c for c in advised.decision.candidates if c.place.id == advised.best), None)
    return PlaceAdvice(
        best=advised.best,
        told=speech.gettext(_standing(advised, wanted), place=title(advised.best)) if best else "",
        is_best=advised.best == wanted.place,
        reasons=[said_of_places(facts, text, speech) for text in best.why] if best else [],
        barred={
            one: (title(one), [said(reason.text, speech) for reason in reasons])
            for one, reasons in advised.left_out.items()
        },
    )
