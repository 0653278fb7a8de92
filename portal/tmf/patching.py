"""PATCH and DELETE of a service order: a note may be added; what was placed stands as placed."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response

from orders.events import MessagePosted
from orders.recording import record
from portal.asking import Program
from portal.house import InHouse
from portal.person import Role
from portal.tmf import answer, schema
from portal.tmf.body import MERGE, raw, read, step
from portal.tmf.error import Refused, Wrong, corrections
from portal.tmf.routes import shown
from portal.tmf.shape import Reader as Shape
from portal.tmf.visible import seen

LONGEST_NOTE = 4000
MOST_NOTES = 20
_ORDER = dict.fromkeys(("note", "@type"))
_NOTE = dict.fromkeys(("text", "@type"))
KEPT = "The ledger keeps every order: cancel it with a cancelServiceOrder, which undoes it."

router = APIRouter(tags=["serviceOrder"])


@router.patch(
    answer.BASE + "/{id}",
    openapi_extra=schema.posted(schema.PATCH),
    responses=schema.answers(404, 413, 415),
)
def change(
    request: Request,
    id: str,  # noqa: A002 - TMF641's name in the address
    body: Annotated[bytes, Depends(raw)],
    house: InHouse,
    person: Program,
) -> Response:
    """Add notes to the order's thread, all or none; everybody who may see the order reads them."""
    person.needs(Role.ORDERER, Role.APPROVER, Role.OPERATOR)
    texts = _notes(read(request, body, MERGE))
    seen(house, person, id)
    now = house.now()
    record(
        house.ledger, id, *(MessagePosted(at=now, by=person.subject, text=text) for text in texts)
    )
    return JSONResponse(shown(house, person, id))


@router.delete(
    answer.BASE + "/{id}",
    openapi_extra={"security": schema.TOKEN},
    responses=schema.answers(404, 409),
    status_code=409,
)
def remove(id: str, house: InHouse, person: Program) -> Response:  # noqa: A002 - the same
    """Always refused: an order is never removed."""
    seen(house, person, id)
    raise Refused(409, "Orders are never deleted.", message=KEPT)


def _notes(body: dict[str, Any]) -> list[str]:
    """The texts to add; raises Refused (400) with all that is wrong."""
    wrongs: list[Wrong] = []
    order = Shape(body, "", wrongs)
    order.only(_ORDER, lambda _: "stands as it was placed; only a note may be added")
    order.type_is("ServiceOrder", "ServiceOrder_Update")
    found = order.get("note", list, needed=True) or []
    if "note" in body and not 1 <= len(found) <= MOST_NOTES:
        order.wrong("note", f"must have between 1 and {MOST_NOTES} notes")
    texts = [_note(value, step("/note", place), wrongs) for place, value in enumerate(found)]
    if wrongs:
        raise corrections(wrongs)
    return [text for text in texts if text]


def _note(value: object, pointer: str, wrongs: list[Wrong]) -> str | None:
    if not isinstance(value, dict):
        wrongs.append(Wrong(pointer, "must be an object"))
        return None
    note = Shape(value, pointer, wrongs)
    note.only(_NOTE, lambda _: "is set by us: leave it out")
    return note.text("text", LONGEST_NOTE, needed=True)
