"""The wide bar on top of an order: what was promised, what stands in its way, how it ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from orders.model import Order, State
from portal.speech import N_, Speech
from portal.words import STATES, TONES, Tone

# Open, and still nothing is being made: a calm bar would say otherwise.
STUCK = {
    State.HELD: N_("We have had to stop. The promise stands until we say otherwise."),
    State.PENDING: N_("We wait for an answer. The sooner it comes, the surer the date."),
    State.ASSESSING_CANCELLATION: N_("You have asked to cancel."),
    State.PENDING_CANCELLATION: N_("It is being undone, and will not be delivered."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One sentence and one moment."""

    tone: Tone
    label: str
    at: datetime
    note: str = ""


def bar(speech: Speech, order: Order, ended: datetime | None, now: datetime) -> Bar:
    """`ended` is None while the order is open."""
    return _open(speech, order, now) if ended is None else _over(speech, order, ended)


def _open(speech: Speech, order: Order, now: datetime) -> Bar:
    late = now > order.promised_at
    label = speech.gettext("Delivery was promised") if late else speech.gettext("Promised delivery")
    if order.state in STUCK:
        note = speech.gettext(STUCK[order.state])
    elif late:
        note = speech.gettext("The promised time has passed. We are still on it.")
    elif order.requested_at is not None and order.requested_at < order.promised_at:
        note = speech.gettext("This is later than you asked for.")
    else:
        note = ""
    calm = not late and order.state not in STUCK
    return Bar(tone="blue" if calm else "yellow", label=label, at=order.promised_at, note=note)


def _over(speech: Speech, order: Order, ended: datetime) -> Bar:
    promised = f"{speech.day(order.promised_at)} {speech.clock(order.promised_at)}"
    note = speech.gettext("Promised: %(when)s", when=promised)
    if order.state is not State.COMPLETED:
        label = speech.gettext(STATES[order.state])
        return Bar(tone=TONES[order.state], label=label, at=ended, note=note)
    if ended <= order.promised_at:
        label = speech.gettext("Delivered before the promised time")
        return Bar(tone="green", label=label, at=ended, note=note)
    label = speech.gettext("Delivered after the promised time")
    return Bar(tone="yellow", label=label, at=ended, note=note)
