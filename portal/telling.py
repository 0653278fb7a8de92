"""An order told to a person: what the pages show of it, in words and in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from catalog.offering import Offering
from leadtime.business import OSLO
from ledger import OrderRow
from orders.clocks import LeadTime, item_time, order_time
from orders.events import LedgerEvent
from orders.lifecycle import replay
from orders.model import ENDS, Order, OrderItem, Party, Stage, State
from portal.forms import Answer, answers
from portal.house import House
from portal.person import Person, Role
from portal.speech import Speech
from portal.stages import Step, steps
from portal.words import (
    EXPLAINED,
    LOGINS,
    OUTPUTS,
    REASONS,
    SPANS,
    STAGES,
    STATES,
    TONES,
    Tone,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """The wide bar on top: what was promised, or how it ended."""

    tone: Tone
    label: str
    at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Time:
    """One line of "where the time went"."""

    label: str
    side: Party
    length: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemStory:
    item: OrderItem
    offering: str
    steps: Sequence[Step]
    answers: Sequence[Answer]
    outputs: Sequence[tuple[str, str]]
    reason: str
    detail: str
    run: str

    @property
    def number(self) -> int:
        """The step it is on, from 1; 0 before the first."""
        return sum(step.progress != "waiting" for step in self.steps)

    @property
    def reach(self) -> str:
        """The command that reaches a machine, when we know where it is."""
        told = self.item.outputs
        address = told.get("public_ip") or told.get("private_ip")
        if self.item.kind != "virtual-machine" or not address:
            return ""
        login = LOGINS.get(self.item.target.provider)
        return f"ssh {login}@{address}" if login else f"ssh {address}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """`spent` is only told of an order that has ended."""

    order: Order
    row: OrderRow
    bar: Bar
    items: Sequence[ItemStory]
    headline: str
    turn: str
    spent: LeadTime | None
    business: timedelta
    times: Sequence[tuple[str, Sequence[Time]]]
    history: Sequence[LedgerEvent]

    @property
    def open(self) -> bool:
        return self.order.state not in ENDS


def tell(house: House, speech: Speech, person: Person, row: OrderRow) -> Story:
    """The order as `person` may see it, in their language."""
    history = house.ledger.history(row.id)
    order = replay(history)
    now = house.now()
    items = [_item(house, speech, person, history, item) for item in order.items.values()]
    ended = row.ended_at if order.state in ENDS else None
    return Story(
        order=order,
        row=row,
        bar=_bar(speech, order, ended, now),
        items=items,
        headline=_headline(speech, order, items),
        turn=speech.gettext(EXPLAINED[order.state]),
        spent=order_time(history, ended) if ended else None,
        business=OSLO.between(order.placed_at, ended) if ended else timedelta(),
        times=[(one.item.name, _times(speech, history, one.item, now)) for one in items],
        history=history if person.sees_all else (),
    )


def _item(
    house: House, speech: Speech, person: Person, history: Sequence[LedgerEvent], item: OrderItem
) -> ItemStory:
    offering = house.catalog.get(item.offering)
    prefect = house.settings.prefect_url
    operator = Role.OPERATOR in person.roles
    reason, detail, known = _reason(speech, item.reason)
    return ItemStory(
        item=item,
        offering=offering.title.get(speech.language) if offering else item.offering,
        steps=steps(history, item),
        answers=_answered(speech, offering, item) if offering else [],
        outputs=[(_output(speech, name), value) for name, value in item.outputs.items()],
        reason=reason,
        detail=detail if known or person.sees_all else "",
        run=f"{prefect}/runs/flow-run/{item.run}" if operator and prefect and item.run else "",
    )


def _answered(speech: Speech, offering: Offering, item: OrderItem) -> list[Answer]:
    """What was answered; what was left open is left out."""
    given = {"plan", *item.answers}
    found = answers(offering, speech, item.plan, item.answers)
    return [answer for answer in found if answer.name in given]


def _reason(speech: Speech, reason: str) -> tuple[str, str, bool]:
    """The reason in plain words, what it said besides, and whether that is for everybody."""
    for word, plain in REASONS.items():
        if reason.startswith(word):
            detail = reason.removeprefix(word).lstrip(": ")
            return speech.gettext(plain), detail, word[0].isupper()
    return reason, "", True


def _bar(speech: Speech, order: Order, ended: datetime | None, now: datetime) -> Bar:
    promised = f"{speech.day(order.promised_at)} {speech.clock(order.promised_at)}"
    if ended is None:
        if now <= order.promised_at:
            after = order.requested_at is not None and order.requested_at < order.promised_at
            note = speech.gettext("This is later than you asked for.") if after else ""
            label = speech.gettext("Promised delivery")
            return Bar(tone="blue", label=label, at=order.promised_at, note=note)
        note = speech.gettext("The promised time has passed. We are still on it.")
        label = speech.gettext("Delivery was promised")
        return Bar(tone="yellow", label=label, at=order.promised_at, note=note)
    note = speech.gettext("Promised: %(when)s", when=promised)
    if order.state is not State.COMPLETED:
        label = speech.gettext(STATES[order.state])
        return Bar(tone=TONES[order.state], label=label, at=ended, note=note)
    if ended <= order.promised_at:
        label = speech.gettext("Delivered before the promised time")
        return Bar(tone="green", label=label, at=ended, note=note)
    label = speech.gettext("Delivered after the promised time")
    return Bar(tone="yellow", label=label, at=ended, note=note)


def _headline(speech: Speech, order: Order, items: Sequence[ItemStory]) -> str:
    """How it stands, in one line: what a screen reader says when it changes."""
    state = speech.gettext(STATES[order.state])
    if order.state is not State.IN_PROGRESS or len(items) != 1 or not items[0].number:
        return state
    one = items[0]
    step = speech.gettext("Step %(n)s of %(m)s", n=one.number, m=len(one.steps))
    return f"{step}: {speech.gettext(STAGES[one.steps[one.number - 1].stage])}"


def _times(
    speech: Speech, history: Sequence[LedgerEvent], item: OrderItem, now: datetime
) -> list[Time]:
    return [
        Time(label=_label(speech, span.label), side=span.side, length=span.length)
        for span in item_time(history, item.id, now).spans
    ]


def _label(speech: Speech, label: str) -> str:
    """A span is called after its stage, or after its state where there is none."""
    if label in set(Stage):
        return speech.gettext(STAGES[Stage(label)])
    return speech.gettext(SPANS[State(label)])


def _output(speech: Speech, name: str) -> str:
    return speech.gettext(OUTPUTS[name]) if name in OUTPUTS else name.replace("_", " ")
