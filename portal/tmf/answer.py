"""An order as TMF641 shows it. The states are the ledger's own, word for word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from catalog.offering import Offering
from orders.events import ItemStarted, LedgerEvent, MessagePosted, OrderPlaced
from orders.lifecycle import replay
from orders.model import ENDS, Action, Order, OrderItem, State
from portal.stages import Step, steps

BASE = "/tmf-api/serviceOrdering/v4/serviceOrder"
FIELDS = frozenset(
    {
        "id", "href", "externalId", "state", "description", "orderDate", "startDate",
        "requestedCompletionDate", "expectedCompletionDate", "completionDate", "cancellationDate",
        "relatedParty", "serviceOrderItem", "milestone", "jeopardyAlert", "errorMessage", "note",
    }
)  # fmt: skip

# A move adds a service beside the one that the next item of the order deletes.
_OTHERS = {Action.MODIFY: "modify", Action.TERMINATE: "delete"}
_FAILED = frozenset({State.FAILED, State.REJECTED})


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What an answer is drawn from."""

    url: str
    catalog: Mapping[str, Offering]
    history: Sequence[LedgerEvent]
    ended_at: datetime | None
    now: datetime

    @property
    def order(self) -> Order:
        return replay(self.history)


def service_order(view: View) -> dict[str, Any]:
    """The whole resource; what has no value is left out."""
    order, placed = view.order, view.history[0]
    assert isinstance(placed, OrderPlaced)  # noqa: S101 - the ledger holds no other beginning
    started = next((one.at for one in view.history if isinstance(one, ItemStarted)), None)
    delivered = view.ended_at if order.state in {State.COMPLETED, State.PARTIAL} else None
    cancelled = view.ended_at if order.state is State.CANCELLED else None
    found = {
        "@type": "ServiceOrder",
        "id": order.id,
        "href": f"{view.url}{BASE}/{order.id}",
        "externalId": order.external_id,
        "state": order.state.value,
        "description": placed.why,
        "orderDate": moment(order.placed_at),
        "startDate": moment(started),
        "requestedCompletionDate": moment(order.requested_at),
        "expectedCompletionDate": moment(_expected(order)),
        "completionDate": moment(delivered),
        "cancellationDate": moment(cancelled),
        "relatedParty": _parties(order, placed),
        "serviceOrderItem": [_item(one, view) for one in order.items.values()],
        "milestone": [one for item in order.items.values() for one in _milestones(item, view)],
        "jeopardyAlert": list(_alerts(order, view)),
        "errorMessage": [one for item in order.items.values() for one in _errors(item)],
        "note": [
            *(one for item in order.items.values() for one in _questions(item)),
            *_messages(view.history),
        ],
    }
    return {key: value for key, value in found.items() if value}


