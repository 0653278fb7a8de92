"""The catalogue and the help page."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from orders.model import State
from portal.asking import signed_in, visitor
from portal.house import InHouse
from portal.words import EXPLAINED, STATES, TONES

router = APIRouter(include_in_schema=False)


@router.get("/", dependencies=[Depends(signed_in)])
def catalogue(request: Request, house: InHouse) -> Response:
    return house.pages.page(request, "catalogue.html", offerings=list(house.catalog.values()))


@router.get("/help", dependencies=[Depends(visitor)])
def help_page(request: Request, house: InHouse) -> Response:
    """Open to everyone: also to those who cannot get in."""
    states = [(STATES[state], EXPLAINED[state], TONES[state]) for state in State]
    return house.pages.page(request, "help.html", states=states)
