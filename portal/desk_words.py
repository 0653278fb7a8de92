"""Why orders on the desk stand still, in the reader's words; nothing of those that move."""

from __future__ import annotations

from collections.abc import Sequence

from ledger import OrderRow
from orders.events import LedgerEvent
from orders.lifecycle import replay
from orders.model import State
from portal.consent import QUESTIONS
from portal.house import House
from portal.person import Role
from portal.speech import N_, Speech
from portal.standing import reason_said
from portal.words import ROLES, STATES

STILL = frozenset({State.PENDING, State.HELD})
THEIRS = N_("Waiting for the customer")
APPROVAL = N_("For approval by an %(role)s of theirs")


def state(row: OrderRow) -> str:
    """Its state as whoever delivers reads it (message id): *you* would be themselves."""
    return THEIRS if row.state is State.PENDING else STATES[row.state]


def with_whys(house: House, speech: Speech, rows: Sequence[OrderRow]) -> list[tuple[OrderRow, str]]:
    """Each with why it stands still: reason, question or approval; empty while it moves."""
    asked = [row.id for row in rows if row.state in STILL and not _approval(row)]
    pasts = house.ledger.histories(asked)
    return [(row, _why(speech, row, pasts.get(row.id, ()))) for row in rows]


def _approval(row: OrderRow) -> str:
    """The role whose approval it waits for, if it does."""
    return row.approval_role or "" if row.state is State.PENDING else ""


def _why(speech: Speech, row: OrderRow, past: Sequence[LedgerEvent]) -> str:
    if role := _approval(row):
        return speech.gettext(APPROVAL, role=speech.gettext(ROLES[Role(role)]))
    if not past:
        return ""
    items = replay(past).items.values()
    if row.state is State.PENDING:
        asked = (one.waiting_on.question for one in items if one.waiting_on)
        question = next(asked, "")
        return speech.gettext(QUESTIONS[question]) if question in QUESTIONS else question
    plain, *_ = reason_said(speech, next((one.reason for one in items if one.reason), ""))
    return plain
