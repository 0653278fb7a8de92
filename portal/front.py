"""The front page: the catalogue, and what waits for whoever looks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from ledger import OrderRow
from orders.model import Party
from portal.asking import SignedIn
from portal.basket_rows import kept_apart, rows
from portal.house import House, InHouse
from portal.noticing import current
from portal.permits import stands_in
from portal.person import Person, Role
from portal.rendering import TOUR_COOKIE
from portal.shelves import Search, categories, found, lowest_price
from portal.speech import oslo_date

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
        drafts=kept_apart(house, person) if Role.ORDERER in person.roles else [],
        lying=rows(house, person) if Role.ORDERER in person.roles else [],
        lowest_price=lowest_price,
        new_here=Role.ORDERER in person.roles and TOUR_COOKIE not in request.cookies,
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
