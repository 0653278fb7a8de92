"""The catalogue and the help page."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from orders.model import State
from portal.asking import signed_in, visitor
from portal.house import InHouse
from portal.shelves import Search, categories, found, lowest_price
from portal.words import EXPLAINED, STATES, TONES

LONGEST_ADDRESS_WORD = 2000

router = APIRouter(include_in_schema=False)
Word = Annotated[str, Query(max_length=LONGEST_ADDRESS_WORD)]


@router.get("/", dependencies=[Depends(signed_in)])
def catalogue(request: Request, house: InHouse, q: Word = "", category: Word = "") -> Response:
    search = Search.asked(q, category)
    offerings = list(house.catalog.values())
    return house.pages.page(
        request,
        "catalogue.html",
        offerings=found(offerings, search),
        categories=categories(offerings, search),
        search=search,
        lowest_price=lowest_price,
        everything=len(found(offerings, Search(words=search.words))),
    )


@router.get("/help", dependencies=[Depends(visitor)])
def help_page(request: Request, house: InHouse) -> Response:
    """Open to everyone: also to those who cannot get in."""
    states = [(STATES[state], EXPLAINED[state], TONES[state]) for state in State]
    return house.pages.page(request, "help.html", states=states)
