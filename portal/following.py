"""Orders as people follow them: the list, one order, and its live panel."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import Response

from ledger import OrderRow
from orders.model import ENDS
from portal.asking import SignedIn
from portal.house import House, InHouse
from portal.person import Person
from portal.telling import Story, tell

PER_PAGE = 25
MOST_PAGES = 40_000
LONGEST_NUMBER = 40

router = APIRouter(include_in_schema=False)


@router.get("/orders")
def orders(
    request: Request,
    house: InHouse,
    person: SignedIn,
    page: Annotated[int, Query(ge=1, le=MOST_PAGES)] = 1,
) -> Response:
    total = house.ledger.count(person.scope)
    return house.pages.page(
        request,
        "orders.html",
        orders=house.ledger.orders(person.scope, limit=PER_PAGE, offset=(page - 1) * PER_PAGE),
        offerings=house.catalog,
        page=page,
        pages=max(1, -(-total // PER_PAGE)),
    )


@router.get("/orders/{number}")
def order(request: Request, number: str, house: InHouse, person: SignedIn) -> Response:
    row = visible(house, person, number)
    story = _story(request, house, person, row)
    placed = "placed" in request.query_params
    return house.pages.page(request, "order.html", story=story, placed=placed)


@router.get("/orders/{number}/panel")
def panel(request: Request, number: str, house: InHouse, person: SignedIn) -> Response:
    """What changes on the order's page. Asked for every second, so mostly answered with 304."""
    row = visible(house, person, number)
    language = house.pages.language(request)
    late = row.state not in ENDS and house.now() > row.promised_at
    etag = f'"{row.version}-{language}-{late:d}-{person.sees_all:d}"'
    headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers=headers)
    story = _story(request, house, person, row)
    return house.pages.page(request, "parts/panel.html", headers=headers, story=story)


def visible(house: House, person: Person, number: str) -> OrderRow:
    """The order, if this person may know that it exists."""
    known = number.isascii() and number.isalnum() and len(number) <= LONGEST_NUMBER
    row = house.ledger.order_row(number) if known else None
    if row is None or person.scope not in {None, row.agency}:
        raise HTTPException(404)
    return row


def _story(request: Request, house: House, person: Person, row: OrderRow) -> Story:
    return tell(house, house.pages.speech(request), person, row)
