"""An order told to a person: what the pages show of it, in words and in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from catalog.form import NEEDED_BY
from catalog.offering import Offering
from ledger import OrderRow
from orders import access
from orders.clocks import LeadTime, order_time
from orders.events import LedgerEvent
from orders.lifecycle import replay
from orders.model import ENDS, Action, Order, OrderItem, State
from orders.thing import Thing
from portal.access_words import Way, openable, way, without
from portal.acts import Act, Acts, acts
from portal.bars import Bar, bar, only_action
from portal.consent import Consent, awaited
from portal.fields import Answer
from portal.forms import answers
from portal.helping import steps_of
from portal.house import House
from portal.names import Names, names
from portal.noticing import Shown, affecting
from portal.output_words import output_said
from portal.permits import stands_in
from portal.person import Person, Role
from portal.place_words import place_of, product_of
from portal.reach import Reach, reach
from portal.speech import Speech
from portal.spent import Time, times, whole_minutes
from portal.stages import Step, steps
from portal.standing import awaited_by, reason_said, told_apart, turn_of, whose_turn
from portal.talk import Entry, speakers, thread
from portal.words import stage_word, state_word


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemStory:
    """`told_apart`: its name beside the others of its order. `awaits`: those it begins after.

    `product` is what was ordered: the bundle, where it is a part of one. `page` is where it is seen
    to from now on; empty while it is not a thing, or is one no more.
    """

    item: OrderItem
    told_apart: str
    offering: str
    product: str
    steps: Sequence[Step]
    answers: Sequence[Answer]
    outputs: Sequence[tuple[str, str]]
    reason: str
    detail: str
    guide: Sequence[str]
    run: str
    way: Way | None
    opens_at: str
    place: str
    page: str
    awaits: Sequence[str]

    @property
    def number(self) -> int:
        """The step it is on, from 1; 0 before the first."""
        return sum(step.progress != "waiting" for step in self.steps)

    @property
    def reach(self) -> Reach | None:
        """How to reach it, when we know where it is."""
        one = self.item
        return reach(one.kind, one.target.provider, one.outputs, one.parameters)

    @property
    def without(self) -> str:
        """How one gets in without a secret."""
        return without(self.item.target.provider, self.item.kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """`spent` is told until now of an order that is open.

    `whose` turn it is stands in words, and `turn` says what that means.
    `common` is what was answered alike for all of several items; each item has the rest.
    """

    order: Order
    row: OrderRow
    bar: Bar
    items: Sequence[ItemStory]
    common: Sequence[Answer]
    headline: str
    whose: str
    turn: str
    spent: LeadTime
    business: timedelta
    times: Sequence[tuple[str, Sequence[Time]]]
    history: Sequence[LedgerEvent]
    names: Names
    notices: Sequence[Shown]
    talk: Sequence[Entry]
    acts: Acts
    consent: Consent | None

    @property
    def open(self) -> bool:
        return self.order.state not in ENDS

    @property
    def action(self) -> Action:
        return only_action(self.order)

    @property
    def undo_until(self) -> datetime | None:
        """While what is to be removed still stands untouched: the end of the grace period."""
        ends = [one.item.starts_at for one in self.items if one.item.starts_at]
        untouched = all(one.item.state is State.ACKNOWLEDGED for one in self.items)
        return min(ends, default=None) if untouched and Act.CANCEL in self.acts else None

    @property
    def deadline(self) -> datetime | None:
        """The first moment by which an answer is needed."""
        waits = [one.item.waiting_on for one in self.items]
        return min((one.deadline for one in waits if one), default=None)

    @property
    def asked(self) -> list[str]:
        """The questions that await an answer, each once."""
        waiting = [one.item for one in self.items if not one.item.approval_step]
        return list(dict.fromkeys(one.waiting_on.question for one in waiting if one.waiting_on))


def tell(house: House, speech: Speech, person: Person, row: OrderRow) -> Story:
    """The order as `person` may see it, in their language."""
    history = house.ledger.history(row.id)
    order = replay(history)
    now = house.now()
    may_do = acts(person, order, stands_in(house, person, order.agency))
    decides = Act.APPROVE in may_do
    who = names(house, speech, {*speakers(history), order.assigned})
    reader = _Reader(house=house, speech=speech, person=person)
    items = [_item(reader, order, history, item) for item in order.items.values()]
    common = _common([one.answers for one in items])
    items = [replace(one, answers=[a for a in one.answers if a not in common]) for one in items]
    ended = row.ended_at if order.state in ENDS else None
    return Story(
        order=order,
        row=row,
        bar=bar(speech, order, ended, now),
        items=items,
        common=common,
        headline=_headline(speech, order, items),
        whose=speech.gettext(whose_turn(person, order, decides=decides)),
        turn=speech.gettext(turn_of(person, order, decides=decides)),
        spent=order_time(history, ended or now),
        business=whole_minutes(house.calendar.between(order.placed_at, ended or now)),
        times=[
            (one.told_apart, times(speech, history, one.item, now, house.calendar)) for one in items
        ],
        history=history if person.sees_all else (),
        names=who,
        notices=affecting(house, speech, order.items.values()),
        talk=thread(speech, who, history),
        acts=may_do,
        consent=awaited(speech, order, history, now),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reader:
    """Who is told, in which language, and from where."""

    house: House
    speech: Speech
    person: Person


def _item(
    reader: _Reader, order: Order, history: Sequence[LedgerEvent], item: OrderItem
) -> ItemStory:
    house, speech, person = reader.house, reader.speech, reader.person
    offering = house.catalog.get(item.offering)
    prefect = house.settings.prefect_url
    operator = Role.OPERATOR in person.roles
    reason, detail, known = reason_said(speech, item.reason)
    thing = house.ledger.thing(item.instance) if item.state is State.COMPLETED else None
    opens_at = _opens_at(person, order, item, thing)
    place = place_of(house, speech, offering, f"{item.target.provider}/{item.target.region}")
    return ItemStory(
        item=item,
        told_apart=told_apart(speech, order, item, place),
        offering=product_of(house, speech, item.offering),
        product=product_of(house, speech, item.bundle or item.offering),
        steps=steps(history, item),
        guide=steps_of(offering.guide, speech) if offering else [],
        answers=_answered(speech, offering, item) if offering else [],
        outputs=[(output_said(speech, name), value) for name, value in item.outputs.items()],
        reason=reason,
        detail=detail if known or person.sees_all else "",
        way=way(item.target.provider, item.kind) if opens_at else None,
        opens_at=opens_at,
        place=place,
        page=f"/things/{item.instance}" if thing and thing.agency == order.agency else "",
        awaits=awaited_by(order, item),
        run=f"{prefect}/runs/flow-run/{item.run}" if operator and prefect and item.run else "",
    )


def _opens_at(person: Person, order: Order, item: OrderItem, thing: Thing | None) -> str:
    """Where its access data is asked for; empty for who may not, and for what none opens.

    What is not one of their things yet is opened here, and what has become one there.
    """
    own = order.agency == person.agency
    may_open = access.may(person.roles, access.Act.OPEN_THING, own=own) is access.Answer.YES
    if not may_open or way(item.target.provider, item.kind) is None:
        return ""
    if item.state not in ENDS:
        return f"/orders/{order.id}/items/{item.id}/access" if openable(item) else ""
    return f"/things/{item.instance}/access" if thing else ""


def _answered(speech: Speech, offering: Offering, item: OrderItem) -> list[Answer]:
    """What was answered; what was left open is left out."""
    given = {"plan", *item.answers}
    if item.action is not Action.PROVISION:
        given.discard(NEEDED_BY)  # of the order that made it: this one has its own date
    found = answers(offering, speech, item.plan, item.answers)
    return [answer for answer in found if answer.name in given]


def _common(told: Sequence[Sequence[Answer]]) -> list[Answer]:
    """The answers that stand in all of several."""
    first, *others = told
    return [one for one in first if all(one in other for other in others)] if others else []


def _headline(speech: Speech, order: Order, items: Sequence[ItemStory]) -> str:
    """How it stands, in one line: what a screen reader says when it changes."""
    state = speech.gettext(state_word(only_action(order), order.state))
    if order.state is not State.IN_PROGRESS or len(items) != 1 or not items[0].number:
        return state
    one = items[0]
    step = speech.gettext("Step %(n)s of %(m)s", n=one.number, m=len(one.steps))
    return f"{step}: {speech.gettext(stage_word(one.item.action, one.steps[one.number - 1].stage))}"
