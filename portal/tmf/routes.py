"""POST and GET of service orders."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response

from orders.errors import (
    AlreadyChanging,
    ExternalIdReused,
    NoSuchThing,
    StaleThing,
    StillNeeded,
)
from orders.model import State
from orders.thing import Thing
from portal.asking import Program, Reader
from portal.changes import ChangeWish, place_changes
from portal.house import House, InHouse
from portal.moves import MoveWish, place_move
from portal.moving_places import asked_there
from portal.person import Person, Role
from portal.placing import place_order
from portal.tmf import answer, schema
from portal.tmf.body import raw, read
from portal.tmf.error import Refused
from portal.tmf.query import listed, listing, picked, single
from portal.tmf.request import wish
from portal.tmf.service import Desk
from portal.tmf.visible import seen

NEW_ID = "Use a new externalId for a new order."
_FILTERS = frozenset({"externalId", "state"})

router = APIRouter(tags=["serviceOrder"])


@router.post(answer.BASE, status_code=201, openapi_extra=schema.POST, responses=schema.POST_ANSWERS)
def create(
    request: Request, body: Annotated[bytes, Depends(raw)], house: InHouse, person: Program
) -> Response:
    """Place an order. The same externalId and content again gives the same order, with 200."""
    person.needs(Role.ORDERER)
    order, new = _placed(house, person, read(request, body))
    told = shown(house, person, order)
    return JSONResponse(told, 201 if new else 200, headers={"Location": told["href"]})


def _placed(house: House, person: Person, body: dict[str, Any]) -> tuple[str, bool]:
    """The order's number, and whether it is new."""

    def thing(instance: str) -> Thing | None:
        found = house.ledger.thing(instance)
        return found if found and found.agency == person.agency else None

    def earlier(external_id: str) -> str | None:
        found = house.ledger.earlier(person.agency, external_id)
        return found.fingerprint if found else None

    desk = Desk(
        catalog=house.catalog.to(person.agency),
        closed=house.catalog.closed,
        now=house.now(),
        thing=thing,
        users=lambda one: house.ledger.users(person.agency, [one.instance]),
        there=partial(asked_there, house),
    )
    wanted = wish(body, desk, earlier)
    if wanted is None:
        found = house.ledger.earlier(person.agency, str(body["externalId"]).strip())
        assert found is not None  # noqa: S101 - that is what None says
        return found.order, False
    try:
        if isinstance(wanted, MoveWish):
            order, new = place_move(house, person, wanted)
        elif isinstance(wanted, ChangeWish):
            order, new = place_changes(house, person, wanted)
        else:
            order, new = place_order(house, person, wanted)
    except ExternalIdReused as error:
        raise Refused(409, str(error), message=NEW_ID) from error
    except (AlreadyChanging, NoSuchThing, StaleThing, StillNeeded) as error:
        raise Refused(409, str(error)) from error
    return order.id, new


@router.get(
    answer.BASE, openapi_extra=schema.many("externalId", "state"), responses=schema.LIST_ANSWERS
)
def find(request: Request, house: InHouse, person: Reader) -> Response:
    """The agency's orders, newest first."""
    query = listing(request, answer.FIELDS, _FILTERS)
    filters: dict[str, Any] = {
        "external_id": query.filters.get("externalId"),
        "state": _state(query.filters),
    }
    total = house.ledger.count(person.scope, **filters)
    rows = house.ledger.orders(person.scope, **filters, limit=query.limit, offset=query.offset)
    return listed([shown(house, person, row.id) for row in rows], query.fields, total)


@router.get(answer.BASE + "/{id}", openapi_extra=schema.one(), responses=schema.ONE_ANSWERS)
def one(request: Request, id: str, house: InHouse, person: Reader) -> Response:  # noqa: A002 - TMF641's name in the address
    """One order, by the id that was given when it was placed."""
    fields = single(request, answer.FIELDS)
    return JSONResponse(picked(shown(house, person, id), fields))


def shown(house: House, person: Person, order: str) -> dict[str, Any]:
    """The order, if it is one that this person may see."""
    row = seen(house, person, order)
    return answer.service_order(
        answer.View(
            url=house.settings.url,
            catalog=house.catalog,
            history=house.ledger.history(order),
            ended_at=row.ended_at,
            now=house.now(),
        )
    )


def _state(asked: Mapping[str, str]) -> State | None:
    text = asked.get("state")
    if text is None:
        return None
    if text not in set(State):
        raise Refused(400, f"state must be one of: {', '.join(State)}.")
    return State(text)
