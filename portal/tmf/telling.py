"""What a listener is told of an order: TMF641's notifications, drawn from the ledger's events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from orders import events as e
from orders.events import LedgerEvent
from orders.lifecycle import replay
from orders.model import State
from portal.tmf import answer
from portal.tmf.answer import View
from portal.tmf.cancelling import cancellations, told

CREATED = "ServiceOrderCreateEvent"
STATE = "ServiceOrderStateChangeEvent"
CHANGED = "ServiceOrderAttributeValueChangeEvent"
ASKED = "ServiceOrderInformationRequiredEvent"
MILESTONE = "ServiceOrderMilestoneEvent"
JEOPARDY = "ServiceOrderJeopardyEvent"
CANCEL_CREATED = "CancelServiceOrderCreateEvent"
CANCEL_STATE = "CancelServiceOrderStateChangeEvent"
TYPES = frozenset(
    {CREATED, STATE, CHANGED, ASKED, MILESTONE, JEOPARDY, CANCEL_CREATED, CANCEL_STATE}
)
# What stands on the order and moves no item: an attribute of it is another than before.
_BESIDE = (e.MessagePosted, e.PromiseRestated, e.Assigned, e.JeopardyCleared)
_OF: Mapping[str, tuple[type[Any], ...]] = {
    ASKED: (e.QuestionAsked, e.ApprovalAsked),
    MILESTONE: (e.StageReached,),
    JEOPARDY: (e.JeopardyRaised, e.ItemHeld),
    CHANGED: _BESIDE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One notification. Its id is the same however often it is sent."""

    type: str
    body: Mapping[str, Any]

    @property
    def path(self) -> str:
        """Where it is posted, below the listener's address, as the description has it."""
        return f"/listener/{self.type[0].lower()}{self.type[1:]}"


def notices(view: View, first: int, last: int) -> Iterator[Notice]:
    """Of the events `first` to `last` (versions) of the order in `view`, oldest first."""
    for version in range(first, last + 1):
        yield from _of(view, version)


def _of(view: View, version: int) -> Iterator[Notice]:
    history = view.history[:version]
    event = history[-1]
    then = replace(view, history=history, now=event.at, ended_at=_ended(history))
    order = {"serviceOrder": answer.service_order(then)}
    if version == 1:
        yield _notice(CREATED, event, version, order)
        return
    for type_, kinds in _OF.items():
        if isinstance(event, kinds):
            yield _notice(type_, event, version, order)
    if replay(history).state is not replay(history[:-1]).state:
        yield _notice(STATE, event, version, order)
    yield from _cancelling(then, version)


def _cancelling(view: View, version: int) -> Iterator[Notice]:
    number = view.order.id
    now = cancellations(number, view.history)
    before = {one.id: one.state for one in cancellations(number, view.history[:-1])}
    for one in now:
        if one.state == before.get(one.id):
            continue
        type_ = CANCEL_STATE if one.id in before else CANCEL_CREATED
        body = {"cancelServiceOrder": told(view.url, one)}
        yield _notice(type_, view.history[-1], version, body)


def _ended(history: Sequence[LedgerEvent]) -> Any:  # noqa: ANN401 - a moment or None
    ends = {State.COMPLETED, State.PARTIAL, State.CANCELLED, State.FAILED, State.REJECTED}
    return history[-1].at if replay(history).state in ends else None


def _notice(type_: str, event: LedgerEvent, version: int, body: Mapping[str, Any]) -> Notice:
    order = body.get("serviceOrder") or body["cancelServiceOrder"]["serviceOrder"]
    return Notice(
        type=type_,
        body={
            "eventId": f"{order['id']}-{version}-{type_}",
            "eventTime": answer.moment(event.at),
            "eventType": type_,
            "correlationId": order["id"],
            "title": type(event).__name__,
            "timeOcurred": answer.moment(event.at),  # spelt so in the description
            "event": body,
        },
    )
