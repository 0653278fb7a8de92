"""ApproveServiceOrder: the yes or no that an order awaits. TMF641 has no such act; it is ours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response

from orders import access, steering
from orders.entry import Stamp
from orders.errors import NothingToDo, QuoteChanged
from orders.lifecycle import replay
from orders.model import Order
from portal.asking import Program
from portal.house import House, InHouse
from portal.permits import NotYours, awaited, check, require, stands_in
from portal.person import Person
from portal.tmf import schema
from portal.tmf.body import raw, read
from portal.tmf.error import Refused, Wrong, corrections
from portal.tmf.routes import shown
from portal.tmf.shape import Reader as Shape
from portal.tmf.visible import seen

BASE = "/tmf-api/serviceOrdering/v4/approveServiceOrder"
DECISIONS = ("approve", "refuse")
LONGEST = 4000
_REQUEST = dict.fromkeys(("serviceOrder", "decision", "reason", "question", "@type"))
_ORDER = dict.fromkeys(("id", "href", "name", "@type", "@referredType"))

router = APIRouter(tags=["approveServiceOrder"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """`question` is what the approver read, if they say so."""

    order: str
    decision: str
    reason: str
    question: str | None


@router.post(
    BASE, openapi_extra=schema.posted(schema.APPROVE), responses=schema.answers(404, 409, 413, 415)
)
def decide(
    request: Request, body: Annotated[bytes, Depends(raw)], house: InHouse, person: Program
) -> Response:
    """Approve the step that is awaited, or refuse the order. The answer is the order after it."""
    asked = _asked(read(request, body))
    seen(house, person, asked.order)
    order = replay(house.ledger.history(asked.order))
    _permit(house, person, order, asked.decision)
    if asked.question is not None and asked.question not in _questions(house, person, order):
        raise Refused(409, "Another question is asked now than the one you answer.")
    try:
        _do(house, person, order, asked)
    except (NothingToDo, QuoteChanged) as error:
        raise Refused(409, str(error)) from error
    return JSONResponse(shown(house, person, asked.order))


def _permit(house: House, person: Person, order: Order, decision: str) -> None:
    """Raise unless it is theirs to decide, and there is something to decide."""
    lent = stands_in(house, person, order.agency)
    if not lent:
        require(person, access.Act.APPROVE, order.agency)
    if not awaited(order):
        raise Refused(409, f"Order {order.id} is {order.state} and awaits no approval.")
    try:
        check(person, decision, order, lent)
    except NotYours as error:
        raise Refused(403, str(error)) from error


def _questions(house: House, person: Person, order: Order) -> set[str]:
    notes = shown(house, person, order.id).get("note", [])
    return {note["text"] for note in notes if note["id"].endswith(".question")}


def _do(house: House, person: Person, order: Order, asked: Decision) -> None:
    stamp = Stamp(by=person.subject, at=house.now(), why=asked.reason)
    if asked.decision == "approve":
        prices = {item.id: item.monthly_price for item in order.items.values()}
        steering.approve(house.ledger, order.id, stamp, prices)
    else:
        steering.refuse(house.ledger, order.id, stamp, asked.reason)


def _asked(body: dict[str, Any]) -> Decision:
    """Raises Refused (400) with all that is wrong."""
    wrongs: list[Wrong] = []
    asked = Shape(body, "", wrongs)
    asked.only(_REQUEST, lambda _: "is not used here: leave it out")
    asked.type_is("ApproveServiceOrder", "ApproveServiceOrder_Create")
    order = None
    if inner := asked.inner("serviceOrder", needed=True):
        inner.only(_ORDER, lambda _: "is not used here: leave it out")
        order = inner.text("id", LONGEST, needed=True)
    decision = asked.text("decision", LONGEST, needed=True)
    if decision is not None and decision not in DECISIONS:
        asked.wrong("decision", f"must be {' or '.join(DECISIONS)}")
    reason = asked.text("reason", LONGEST, needed=decision == "refuse")
    question = asked.text("question", LONGEST)
    if wrongs or order is None or decision is None:
        raise corrections(wrongs)
    return Decision(order=order, decision=decision, reason=reason or "", question=question)
