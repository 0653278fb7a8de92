"""What a person can do to an order as it stands: the role must allow it, and the state."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from orders import events as e
from orders.lifecycle import TRANSITIONS
from orders.model import ENDS, Order, State
from portal.permits import may
from portal.person import Person


class Act(StrEnum):
    """Each is a form on the order's page, by the last word of its address."""

    ANSWER = "answer"
    APPROVE = "approve"
    REFUSE = "refuse"
    MESSAGE = "message"
    CANCEL = "cancel"
    SURVEY = "survey"
    FOLLOW = "follow"
    COPY = "copy"
    ASK = "ask"
    HOLD = "hold"
    RELEASE = "release"
    ASSIGN = "assign"


@dataclass(frozen=True, slots=True, kw_only=True)
class Acts:
    """`key` changes when the forms to be shown do."""

    allowed: frozenset[Act]

    def __contains__(self, act: object) -> bool:
        return act in self.allowed

    @property
    def key(self) -> str:
        return "-".join(sorted(self.allowed))


def acts(person: Person, order: Order, lent: frozenset[str] = frozenset()) -> Acts:
    """`lent` as `permits.may` has it."""
    possible = {act for act in Act if _possible(act, order)}
    return Acts(allowed=frozenset(act for act in possible if may(person, act, order, lent)))


def _possible(act: Act, order: Order) -> bool:
    """Whether the order is in a state for it, whoever asks."""
    items = order.items.values()
    open_ = order.state not in ENDS
    return {
        Act.MESSAGE: True,
        Act.COPY: True,
        Act.ASSIGN: open_,
        Act.SURVEY: not open_ and order.survey is None,
        Act.FOLLOW: order.survey is not None and not order.followed_up,
        Act.ANSWER: any(one.state is State.PENDING and not one.approval_step for one in items),
        Act.APPROVE: any(one.approval_step for one in items),
        Act.REFUSE: any(one.approval_step for one in items),
        Act.RELEASE: any(one.state is State.HELD for one in items),
        Act.HOLD: _legal(order, e.ItemHeld),
        Act.ASK: _legal(order, e.QuestionAsked),
        Act.CANCEL: any(
            e.CancellationRequested in TRANSITIONS[one.state]
            and State.PENDING_CANCELLATION not in one.back
            for one in items
        ),
    }[act]


def _legal(order: Order, event: type[e.Event]) -> bool:
    return any(event in TRANSITIONS[item.state] for item in order.items.values())
