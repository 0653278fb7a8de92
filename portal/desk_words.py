"""Why an order on the desk stands still, in the reader's words; nothing of those that move."""

from __future__ import annotations

from ledger import OrderRow
from orders.lifecycle import replay
from orders.model import State
from portal.consent import QUESTIONS
from portal.house import House
from portal.person import Role
from portal.speech import N_, Speech
from portal.standing import reason_said
from portal.words import ROLES, STATES

THEIRS = N_("Waiting for the customer")
APPROVAL = N_("For approval by an %(role)s of theirs")


def state(row: OrderRow) -> str:
    """Its state as whoever delivers reads it (message id): *you* would be themselves."""
    return THEIRS if row.state is State.PENDING else STATES[row.state]


def why(house: House, speech: Speech, row: OrderRow) -> str:
    """Reason, question or approval; empty while it moves."""
    if row.state is State.PENDING and row.approval_role:
        role = speech.gettext(ROLES[Role(row.approval_role)])
        return speech.gettext(APPROVAL, role=role)
    if row.state not in {State.PENDING, State.HELD}:
        return ""
    items = replay(house.ledger.history(row.id)).items.values()
    if row.state is State.PENDING:
        asked = (one.waiting_on.question for one in items if one.waiting_on)
        question = next(asked, "")
        return speech.gettext(QUESTIONS[question]) if question in QUESTIONS else question
    plain, *_ = reason_said(speech, next((one.reason for one in items if one.reason), ""))
    return plain
