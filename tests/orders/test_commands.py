"""Any sequence of what people and runs do, in any order and by anybody, keeps the invariants."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

from hypothesis import event, given, settings
from hypothesis import strategies as st

from fixtures.examples import NOON, RESOURCE, placed
from fixtures.histories import any_event, placements
from fixtures.paper_ledger import PaperLedger
from orders import needs, service
from orders.approval import Rule
from orders.clocks import order_time
from orders.entry import Stamp
from orders.errors import OrderError
from orders.lifecycle import replay
from orders.model import ENDS, Action, Order, OrderItem, State

RULES = (
    Rule(id="dear", steps=("approver",), above=9),
    Rule(id="very dear", steps=("approver", "owner"), above=15),
)
QUESTION = service.Question(text="Which network?", deadline=NOON + timedelta(days=3))
Command = Callable[[PaperLedger, str, Stamp], Order]

COMMANDS: dict[str, Command] = {
    "approve": service.approve,
    "refuse": lambda ledger, order, stamp: service.refuse(ledger, order, stamp, "no"),
    "quote": lambda ledger, order, stamp: service.quote_again(
        ledger, order, stamp, {"1": 12}, RULES
    ),
    "ask": lambda ledger, order, stamp: service.ask(ledger, order, stamp, QUESTION),
    "answer": lambda ledger, order, stamp: service.answer(ledger, order, stamp, "yes"),
    "post": lambda ledger, order, stamp: service.post(ledger, order, stamp, "well"),
    "hold": lambda ledger, order, stamp: service.hold(ledger, order, stamp, "quota"),
    "release": service.release,
    "cancel": service.cancel,
    "assign": lambda ledger, order, stamp: service.assign(ledger, order, stamp, "ola"),
    "follow": lambda ledger, order, stamp: service.follow_up(ledger, order, stamp, "a new form"),
    "survey": lambda ledger, order, stamp: service.answer_survey(ledger, order, stamp, 4, ""),
}
STEPS = st.lists(
    st.sampled_from(sorted(COMMANDS)) | any_event("1") | any_event("2") | any_event("3"),
    max_size=30,
)


@settings(max_examples=100)
@given(placements(day_two=True), STEPS, st.data())
def test_whatever_is_done_the_order_stays_sound(first, steps, data):
    ledger = PaperLedger()
    order, _ = service.place(ledger, first, RULES)
    for step in steps:
        stamp = Stamp(by=data.draw(st.sampled_from(["kari", "ola", "eva"])), at=NOON)
        before = len(ledger.history(order.id))
        try:
            after = _do(ledger, order.id, step, stamp)
        except OrderError:
            assert len(ledger.history(order.id)) == before
            continue
        assert after == replay(ledger.history(order.id))
        sound(after)
        event(f"reached {after.state}")
    time = order_time(ledger.history(order.id), NOON + timedelta(days=9))
    assert time.whole >= timedelta()


def _do(ledger: PaperLedger, order: str, step, stamp: Stamp) -> Order:
    if isinstance(step, str):
        return COMMANDS[step](ledger, order, stamp)
    return service.record(ledger, order, step)


def sound(order: Order) -> None:
    for item in order.items.values():
        assert somebody_sees_to(order, item)
        assert not item.begun or not needs.unmet(order, item)
        assert (item.approval_step > 0) <= (State.PENDING in {item.state, *item.back})
        if item.action is Action.MODIFY:
            assert item.resource == RESOURCE
    assert not list(needs.doomed(order))


def somebody_sees_to(order: Order, item: OrderItem) -> bool:
    """An open item has a run to come, a named waiter, or waits for one that has."""
    if item.state in ENDS:
        return True
    if item.state is State.PENDING:
        return item.waiting_on is not None and bool(item.waiting_on.question.strip())
    if item.state is State.HELD:
        return bool(item.back)
    waits_for = needs.unmet(order, item) if needs.blocked(order, item) else []
    return all(somebody_sees_to(order, other) and other.state not in ENDS for other in waits_for)


@given(st.lists(st.sampled_from(["kari", "ola", "eva"]), max_size=6))
def test_no_step_of_an_approval_is_skipped_or_given_twice_by_one(people):
    ledger = PaperLedger()
    order, _ = service.place(ledger, placed(), [Rule(id="all", steps=("a", "b", "c"))])
    given_by: list[str] = []
    for person in people:
        with suppress(OrderError):
            order = service.approve(ledger, order.id, Stamp(by=person, at=NOON))
            given_by.append(person)
    assert "kari" not in given_by
    assert len(set(given_by)) == len(given_by)
    assert order.state is State.PENDING
