"""How candidates are told: where evidence is from, how sure it is, and the form for one of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from catalog.adopting import fits
from catalog.offering import Offering
from catalog.places import QUESTION
from orders.adoption import By, Candidate, Evidence, Met, Sure, Wish
from portal.fields import Field
from portal.forms import sections
from portal.house import House
from portal.place_words import kind_word, place_of, standing
from portal.speech import N_, Speech

BY: Mapping[By, str] = {
    By.TAG: N_("tag"),
    By.ACCOUNT: N_("account"),
    By.NETWORK: N_("network"),
    By.NAME: N_("name"),
    By.COST_CENTRE: N_("cost centre"),
    By.SIZE: N_("size"),
    By.KIND: N_("kind"),
}
SURE: Mapping[Sure, str] = {
    Sure.SURE: N_("certain"),
    Sure.LIKELY: N_("probable"),
    Sure.GUESS: N_("the nearest"),
}

# What cannot be marked as adopted, and why; docs/adoption.md says it at length.
EVERY = ""
REFUSED: Mapping[tuple[str, str], str] = {
    (EVERY, "private-connection"): N_(
        "Private connections are agreed with a carrier. Order a new one."
    ),
    (EVERY, "workspace"): N_("Workspaces belong to one person's account. Order a new one."),
    ("gcp", "network"): N_(
        "Networks at Google carry no labels, so nothing on them could say whose they are."
    ),
    ("openstack", "database"): N_(
        "A database in the private cloud is a server with PostgreSQL in it. It shows as a server, "
        "and is adopted as one."
    ),
    ("ibm", "network"): N_(
        "Networks at IBM have ranges in each zone and none of their own, so no order could ask for "
        "just that one."
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """The form of one candidate; without an offering there are no questions yet."""

    offering: Offering | None
    possible: Sequence[Offering]
    sections: Sequence[tuple[str, list[Field]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Teller:
    """Candidates in the reader's words. `offered` is looked up once for all of them."""

    house: House
    speech: Speech
    offered: Mapping[str, Offering]

    @classmethod
    def of(cls, house: House, speech: Speech) -> Teller:
        return cls(house=house, speech=speech, offered=house.catalog)

    def where(self, met: Met) -> str:
        return standing(self.house, self.speech, met.target, met.ref)

    def product(self, wish: Wish) -> str:
        """`Linux server, Small: 2 vCPU …`; ids where the catalogue knows them no more."""
        return ", ".join(filter(None, (self._offering(wish.offering), self._plan(wish))))

    def evidence(self, candidate: Candidate) -> list[str]:
        """`tag Owner=BYM: BYM (certain)`, a line for each."""
        return [
            f"{self.speech.gettext(BY[one.by])} {self._what(candidate.met, one)}: "
            f"{self._says(one)} ({self.speech.gettext(SURE[one.sure])})"
            for one in candidate.proposal.evidence
        ]

    def _what(self, met: Met, one: Evidence) -> str:
        kind = kind_word(self.speech, met.kind)
        if one.by is By.KIND:
            return f"{kind}, {place_of(self.house, self.speech, None, met.place)}"
        return kind if one.what == met.kind else one.what

    def _says(self, one: Evidence) -> str:
        """An agency's id as it is; an offering, alone or with its plan, by its title."""
        offering, _, plan = one.says.partition("/")
        return self.product(Wish(offering=offering, plan=plan))

    def _offering(self, id_: str) -> str:
        found = self.offered.get(id_)
        return found.title.get(self.speech.language) if found else id_

    def _plan(self, wish: Wish) -> str:
        found = self.offered.get(wish.offering)
        plan = found.plans.get(wish.plan) if found else None
        return plan.title.get(self.speech.language) if plan else wish.plan


def shown(house: House, speech: Speech, candidate: Candidate, wish: Wish) -> Shown:
    offered = house.catalog.to(wish.agency)
    possible = fits(candidate.met, offered)
    offering = next((one for one in possible if one.id == wish.offering), None)
    if offering is None:
        return Shown(offering=None, possible=possible, sections=())
    typed = {**wish.answers, "plan": wish.plan, QUESTION: candidate.met.place}
    found = sections(offering, speech, typed)
    asked = [
        (title, [one for one in fields if one.asked and one.name != QUESTION])
        for title, fields in found
    ]
    return Shown(offering=offering, possible=possible, sections=[pair for pair in asked if pair[1]])
