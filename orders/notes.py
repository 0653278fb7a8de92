"""What happens beside the delivery: approvals, the conversation, the promise, the expiry.

The same manner as `orders.events`, which names them all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from orders.entry import OnItem, OnItems, OnOrder
from orders.model import Values, WaitingOn
from orders.particulars import Attachment

SCORES = range(1, 6)
LOW = 2  # an answer up to here waits until somebody says what was done about it


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalAsked(OnItems):
    """Of `steps` steps this is number `step`, from 1. `rule` is the rule as it was applied.

    Asked again on items that await approval already, it replaces the question: what was quoted
    has changed. `prices` are then the new ones, NOK a month by item.
    """

    rule: Values
    step: int
    steps: int
    waiting_on: WaitingOn
    prices: Mapping[str, int] = field(default_factory=dict[str, int])


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalGiven(OnItems):
    """Work may begin; or `then` is the next step's question, and the items go on waiting."""

    step: int
    then: WaitingOn | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalRefused(OnItems):
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagePosted(OnOrder):
    text: str
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseRestated(OnOrder):
    """What is expected now, and why (`why`). The first promise stays the one that is scored."""

    probable_at: datetime | None
    promised_at: datetime
    basis: Values = field(default_factory=dict[str, object])


@dataclass(frozen=True, slots=True, kw_only=True)
class JeopardyRaised(OnOrder):
    """`probability`, 0 to 1: of not keeping the promise."""

    probability: float


@dataclass(frozen=True, slots=True, kw_only=True)
class JeopardyCleared(OnOrder):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Assigned(OnOrder):
    """`to` is the person who looks after the order; empty: nobody any more."""

    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyAnswered(OnOrder):
    """`score` from 1, the worst, to 5."""

    score: int
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyFollowedUp(OnOrder):
    """What was done about the answer to the survey, for everybody to read."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpiryWarned(OnItem):
    """The owner of what the item delivered was told that it expires in `days` days."""

    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessAsked(OnItem):
    """Somebody asked for what opens the thing: a password, a key. What came is in no event.

    `envelope` is the id under which it waited for them, sealed.
    """

    envelope: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpiryExtended(OnItem):
    """What the item delivered lives until then instead."""

    until: datetime
