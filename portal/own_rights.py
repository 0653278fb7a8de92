"""Who may do what with an offering that an agency has made, as it stands."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import Depends, HTTPException, Request

from ledger.own_offerings import Done, Entry, Own
from orders import access
from orders.access import Act, Answer
from portal.asking import SignedIn
from portal.house import House, InHouse
from portal.permits import require
from portal.person import Person
from portal.speech import N_, Speech

SAME_PERSON = N_("You proposed it yourself, so somebody else decides.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """`mine`: it is of the agency they make offerings for; `owner`: they look after the service."""

    mine: bool
    owner: bool

    def may(self, act: Done, own: Own) -> bool:
        """Whether they may, and it is in a state for it."""
        if not own.may(act):
            return False
        if act in {Done.CLOSED, Done.OPENED}:
            ordered = bool(own.used) or not own.agency
            return ordered and (self.owner if own.common or not own.agency else self.mine)
        if act in {Done.PROMOTED, Done.RETURNED}:
            return self.owner
        return self.mine


def rights(person: Person, agency: str) -> Rights:
    """With what `agency` has made; empty for what stands in the catalogue's own files."""
    return Rights(
        mine=bool(agency) and _may(person, Act.DRAFT_OFFERING, own=agency == person.agency),
        owner=_may(person, Act.PROMOTE_OFFERING, own=True),
    )


def works_on_offerings(person: Person) -> bool:
    """Whether the pages of offerings are for them at all."""
    return _may(person, Act.DRAFT_OFFERING, own=True) or rights(person, "").owner


def look(person: Person) -> None:
    """Raise Missing unless they make or look after offerings."""
    if not works_on_offerings(person):
        require(person, Act.DRAFT_OFFERING)


def visible(house: House, person: Person, id_: str) -> Own:
    """How it stands, if this person may know of it: one's own agency's, and what all may order."""
    look(person)
    shelf = house.catalog
    found = house.ledger.own_offerings.find(id_)
    if id_ in shelf.files:
        return found if found and not found.agency else Own(id=id_, texts={})
    if found is None or not found.agency:
        raise HTTPException(404)
    may = rights(person, found.agency)
    if not (may.mine or may.owner or found.common):
        raise HTTPException(404)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Somebody on the pages of an offering that they may know of."""

    request: Request
    house: House
    person: Person
    own: Own

    @property
    def rights(self) -> Rights:
        return rights(self.person, self.own.agency)

    @property
    def speech(self) -> Speech:
        return self.house.pages.speech(self.request)

    def again(self) -> Visit:
        """With the offering as it stands now."""
        return replace(self, own=visible(self.house, self.person, self.own.id))

    def name(self) -> str:
        """What the newest version is called."""
        own, shelf = self.own, self.house.catalog
        found = shelf.version(own, own.draft) if own.agency else shelf.files[own.id]
        return found.title.get(self.speech.language) if found else own.id


def visit(request: Request, id: str, house: InHouse, person: SignedIn) -> Visit:  # noqa: A002 - its name in the address
    return Visit(request=request, house=house, person=person, own=visible(house, person, id))


Visiting = Annotated[Visit, Depends(visit)]


def proposal(own: Own) -> Entry | None:
    """What awaits a decision, with who proposed it and why."""
    proposals = [one for one in own.entries if one.act is Done.PROPOSED]
    return proposals[-1] if proposals and own.proposed else None


def _may(person: Person, act: Act, *, own: bool) -> bool:
    return access.may(person.roles, act, own=own) is Answer.YES
