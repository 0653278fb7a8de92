"""What has happened: one frozen class per kind of ledger entry, named in the past tense.

Who (`by`), when (`at`, with a time zone) and why (`why`, may be empty) stand on every one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from orders.entry import Event, OnItem, OnItems, OnOrder
from orders.model import Cleanup, OrderItem, ResourceRef, Stage, Values, WaitingOn
from orders.notes import (
    AccessAsked,
    ApprovalAsked,
    ApprovalGiven,
    ApprovalRefused,
    Assigned,
    ExpiryExtended,
    ExpiryWarned,
    JeopardyCleared,
    JeopardyRaised,
    MessagePosted,
    PromiseRestated,
    SurveyAnswered,
    SurveyFollowedUp,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPlaced(Event):
    """`fingerprint` identifies the content asked for, to tell a repeat from another order.

    `probable_at` and `promised_at` are the promise and `basis` what it rests on; `quote` the price
    a month as it was said and the approval rule; `decision` how the place was chosen.
    """

    order: str
    external_id: str
    fingerprint: str
    agency: str
    orderer: str
    promised_at: datetime
    requested_at: datetime | None
    items: tuple[OrderItem, ...]
    probable_at: datetime | None = None
    basis: Values = field(default_factory=dict[str, object])
    quote: Values = field(default_factory=dict[str, object])
    decision: Values = field(default_factory=dict[str, object])


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRejected(OnItem):
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionAsked(OnItem):
    waiting_on: WaitingOn


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionAnswered(OnItem):
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemStarted(OnItem):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class RunTaken(OnItem):
    """A flow run took the item up; `run` is its id in Prefect."""

    run: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StageReached(OnItem):
    stage: Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class ThingSwitched(OnItem):
    """Of a move: from now on the new resource is the one in use; the old one is kept."""

    outputs: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceRecorded(OnItem):
    resource: ResourceRef


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceRemoved(OnItem):
    """Verified gone at the provider; the next one is a new attempt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemHeld(OnItem):
    """Work stopped; with `resume_at` it resumes by itself, without only by release."""

    reason: str
    resume_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemReleased(OnItem):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class CancellationRequested(OnItem):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class CancellationRefused(OnItem):
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CancellationAccepted(OnItem):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemCancelled(OnItem):
    cleanup: Cleanup
    leftovers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemCompleted(OnItem):
    """Handed over, or removed: the check came before this."""

    outputs: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFailed(OnItem):
    reason: str
    cleanup: Cleanup
    leftovers: tuple[str, ...] = ()


ItemEvent = (
    ItemRejected
    | QuestionAsked
    | QuestionAnswered
    | ItemStarted
    | RunTaken
    | StageReached
    | ThingSwitched
    | ResourceRecorded
    | ResourceRemoved
    | ItemHeld
    | ItemReleased
    | CancellationRequested
    | CancellationRefused
    | CancellationAccepted
    | ItemCancelled
    | ItemCompleted
    | ItemFailed
    | ExpiryWarned
    | ExpiryExtended
    | AccessAsked
)
ItemsEvent = ApprovalAsked | ApprovalGiven | ApprovalRefused
OrderEvent = (
    MessagePosted
    | PromiseRestated
    | JeopardyRaised
    | JeopardyCleared
    | Assigned
    | SurveyAnswered
    | SurveyFollowedUp
)
Happening = ItemEvent | ItemsEvent | OrderEvent
LedgerEvent = OrderPlaced | Happening

__all__ = [
    "AccessAsked",
    "ApprovalAsked",
    "ApprovalGiven",
    "ApprovalRefused",
    "Assigned",
    "CancellationAccepted",
    "CancellationRefused",
    "CancellationRequested",
    "Event",
    "ExpiryExtended",
    "ExpiryWarned",
    "Happening",
    "ItemCancelled",
    "ItemCompleted",
    "ItemEvent",
    "ItemFailed",
    "ItemHeld",
    "ItemRejected",
    "ItemReleased",
    "ItemStarted",
    "ItemsEvent",
    "JeopardyCleared",
    "JeopardyRaised",
    "LedgerEvent",
    "MessagePosted",
    "OnItem",
    "OnItems",
    "OnOrder",
    "OrderEvent",
    "OrderPlaced",
    "PromiseRestated",
    "QuestionAnswered",
    "QuestionAsked",
    "ResourceRecorded",
    "ResourceRemoved",
    "RunTaken",
    "StageReached",
    "SurveyAnswered",
    "SurveyFollowedUp",
    "ThingSwitched",
]
