"""The catalogue and the help page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from ledger import OrderRow
from orders.model import Party, State
from portal.asking import SignedIn, visitor
from portal.house import House, InHouse
from portal.noticing import current
from portal.permits import stands_in
from portal.person import Person, Role
from portal.shelves import Search, categories, found, lowest_price
from portal.speech import oslo_date
from portal.words import EXPLAINED, STATES, TONES

LONGEST_ADDRESS_WORD = 2000

MOST = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Orders with a question to the agency, and orders to approve."""

    orders: Sequence[OrderRow]
    approvals: Sequence[OrderRow]


router = APIRouter(include_in_schema=False)
Word = Annotated[str, Query(max_length=LONGEST_ADDRESS_WORD)]


@router.get("/")
def catalogue(
    request: Request, house: InHouse, person: SignedIn, q: Word = "", category: Word = ""
) -> Response:
    """What can be ordered; above it what is down, and what waits for this person."""
    search = Search.asked(q, category)
    offerings = list(house.catalog.open_to(person.agency, oslo_date(house.now())).values())
    return house.pages.page(
        request,
        "catalogue.html",
        offerings=found(offerings, search),
        categories=categories(offerings, search),
        search=search,
        notices=current(house, house.pages.speech(request)),
        waiting=_waiting(house, person),
        drafts=house.ledger.drafts.of(person.subject) if Role.ORDERER in person.roles else [],
        lowest_price=lowest_price,
        everything=len(found(offerings, Search(words=search.words))),
    )


def _waiting(house: House, person: Person) -> Waiting:
    """Counted to a few: beyond that nobody reads the number."""
    desk, roles = house.ledger.desk, person.roles | stands_in(house, person)
    asked = (
        desk.orders(agency=person.agency, turn=Party.CUSTOMER, limit=MOST)
        if Role.ORDERER in roles
        else []
    )
    approvals = desk.approvals(person.agency, limit=MOST) if Role.APPROVER in roles else []
    return Waiting(
        orders=[one for one in asked if not one.approval_role],
        approvals=[one for one in approvals if one.placed_by != person.subject],
    )


@router.get("/help", dependencies=[Depends(visitor)])
def help_page(request: Request, house: InHouse) -> Response:
    """Open to everyone: also to those who cannot get in."""
    states = [(STATES[state], EXPLAINED[state], TONES[state]) for state in State]
    return house.pages.page(request, "help.html", states=states)
