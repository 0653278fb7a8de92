"""The wide bar on top of an order: what was promised, what stands in its way, how it ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from orders.model import Action, Order, State
from portal.leadtime_promising import basis_text
from portal.speech import N_, Speech
from portal.words import TONES, Tone, state_word

# Open, and still nothing is being made: a calm bar would say otherwise.
STUCK = {
    State.HELD: N_("We have had to stop. The promise stands until we say otherwise."),
    State.PENDING: N_("We wait for an answer. The sooner it comes, the surer the date."),
    State.ASSESSING_CANCELLATION: N_("You have asked to cancel."),
    State.PENDING_CANCELLATION: N_("It is being undone, and will not be delivered."),
}


# Label while it is open, when it is late, when it ended in time, when it ended late.
LABELS: Mapping[Action, tuple[str, str, str, str]] = {
    Action.PROVISION: (
        N_("Promised delivery"),
        N_("Delivery was promised"),
        N_("Delivered before the promised time"),
        N_("Delivered after the promised time"),
    ),
    Action.MOVE: (
        N_("The move is promised done"),
        N_("The move was promised done"),
        N_("Moved before the promised time"),
        N_("Moved after the promised time"),
    ),
    Action.MODIFY: (
        N_("The change is promised"),
        N_("The change was promised"),
        N_("Changed before the promised time"),
        N_("Changed after the promised time"),
    ),
    Action.ADOPT: (
        N_("Is being adopted"),
        N_("Is being adopted"),
        N_("Adopted"),
        N_("Adopted"),
    ),
    Action.TERMINATE: (
        N_("It is removed by"),
        N_("It was to be removed by"),
        N_("Removed before the promised time"),
        N_("Removed after the promised time"),
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One sentence and one moment."""

    tone: Tone
    label: str
    at: datetime
    note: str = ""


def only_action(order: Order) -> Action:
    """What all of its items do; a mixture counts as a delivery, unless it is a move."""
    found = {item.action for item in order.items.values()}
    if Action.MOVE in found:
        return Action.MOVE
    return found.pop() if len(found) == 1 else Action.PROVISION


def bar(speech: Speech, order: Order, ended: datetime | None, now: datetime) -> Bar:
    """`ended` is None while the order is open."""
    return _open(speech, order, now) if ended is None else _over(speech, order, ended)


def _open(speech: Speech, order: Order, now: datetime) -> Bar:
    promised = in_force(order)
    late = now > promised
    label = speech.gettext(LABELS[only_action(order)][1 if late else 0])
    calm = not late and order.state not in STUCK and order.jeopardy is None
    return Bar(
        tone="blue" if calm else "yellow", label=label, at=promised, note=_note(speech, order, now)
    )


def _note(speech: Speech, order: Order, now: datetime) -> str:
    promised = in_force(order)
    if order.state in STUCK:
        return speech.gettext(STUCK[order.state])
    if now > promised:
        return speech.gettext("The promised time has passed. We are still on it.")
    if order.jeopardy is not None:
        return speech.gettext("It may come later than this. We know, and do what we can.")
    if order.restated and promised != order.promised_at:
        first = f"{speech.date_of(order.promised_at)} {speech.clock(order.promised_at)}"
        return speech.gettext("The date was moved. The first promise was %(when)s.", when=first)
    if order.requested_at is not None and order.requested_at < promised:
        return speech.gettext("This is later than you asked for.")
    return _probably(speech, order)


def _probably(speech: Speech, order: Order) -> str:
    """When half of such orders are delivered, and what the promise rests on."""
    basis = basis_text(speech, order.basis)
    if order.probable_at is None:
        return basis[:1].upper() + basis[1:]
    when = f"{speech.date_of(order.probable_at)} {speech.clock(order.probable_at)}"
    return f"{speech.gettext('Probably by %(when)s', when=when)}, {basis}"


def in_force(order: Order) -> datetime:
    """The promise that holds now: the first one, unless it was moved."""
    return order.restated.promised_at if order.restated else order.promised_at


def _over(speech: Speech, order: Order, ended: datetime) -> Bar:
    action = only_action(order)
    promised = f"{speech.day(order.promised_at)} {speech.clock(order.promised_at)}"
    note = speech.gettext("Promised: %(when)s", when=promised)
    if order.state is not State.COMPLETED:
        label = speech.gettext(state_word(action, order.state))
        return Bar(tone=TONES[order.state], label=label, at=ended, note=note)
    in_time = ended <= order.promised_at
    label = speech.gettext(LABELS[action][2 if in_time else 3])
    return Bar(tone="green" if in_time else "yellow", label=label, at=ended, note=note)
