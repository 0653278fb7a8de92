"""The nouns: order, order item, target, state. Frozen values, no behaviour but questions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from orders.particulars import Approval, Promise

Values = Mapping[str, Any]


class Action(StrEnum):
    """What is done to the service instance. To adopt is to take over what was there before."""

    PROVISION = "provision"
    MODIFY = "modify"
    MOVE = "move"
    TERMINATE = "terminate"
    ADOPT = "adopt"


MAKES = frozenset({Action.PROVISION, Action.ADOPT})  # a thing where there was none


class State(StrEnum):
    """TMF641 v4.1 names, verbatim. Items have them; an order's own is computed."""

    ACKNOWLEDGED = "acknowledged"
    REJECTED = "rejected"
    PENDING = "pending"
    IN_PROGRESS = "inProgress"
    HELD = "held"
    ASSESSING_CANCELLATION = "assessingCancellation"
    PENDING_CANCELLATION = "pendingCancellation"
    CANCELLED = "cancelled"
    COMPLETED = "completed"
    FAILED = "failed"
    PARTIAL = "partial"


ENDS = frozenset(
    {State.REJECTED, State.CANCELLED, State.COMPLETED, State.FAILED, State.PARTIAL},
)
OPEN = frozenset(State) - ENDS

# What an open order shows when its items differ: the first of these that some item is in.
BADGE = (
    State.HELD,
    State.PENDING,
    State.IN_PROGRESS,
    State.PENDING_CANCELLATION,
    State.ASSESSING_CANCELLATION,
)


class Stage(StrEnum):
    """The steps of a delivery, in the order a standard item meets them."""

    CHECK = "check"
    CREATE = "create"
    BUILD = "build"
    VERIFY = "verify"
    COPY = "copy"
    COMPARE = "compare"
    SWITCH = "switch"
    KEEP = "keep"
    HAND_OVER = "handOver"
    CLEAN_UP = "cleanUp"


DELIVERY = (Stage.CHECK, Stage.CREATE, Stage.BUILD, Stage.VERIFY, Stage.HAND_OVER)


class Party(StrEnum):
    """The two sides of an order."""

    CUSTOMER = "customer"
    SUPPLIER = "supplier"


class Cleanup(StrEnum):
    """How clean-up ended when an item could not be delivered."""

    NOT_REQUIRED = "notRequired"
    DONE = "done"
    MANUAL_REQUIRED = "manualRequired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where an item is delivered: by whom, as whom, where."""

    provider: str
    account: str
    region: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceRef:
    """What exists at the provider for an item, enough to read or remove it."""

    kind: str
    region: str
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingOn:
    """Whose answer is awaited, and the question; one of `answers`, if any, and after `opens`."""

    party: Party
    role: str
    person: str
    question: str
    since: datetime
    deadline: datetime
    answers: tuple[str, ...] = ()
    opens: datetime | None = None

    def __post_init__(self) -> None:
        if not self.question.strip():
            raise ValueError("waiting needs a question that the customer can see")


@dataclass(frozen=True, slots=True, kw_only=True)
class Former:
    """What stands before a change, as `item` of `order` left it; a move's stands at `target`."""

    order: str
    item: str
    resource: ResourceRef
    plan: str
    parameters: Values
    answers: Values
    outputs: Mapping[str, str] = field(default_factory=dict[str, str])
    monthly_price: int | None = None
    target: Target | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderItem:
    """One line of an order: one action on one service instance.

    `answers` is what the customer said, `parameters` what the provider is asked for.
    `needs` are items of the same order that are completed before this one starts, and `wires`
    fills a provider parameter with "<item id>.<output>" of one of them; `given` is what wires of
    earlier orders filled in. See `orders.needs`.
    `former` stands on all but a provision; an item does not start before `starts_at`. `bundle` is
    the offering that ordered it with others, if any; `monthly_price` is NOK, as it was said then.
    `back` holds the states to return to, innermost last; `attempt` counts the resources made, so
    that a client token is never used for two; `approval_step` is the awaited step, 0 when none is.
    """

    id: str
    action: Action
    instance: str
    name: str
    offering: str
    plan: str
    kind: str
    target: Target
    answers: Values
    parameters: Values
    needs: tuple[str, ...] = ()
    wires: Mapping[str, str] = field(default_factory=dict[str, str])
    given: Values = field(default_factory=dict[str, Any])
    former: Former | None = None
    starts_at: datetime | None = None
    expires_at: datetime | None = None
    monthly_price: int | None = None
    state: State = State.ACKNOWLEDGED
    back: tuple[State, ...] = ()
    stage: Stage | None = None
    attempt: int = 1
    run: str | None = None
    resource: ResourceRef | None = None
    outputs: Mapping[str, str] = field(default_factory=dict[str, str])
    waiting_on: WaitingOn | None = None
    resume_at: datetime | None = None
    reason: str = ""
    cleanup: Cleanup | None = None
    leftovers: tuple[str, ...] = ()
    approval_step: int = 0
    bundle: str = ""

    @property
    def begun(self) -> bool:
        """Whether work on it has started, whatever it waits for now."""
        return State.IN_PROGRESS in {self.state, *self.back}


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What an agency asked for, as it stands after `version` events.

    `placed_by` is the orderer's id and `orderer` the name. The first promise is `probable_at` and
    `promised_at`; `restated` is the one in force when it has moved. `jeopardy` is the probability
    of not keeping it, None while nobody fears for it.
    """

    id: str
    version: int
    agency: str
    orderer: str
    external_id: str
    placed_at: datetime
    promised_at: datetime
    requested_at: datetime | None
    items: Mapping[str, OrderItem]
    placed_by: str = ""
    probable_at: datetime | None = None
    basis: Values = field(default_factory=dict[str, Any])
    quote: Values = field(default_factory=dict[str, Any])
    decision: Values = field(default_factory=dict[str, Any])
    approval: Approval | None = None
    restated: Promise | None = None
    jeopardy: float | None = None
    assigned: str = ""
    survey: int | None = None
    followed_up: bool = False

    @property
    def state(self) -> State:
        return combine(item.state for item in self.items.values())

    @property
    def turn(self) -> Party | None:
        """Whose turn it is; None when the order has ended."""
        return turn(self.state)


def turn(state: State) -> Party | None:
    """Whose clock runs in `state`; nobody's at the end."""
    if state in ENDS:
        return None
    return Party.CUSTOMER if state is State.PENDING else Party.SUPPLIER


def combine(states: Iterable[State]) -> State:
    """The state of an order whose items are in `states`."""
    found = set(states)
    if len(found) == 1:
        return found.pop()
    if found <= ENDS:
        return State.PARTIAL
    return next((state for state in BADGE if state in found), State.IN_PROGRESS)
