"""What a yes to a candidate would do, line by line, and everything that is wrong with a line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import uuid4

from catalog import items
from catalog.adopting import fits
from catalog.form import Checked, check, from_form
from catalog.offering import Offering
from catalog.places import QUESTION
from orders.adoption import TAGGED_ANSWERS, Candidate, Wish
from orders.events import OrderPlaced
from portal.fields import Answer
from portal.forms import answers
from portal.house import House
from portal.person import Person
from portal.speech import N_, Speech, oslo_date

NO_AGENCY = N_("Whose it is, is not known. Say which agency.")
NO_SUCH_AGENCY = N_("There is no agency called %(agency)s here. Known are: %(known)s.")
NO_OFFERING = N_("Which product it is, is not known. Say which.")
NO_SUCH_OFFERING = N_("There is no product called %(offering)s for %(agency)s.")
NOT_THERE = N_("%(offering)s is not delivered as %(kind)s at %(place)s. Choose another product.")
ORDER = "…"  # the order's number, which nobody knows yet


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One candidate and what it is to become; with `problems` nothing can come of it."""

    candidate: Candidate
    wish: Wish
    offering: Offering | None = None
    checked: Checked | None = None
    problems: Sequence[str] = ()

    @property
    def pick(self) -> str:
        """What a confirmation names: this candidate, as it was shown."""
        return f"{self.candidate.id}:{self.wish.print}-{self.candidate.met.print}"

    @property
    def marks(self) -> Mapping[str, str]:
        """What would be written on it at the provider, and nothing else."""
        said = self.checked.values if self.checked else {}
        told = {name: str(said[name]) for name in TAGGED_ANSWERS if said.get(name)}
        own = {"agency": self.wish.agency, "offering": self.wish.offering, "order": ORDER}
        return {"Name": str(said.get("name", "")), **own, "owner": self.wish.agency, **told}

    def said(self, speech: Speech) -> list[Answer]:
        """Plan and answers as people read them."""
        if self.offering is None or self.checked is None:
            return []
        return answers(self.offering, speech, self.checked.plan, self.checked.values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checker:
    """What lines are held against, looked up once for all of them."""

    house: House
    speech: Speech
    agencies: frozenset[str]

    @classmethod
    def of(cls, house: House, speech: Speech) -> Checker:
        zones = set(house.settings.landing_zones.zones) - {"*"}
        agencies = house.ledger.candidates.agencies() | zones
        return cls(house=house, speech=speech, agencies=frozenset(agencies))

    def line(self, candidate: Candidate, wish: Wish) -> Line:
        """The line, checked; never raises, whatever was written."""
        problems = [*self._agency(wish), *self._offering(candidate, wish)]
        offering = self.house.catalog.to(wish.agency).get(wish.offering)
        if problems or offering is None:
            return Line(candidate=candidate, wish=wish, problems=problems)
        form = {**wish.answers, QUESTION: candidate.met.place}
        if QUESTION not in offering.parameters:
            del form[QUESTION]
        today = oslo_date(self.house.now())
        found = check(offering, wish.plan or None, from_form(offering, form), today=today)
        if isinstance(found, Checked):
            return Line(candidate=candidate, wish=wish, offering=offering, checked=found)
        told = [one.said(self.speech.gettext, self.speech.language) for one in found]
        return Line(candidate=candidate, wish=wish, offering=offering, problems=told)

    def _agency(self, wish: Wish) -> list[str]:
        if not wish.agency:
            return [self.speech.gettext(NO_AGENCY)]
        if wish.agency in self.agencies:
            return []
        known = ", ".join(sorted(self.agencies))
        return [self.speech.gettext(NO_SUCH_AGENCY, agency=wish.agency, known=known)]

    def _offering(self, candidate: Candidate, wish: Wish) -> list[str]:
        met, speech = candidate.met, self.speech
        if not wish.offering:
            return [speech.gettext(NO_OFFERING)]
        offered = self.house.catalog.to(wish.agency)
        if wish.offering not in offered:
            told = speech.gettext(NO_SUCH_OFFERING, offering=wish.offering, agency=wish.agency)
            return [told]
        if offered[wish.offering] in fits(met, offered):
            return []
        where = {"offering": wish.offering, "kind": met.kind, "place": met.place}
        return [speech.gettext(NOT_THERE, **where)]


def place(house: House, person: Person, line: Line, why: str) -> str:
    """The number of the order that adopts it; empty when somebody else was quicker."""
    if line.offering is None or line.checked is None:
        raise ValueError("a line with problems is nothing to order")
    now, book, one = house.now(), house.ledger, line.candidate
    event = OrderPlaced(
        at=now,
        by=person.subject,
        why=why,
        order=book.next_number(),
        external_id=f"adoption-{one.id}-{uuid4().hex[:8]}",
        fingerprint=line.wish.print,
        agency=line.wish.agency,
        orderer=person.name,
        promised_at=now,  # it is there already
        requested_at=None,
        items=(items.adopted(line.offering, line.checked, one.met, uuid4().hex),),
    )
    return event.order if book.candidates.adopt(one, event) else ""
