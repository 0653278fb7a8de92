"""CancelServiceOrder: a request to undo an order, and what came of it.

A request is no record of its own: it is read out of the order's events. Its id is the order's,
a dot, and which request of that order it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import JSONResponse, Response

from orders import events as e
from orders.entry import OnItem, Stamp
from orders.errors import NothingToDo
from orders.events import LedgerEvent
from orders.steering import cancel
from portal.asking import Program, Reader
from portal.house import House, InHouse
from portal.person import Person, Role
from portal.tmf import answer, schema
from portal.tmf.body import raw, read, step
from portal.tmf.error import Refused, Wrong, corrections
from portal.tmf.query import picked, single
from portal.tmf.shape import Reader as Shape
from portal.tmf.visible import seen

BASE = "/tmf-api/serviceOrdering/v4/cancelServiceOrder"
FIELDS = frozenset(
    {"cancellationReason", "completionMessage", "effectiveCancellationDate", "errorMessage"}
    | {"requestedCancellationDate", "serviceOrder", "state"}
)
TOO_LATE = "What has ended cannot be cancelled, nor twice; what is delivered can be terminated."
LONGEST_REASON = 1000
_REQUEST = dict.fromkeys(
    ("serviceOrder", "cancellationReason", "requestedCancellationDate", "@type")
)
_ORDER = dict.fromkeys(("id", "href", "name", "@type", "@referredType"))
_ENDS = (e.ItemCancelled, e.CancellationRefused)

router = APIRouter(tags=["cancelServiceOrder"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancellation:
    """One request; `ends` are what came of it, item by item, as far as it has come."""

    order: str
    number: int
    at: datetime
    why: str
    items: frozenset[str]
    accepted: frozenset[str]
    ends: Sequence[e.ItemCancelled | e.CancellationRefused]

    @property
    def id(self) -> str:
        return f"{self.order}.{self.number}"

    @property
    def refusals(self) -> list[e.CancellationRefused]:
        return [one for one in self.ends if isinstance(one, e.CancellationRefused)]

    @property
    def state(self) -> str:
        if len(self.ends) == len(self.items):
            return "terminatedWithError" if self.refusals else "done"
        return "inProgress" if self.accepted or self.ends else "accepted"


def cancellations(order: str, history: Sequence[LedgerEvent]) -> list[Cancellation]:
    """Every request of the order, oldest first."""
    begun: list[list[e.CancellationRequested]] = []
    for event in history:
        if not isinstance(event, e.CancellationRequested):
            continue
        if begun and (begun[-1][0].at, begun[-1][0].by) == (event.at, event.by):
            begun[-1].append(event)
        else:
            begun.append([event])
    return [_read(order, number, asked, history) for number, asked in enumerate(begun, 1)]


def _read(
    order: str,
    number: int,
    asked: Sequence[e.CancellationRequested],
    history: Sequence[LedgerEvent],
) -> Cancellation:
    accepted, ends = set[str](), dict[str, e.ItemCancelled | e.CancellationRefused]()
    for one in asked:
        later = history[_place(history, one) + 1 :]
        for event in later:
            if not isinstance(event, OnItem) or event.item != one.item:
                continue
            if isinstance(event, e.CancellationAccepted):
                accepted.add(one.item)
            elif isinstance(event, _ENDS):
                ends[one.item] = event
                break
    return Cancellation(
        order=order,
        number=number,
        at=asked[0].at,
        why=asked[0].why,
        items=frozenset(one.item for one in asked),
        accepted=frozenset(accepted),
        ends=list(ends.values()),
    )


def _place(history: Sequence[LedgerEvent], event: LedgerEvent) -> int:
    return next(place for place, one in enumerate(history) if one is event)


def told(url: str, found: Cancellation) -> dict[str, Any]:
    """The request as TMF641 shows it."""
    done = found.state == "done"
    shown = {
        "@type": "CancelServiceOrder",
        "id": found.id,
        "href": f"{url}{BASE}/{found.id}",
        "state": found.state,
        "cancellationReason": found.why,
        "requestedCancellationDate": answer.moment(found.at),
        "effectiveCancellationDate": answer.moment(
            max(one.at for one in found.ends) if done else None
        ),
        "completionMessage": "Undone: nothing of it is left." if done else None,
        "serviceOrder": {
            "@type": "ServiceOrderRef",
            "@referredType": "ServiceOrder",
            "id": found.order,
            "href": f"{url}{answer.BASE}/{found.order}",
        },
    }
    if found.state == "terminatedWithError":
        reasons = sorted({one.reason for one in found.refusals})
        shown["errorMessage"] = {
            "@type": "ErrorMessage",
            "code": "refused",
            "reason": " ".join(reasons),
            "message": "What was refused goes on as ordered; terminate it when it is delivered.",
        }
    return {key: value for key, value in shown.items() if value}


@router.post(
    BASE,
    status_code=201,
    openapi_extra=schema.posted(schema.CANCEL),
    responses=schema.answers(404, 409, 413, 415),
)
def create(
    request: Request, body: Annotated[bytes, Depends(raw)], house: InHouse, person: Program
) -> Response:
    """Cancel all of an order that still can be. What came of it is read at the address given."""
    person.needs(Role.ORDERER, Role.OPERATOR)
    order, why = _asked(read(request, body), house.now())
    seen(house, person, order)
    try:
        cancel(house.ledger, order, Stamp(by=person.subject, at=house.now(), why=why))
    except NothingToDo as error:
        raise Refused(409, str(error), message=TOO_LATE) from error
    shown = told(house.settings.url, cancellations(order, house.ledger.history(order))[-1])
    return JSONResponse(shown, 201, headers={"Location": shown["href"]})


@router.get(BASE + "/{id}", openapi_extra=schema.one(), responses=schema.ONE_ANSWERS)
def one(request: Request, id: str, house: InHouse, person: Reader) -> Response:  # noqa: A002 - TMF641's name in the address
    """One request to cancel, by the id that was given when it was made."""
    fields = single(request, FIELDS)
    return JSONResponse(picked(told(house.settings.url, _found(house, person, id)), fields))


def _found(house: House, person: Person, id_: str) -> Cancellation:
    order, _, number = id_.partition(".")
    seen(house, person, order)
    for found in cancellations(order, house.ledger.history(order)):
        if str(found.number) == number:
            return found
    raise HTTPException(404)


def _asked(body: dict[str, Any], now: datetime) -> tuple[str, str]:
    """The order and the reason; raises Refused (400) with all that is wrong."""
    wrongs: list[Wrong] = []
    asked = Shape(body, "", wrongs)
    asked.only(_REQUEST, lambda _: "is not used here: leave it out")
    asked.type_is("CancelServiceOrder", "CancelServiceOrder_Create")
    why = asked.text("cancellationReason", LONGEST_REASON, needed=True)
    order = None
    if inner := asked.inner("serviceOrder", needed=True):
        inner.only(_ORDER, lambda _: "is not used here: leave it out")
        order = inner.text("id", LONGEST_REASON, needed=True)
    wanted = asked.get("requestedCancellationDate", str)
    if wanted is not None and not _now(wanted, now):
        place = step("", "requestedCancellationDate")
        wrongs.append(Wrong(place, "orders are cancelled at once: leave it out"))
    if wrongs or order is None or why is None:
        raise corrections(wrongs)
    return order, why


def _now(text: str, now: datetime) -> bool:
    try:
        return datetime.fromisoformat(text.upper()).astimezone(UTC) <= now
    except (ValueError, OverflowError):
        return False
