"""Orders as people follow them: the list, one order, and its live panel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import Response

from ledger import OrderRow
from orders.model import ENDS
from portal.asking import SignedIn
from portal.house import House, InHouse
from portal.person import Person
from portal.speech import N_
from portal.telling import tell

PER_PAGE = 25
MOST_PAGES = 40_000
LONGEST_NUMBER = 40
QUESTION_DAYS = (1, 2, 5, 10)  # working days that a question may give
DONE: Mapping[str, str] = {
    "placed": N_("We have received your order. The number is %(number)s."),
    "answer": N_("The answer is sent, and we go on."),
    "message": N_("The message is sent. Everyone who sees the order can read it."),
    "approve": N_("You have approved the order."),
    "refuse": N_("You have refused the order, and whoever ordered can read why."),
    "cancel": N_("You have cancelled the order. Below you see what becomes of it."),
    "survey": N_("Thank you. We use the answer to get better."),
    "follow": N_("It is told to everybody what was done."),
    "ask": N_("The question is sent. The order waits for the answer."),
    "hold": N_("The order is stopped."),
    "release": N_("The order goes on."),
    "assign": N_("It is written down who looks after the order."),
}

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What an act has led to: `done`, or what was `wrong` with it and the `text` to try again.

    `wrong` is by act; what is wrong with the whole of it stands under "".
    """

    status: int = 200
    done: str = ""
    wrong: Mapping[str, str] = field(default_factory=dict[str, str])
    text: str = ""


@router.get("/orders/{number}")
def order(request: Request, number: str, house: InHouse, person: SignedIn) -> Response:
    row = visible(house, person, number)
    done = "placed" if "placed" in request.query_params else request.query_params.get("done", "")
    return show(request, house, person, row, Said(done=done if done in DONE else ""))


def show(request: Request, house: House, person: Person, row: OrderRow, said: Said) -> Response:
    """The order's page, with what was said about the act that led here."""
    story = tell(house, house.pages.speech(request), person, row)
    return house.pages.page(
        request,
        "order.html",
        said.status,
        story=story,
        said=said,
        done=DONE.get(said.done, ""),
        days=QUESTION_DAYS,
        healths=house.ledger.healths.of([one.item.instance for one in story.items]),
    )


@router.get("/orders/{number}/panel")
def panel(request: Request, number: str, house: InHouse, person: SignedIn) -> Response:
    """What changes on the order's page. Asked for every second, so mostly answered with 304."""
    row = visible(house, person, number)
    language = house.pages.language(request)
    late = row.state not in ENDS and house.now() > row.due_at
    whose = sha256(f"{person.subject} {sorted(person.roles)}".encode()).hexdigest()[:12]
    etag = f'"{row.version}-{language}-{late:d}-{whose}"'
    headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers=headers)
    story = tell(house, house.pages.speech(request), person, row)
    return house.pages.page(
        request,
        "parts/panel.html",
        headers=headers,
        story=story,
        said=Said(),
        days=QUESTION_DAYS,
    )


def visible(house: House, person: Person, number: str) -> OrderRow:
    """The order, if this person may know that it exists."""
    known = number.isascii() and number.isalnum() and len(number) <= LONGEST_NUMBER
    row = house.ledger.order_row(number) if known else None
    if row is None or person.scope not in {None, row.agency}:
        raise HTTPException(404)
    return row
