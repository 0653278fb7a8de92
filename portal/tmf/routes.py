"""POST and GET of service orders."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response

from orders.errors import ExternalIdReused, UnknownOrder
from orders.model import State
from portal.asking import Program, Reader
from portal.house import House, InHouse
from portal.person import Person, Role
from portal.placing import place_order
from portal.tmf import answer, schema
from portal.tmf.body import read
from portal.tmf.error import Refused
from portal.tmf.request import wish

MOST = 100
USUAL = 20
FARTHEST = 1_000_000
_FILTERS = frozenset({"fields", "offset", "limit", "externalId", "state"})

router = APIRouter(tags=["serviceOrder"])


async def raw(request: Request) -> bytes:
    """The body, whose size has been checked at the edge."""
    return await request.body()


@router.post(answer.BASE, status_code=201, openapi_extra=schema.POST, responses=schema.POST_ANSWERS)
def create(
    request: Request, body: Annotated[bytes, Depends(raw)], house: InHouse, person: Program
) -> Response:
    """Place an order. The same externalId and content again gives the same order, with 200."""
    person.needs(Role.ORDERER)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise Refused(415, "")
    wanted = wish(read(body), house.catalog, house.now())
    try:
        order, new = place_order(house, person, wanted)
    except ExternalIdReused as error:
        raise Refused(409, str(error)) from error
    shown = _shown(house, person, order.id)
    return JSONResponse(shown, 201 if new else 200, headers={"Location": shown["href"]})


@router.get(answer.BASE, openapi_extra=schema.LIST, responses=schema.LIST_ANSWERS)
def find(request: Request, house: InHouse, person: Reader) -> Response:
    """The agency's orders, newest first."""
    asked = request.query_params
    if unknown := set(asked) - _FILTERS:
        known = ", ".join(sorted(_FILTERS))
        raise Refused(400, f"{min(unknown)[:40]} is no filter here; there are: {known}.")
    limit = _whole(asked, "limit", USUAL, 1, MOST)
    offset = _whole(asked, "offset", 0, 0, FARTHEST)
    fields = _fields(asked)
    filters: dict[str, Any] = {"external_id": asked.get("externalId"), "state": _state(asked)}
    total = house.ledger.count(person.scope, **filters)
    rows = house.ledger.orders(person.scope, **filters, limit=limit, offset=offset)
    found = [_picked(_shown(house, person, row.id), fields) for row in rows]
    counts = {"X-Total-Count": str(total), "X-Result-Count": str(len(found))}
    return JSONResponse(found, headers=counts)


@router.get(answer.BASE + "/{id}", openapi_extra=schema.ONE, responses=schema.ONE_ANSWERS)
def one(request: Request, id: str, house: InHouse, person: Reader) -> Response:  # noqa: A002 - TMF641's name in the address
    """One order, by the id that was given when it was placed."""
    if unknown := set(request.query_params) - {"fields"}:
        raise Refused(400, f"{min(unknown)[:40]} is not used here; fields is.")
    shown = _shown(house, person, id)
    return JSONResponse(_picked(shown, _fields(request.query_params)))


def _shown(house: House, person: Person, order: str) -> dict[str, Any]:
    """The order, if it is one that this person may see."""
    row = house.ledger.order_row(order)
    if row is None or person.scope not in {None, row.agency}:
        raise UnknownOrder(order)
    return answer.service_order(
        answer.View(
            url=house.settings.url,
            catalog=house.catalog,
            history=house.ledger.history(order),
            ended_at=row.ended_at,
            now=house.now(),
        )
    )


def _whole(asked: Mapping[str, str], name: str, usual: int, least: int, most: int) -> int:
    text = asked.get(name, str(usual))
    number = (
        int(text) if text.isascii() and text.isdecimal() and len(text) <= len(str(most)) else -1
    )
    if not least <= number <= most:
        raise Refused(400, f"{name} must be a whole number from {least} to {most}.")
    return number


def _state(asked: Mapping[str, str]) -> State | None:
    text = asked.get("state")
    if text is None:
        return None
    if text not in set(State):
        raise Refused(400, f"state must be one of: {', '.join(State)}.")
    return State(text)


def _fields(asked: Mapping[str, str]) -> frozenset[str] | None:
    if "fields" not in asked:
        return None
    wanted = frozenset(part.strip() for part in asked["fields"].split(",") if part.strip())
    if unknown := wanted - answer.FIELDS:
        known = ", ".join(sorted(answer.FIELDS))
        raise Refused(400, f"fields: {min(unknown)[:40]} is none of: {known}.")
    return wanted


def _picked(order: Mapping[str, Any], fields: frozenset[str] | None) -> Mapping[str, Any]:
    """The wanted fields, and always what tells which order it is."""
    if fields is None:
        return order
    kept = fields | {"@type", "id", "href"}
    return {key: value for key, value in order.items() if key in kept}
