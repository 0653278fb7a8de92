"""What has happened: one frozen class per kind of ledger entry, named in the past tense.

Who (`by`), when (`at`, with a time zone) and why (`why`, may be empty) stand on every one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from orders.model import Cleanup, OrderItem, ResourceRef, Stage, WaitingOn


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    at: datetime
    by: str
    why: str = ""

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise ValueError("an event's time needs a time zone")


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPlaced(Event):
    """`fingerprint` identifies the content asked for, to tell a repeat from another order."""

    order: str
    external_id: str
    fingerprint: str
    agency: str
    orderer: str
    promised_at: datetime
    requested_at: datetime | None
    items: tuple[OrderItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OnItem(Event):
    item: str


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
    """Handed over: the check of the delivery came before this."""

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
)
LedgerEvent = OrderPlaced | ItemEvent