def moment(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z") if at else None


def _expected(order: Order) -> datetime:
    """The promise in force: the first one, until it could not be kept."""
    return order.restated.promised_at if order.restated else order.promised_at


def _parties(order: Order, placed: OrderPlaced) -> list[dict[str, str]]:
    return [
        {
            "@type": "RelatedParty",
            "@referredType": "Individual",
            "id": placed.by,
            "name": order.orderer,
            "role": "orderer",
        },
        {
            "@type": "RelatedParty",
            "@referredType": "Organization",
            "id": order.agency,
            "name": order.agency,
            "role": "agency",
        },
    ]


def _item(item: OrderItem, view: View) -> dict[str, Any]:
    found = {
        "@type": "ServiceOrderItem",
        "id": item.id,
        "action": _OTHERS.get(item.action, "add"),
        "quantity": 1,
        "state": item.state.value,
        "service": _service(item, view),
        "errorMessage": [
            {key: value for key, value in error.items() if key != "serviceOrderItem"}
            for error in _errors(item)
        ],
    }
    return {key: value for key, value in found.items() if value}


def _service(item: OrderItem, view: View) -> dict[str, Any]:
    offering = view.catalog.get(item.offering)
    specification = {"id": item.offering, "@type": "ServiceSpecificationRef"}
    if offering:
        specification |= {"name": offering.title.en, "version": str(offering.version)}
    said = {"plan": item.plan, **item.answers}
    told = {f"output.{name}": value for name, value in item.outputs.items()}
    service = {
        "@type": "Service",
        "id": item.instance,
        "name": item.name,
        "state": "active" if item.state is State.COMPLETED else "reserved",
        "serviceSpecification": specification,
        "serviceCharacteristic": [
            {"@type": "Characteristic", "name": name, "value": value}
            for name, value in {**said, **told}.items()
        ],
    }
    if item.state in ENDS and item.state is not State.COMPLETED:
        del service["state"]
    if item.resource:
        resource = {"id": item.resource.id, "@referredType": item.resource.kind}
        service["supportingResource"] = [{"@type": "ResourceRef", **resource}]
    return service


def _milestones(item: OrderItem, view: View) -> Iterator[dict[str, Any]]:
    """One for each stage of the delivery; a date when it has been reached."""
    for number, step in enumerate(steps(view.history, item), start=1):
        found = {
            "@type": "ServiceOrderMilestone",
            "id": f"{item.id}.{number}",
            "name": step.stage.value,
            "status": step.progress,
            "milestoneDate": moment(_reached(step)),
            "serviceOrderItem": [_ref(item)],
        }
        yield {key: value for key, value in found.items() if value}


def _reached(step: Step) -> datetime | None:
    return step.done_at or step.began_at


def _alerts(order: Order, view: View) -> Iterator[dict[str, Any]]:
    """What should be known early: stopped, in danger, later than asked for, or past its time."""
    for item in order.items.values():
        if item.state is State.HELD:
            yield {
                "@type": "ServiceOrderJeopardyAlert",
                "id": f"{item.id}.held",
                "name": "held",
                "jeopardyType": "Hazard",
                "message": item.reason,
                "serviceOrderItem": [_ref(item)],
            }
    if order.state in ENDS:
        return
    if order.jeopardy is not None:
        yield {
            "@type": "ServiceOrderJeopardyAlert",
            "id": "jeopardy",
            "name": "jeopardy",
            "jeopardyType": "Hazard",
            "message": f"It will probably be late: the chance of it is {order.jeopardy:.0%}.",
        }
    if order.requested_at and order.requested_at < order.promised_at:
        yield {
            "@type": "ServiceOrderJeopardyAlert",
            "id": "requested",
            "name": "requested",
            "jeopardyType": "Normal",
            "message": "The promised time is later than the one requested.",
        }
    if view.now > order.promised_at:
        yield {
            "@type": "ServiceOrderJeopardyAlert",
            "id": "late",
            "name": "late",
            "jeopardyType": "Critical",
            "alertDate": moment(order.promised_at),
            "message": "The promised time has passed and the order is not delivered.",
        }


def _errors(item: OrderItem) -> Iterator[dict[str, Any]]:
    if item.state in _FAILED:
        left = f" Left behind: {', '.join(item.leftovers)}." if item.leftovers else ""
        yield {
            "@type": "ServiceOrderErrorMessage",
            "code": item.state.value,
            "reason": item.reason,
            "message": f"Clean-up: {item.cleanup or 'notRequired'}.{left}",
            "serviceOrderItem": [_ref(item)],
        }


def _messages(history: Sequence[LedgerEvent]) -> Iterator[dict[str, Any]]:
    """What has been said on the order's thread."""
    for version, event in enumerate(history, 1):
        if isinstance(event, MessagePosted):
            yield {
                "@type": "Note",
                "id": f"message.{version}",
                "author": event.by,
                "date": moment(event.at),
                "text": event.text,
            }


def _questions(item: OrderItem) -> Iterator[dict[str, Any]]:
    """What the customer is asked, and until when."""
    if waiting := item.waiting_on:
        yield {
            "@type": "Note",
            "id": f"{item.id}.question",
            "author": waiting.person or waiting.role,
            "date": moment(waiting.since),
            "text": f"{waiting.question} (answer by {moment(waiting.deadline)})",
        }


def _ref(item: OrderItem) -> dict[str, str]:
    # The description names the field itemId and requires one called id.
    return {"@type": "ServiceOrderItemRef", "id": item.id, "itemId": item.id}
