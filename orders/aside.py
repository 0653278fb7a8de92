"""What the order itself keeps of events that move no item, or several."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from orders import events as e
from orders.entry import Event
from orders.errors import IllegalTransition
from orders.model import ENDS, Order
from orders.notes import SCORES
from orders.particulars import Approval, Promise


def noted(order: Order, event: Event) -> Order:
    """The order with what it keeps of `event`; raises IllegalTransition."""
    match event:
        case e.SurveyAnswered():
            _check_survey(order, event)
        case e.SurveyFollowedUp() if order.survey is None or not event.text.strip():
            raise IllegalTransition("say what was done, and only about a survey that was answered")
        case e.JeopardyRaised() if not 0 <= event.probability <= 1:
            raise IllegalTransition(f"{event.probability} is no probability: give 0 to 1")
        case e.MessagePosted() if not (event.text.strip() or event.attachments):
            raise IllegalTransition("a message needs words or a file")
        case _:
            pass
    return replace(order, **_kept(order, event))


def _kept(order: Order, event: Event) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    match event:
        case e.ApprovalAsked():
            kept["approval"] = Approval(rule=event.rule, step=event.step, steps=event.steps)
        case e.ApprovalGiven() if order.approval is not None:
            step = event.step + 1 if event.then is not None else event.step
            given = (*order.approval.given, event.by)
            kept["approval"] = replace(order.approval, step=step, given=given)
        case e.PromiseRestated():
            kept["restated"] = _promise(event)
        case e.JeopardyRaised() | e.JeopardyCleared():
            kept["jeopardy"] = getattr(event, "probability", None)
        case e.Assigned():
            kept["assigned"] = event.to
        case e.SurveyAnswered():
            kept["survey"] = event.score
        case e.SurveyFollowedUp():
            kept["followed_up"] = True
        case _:
            pass
    return kept


def _promise(event: e.PromiseRestated) -> Promise:
    return Promise(
        probable_at=event.probable_at,
        promised_at=event.promised_at,
        basis=event.basis,
        why=event.why,
    )


def _check_survey(order: Order, event: e.SurveyAnswered) -> None:
    if order.state not in ENDS:
        raise IllegalTransition(f"order {order.id} has not ended: ask how it went after that")
    if order.survey is not None:
        raise IllegalTransition(f"order {order.id} has an answer to its survey already")
    if event.score not in SCORES:
        raise IllegalTransition(f"{event.score} is no score: give {SCORES[0]} to {SCORES[-1]}")
