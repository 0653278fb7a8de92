"""The tour of a first order: a few words on each page that one comes to while ordering."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from portal.asking import Visitor
from portal.forms import posted
from portal.house import House, InHouse
from portal.rendering import TOUR_COOKIE, YEAR

ON, OVER = "on", "over"

router = APIRouter(include_in_schema=False)


@router.get("/tour")
def offer(request: Request, house: InHouse, person: Visitor) -> Response:
    """What it is, and the button that begins it: a link alone must not change anything."""
    return house.pages.page(request, "tour.html", signed_in=person is not None)


@router.post("/tour")
def steer(house: InHouse, form: Annotated[Mapping[str, str], Depends(posted)]) -> Response:
    """Begin, or end for good."""
    response = RedirectResponse("/", 303)
    remember(house, response, ON if form.get("act") == "begin" else OVER)
    return response


def ordered(request: Request, house: House, order: str) -> Response:
    """To the page of an order that has just been placed."""
    response = RedirectResponse(f"/orders/{order}?placed", 303)
    if TOUR_COOKIE not in request.cookies:
        remember(house, response, OVER)  # who has ordered is new no more
    return response


def remember(house: House, response: Response, how: str) -> None:
    response.set_cookie(
        TOUR_COOKIE,
        how,
        max_age=YEAR,
        samesite="lax",
        httponly=True,
        secure=house.settings.secure,
    )
