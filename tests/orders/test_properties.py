"""The invariants that hold for any sequence of events, whatever the clock does meanwhile."""

import copy
from datetime import UTC, timedelta
from itertools import pairwise

from hypothesis import event, given, settings
from hypothesis import strategies as st

from fixtures.examples import RESOURCE, question, told
from fixtures.histories import any_event, end_of, histories, states_of
from orders import events as e
from orders.clocks import LeadTime, item_time, order_time
from orders.errors import IllegalTransition
from orders.lifecycle import TRANSITIONS, evolve, replay
from orders.model import ENDS, Action, Cleanup, Order, OrderItem, Party, Stage, State

LATER = st.timedeltas(timedelta(), timedelta(days=40))


def moves(history) -> list[tuple[OrderItem, e.Event, OrderItem]]:
    """Each event with an item that it moved, before it and after it."""
    found = []
    order = evolve(None, history[0])
    for one in history[1:]:
        after = evolve(order, one)
        found.extend((order.items[item], one, after.items[item]) for item in named(one))
        order = after
    return found


def orders_of(history) -> list[Order]:
    """The order after each event."""
    found: list[Order] = []
    for one in history:
        found.append(evolve(found[-1] if found else None, one))
    return found


def named(one: e.LedgerEvent) -> tuple[str, ...]:
    """The items that an event is on."""
    match one:
        case e.OnItem():
            return (one.item,)
        case e.OnItems():
            return one.items
        case _:
            return ()


def pending_has_a_question_and_held_can_be_released(history):
    for _, _, item in moves(history):
        if item.state is State.PENDING:
            assert item.waiting_on is not None
            assert item.waiting_on.question.strip()
        if item.state in {State.PENDING, State.HELD, State.ASSESSING_CANCELLATION}:
            assert item.back
        if item.state in ENDS:
            assert item.waiting_on is None
            assert item.back == ()


def no_item_ends_before_its_check_or_its_clean_up_did(history):
    for before, _, item in moves(history):
        event(f"reached {item.state}, {item.action}")
        removes = item.action is Action.TERMINATE
        if item.state is State.COMPLETED:
            assert (item.resource is None) == removes
            assert before.stage is Stage.HAND_OVER
        if item.state in {State.FAILED, State.CANCELLED}:
            manual = item.cleanup is Cleanup.MANUAL_REQUIRED
            assert item.cleanup is not None
            assert bool(item.leftovers) == manual
            assert item.resource is None or manual or item.action is not Action.PROVISION
        if item.state is State.REJECTED and item.action is Action.PROVISION:
            assert item.resource is None


def what_stands_is_lost_only_when_it_was_to_be_removed(history):
    for before, one, item in moves(history):
        if before.action is Action.MODIFY:
            assert item.resource == RESOURCE
        if before.action is Action.TERMINATE and item.resource is None:
            assert item.state not in {State.FAILED, State.CANCELLED, State.REJECTED}
            assert before.begun or item.state is State.COMPLETED, one


def nothing_starts_before_what_it_needs_is_completed(history):
    for order in orders_of(history):
        for item in order.items.values():
            if item.begun:
                states = {order.items[other].state for other in item.needs}
                assert states <= {State.COMPLETED}


def an_approval_is_awaited_in_pending_and_never_given_by_who_placed_the_order(history):
    for before, one, item in moves(history):
        if item.approval_step:
            event("awaited an approval")
            assert State.PENDING in {item.state, *item.back}
            assert item.waiting_on is not None
        if isinstance(one, e.ApprovalGiven):
            event("gave an approval")
            assert one.by != history[0].by
            assert before.approval_step == one.step


def what_is_said_beside_the_delivery_moves_no_item(history):
    for (before, after), one in zip(pairwise(orders_of(history)), history[1:], strict=True):
        if isinstance(one, e.OnOrder):
            assert after.items == before.items
            assert after.state is before.state


def a_state_changes_only_as_the_table_says_and_never_after_an_end(history):
    for before, one, item in moves(history):
        assert type(one) in TRANSITIONS[before.state]
        assert before.state not in ENDS or item.state is before.state
        target = TRANSITIONS[before.state][type(one)]
        if isinstance(target, State):
            assert item.state is target


def the_order_ends_with_its_last_item(history):
    for order in orders_of(history):
        ended = all(item.state in ENDS for item in order.items.values())
        assert (order.state in ENDS) == ended
        assert (order.turn is None) == ended


# To draw a history takes far longer than to look at it: one is looked at in all these ways.
INVARIANTS = (
    pending_has_a_question_and_held_can_be_released,
    no_item_ends_before_its_check_or_its_clean_up_did,
    what_stands_is_lost_only_when_it_was_to_be_removed,
    nothing_starts_before_what_it_needs_is_completed,
    an_approval_is_awaited_in_pending_and_never_given_by_who_placed_the_order,
    what_is_said_beside_the_delivery_moves_no_item,
    a_state_changes_only_as_the_table_says_and_never_after_an_end,
    the_order_ends_with_its_last_item,
)


@settings(max_examples=150)
@given(histories(day_two=True))
def test_every_history_keeps_the_invariants(history):
    for holds in INVARIANTS:
        holds(history)


@given(histories(day_two=True), LATER)
def test_replaying_gives_the_same_state_and_figures_and_they_add_up_to_the_wall_time(
    history, later
):
    now = end_of(history) + later
    again = copy.deepcopy(history)
    assert replay(history) == replay(again)
    assert replay(history).version == len(history)
    assert order_time(history, now) == order_time(again, now)
    the_sides_add_up(history, now)
    the_stages_add_up(history, now)


def the_sides_add_up(history, now):
    start = history[0].at.astimezone(UTC)
    states = states_of(history)
    end = end_of(history) if states[-1] in ENDS else now
    time = order_time(history, now)
    assert time.whole == end - start
    assert time.of(Party.CUSTOMER) + time.of(Party.SUPPLIER) == time.whole
    sides = {span.side for span in time.spans}
    assert (time.handovers > 0) == (len(sides) > 1)
    joins(time)


def the_stages_add_up(history, now):
    for item in history[0].items:
        time = item_time(history, item.id, now)
        assert time.whole == sum((span.length for span in time.spans), timedelta())
        assert time.of(Party.CUSTOMER) + time.of(Party.SUPPLIER) == time.whole
        if replay(history).items[item.id].state not in ENDS:
            assert time.whole == now - history[0].at.astimezone(UTC)
        joins(time)


def joins(time: LeadTime) -> None:
    """No gap, no overlap, nothing negative."""
    assert all(span.length >= timedelta() for span in time.spans)
    assert all(one.end == other.start for one, other in pairwise(time.spans))


@given(histories(day_two=True), any_event("1"))
def test_an_event_that_is_not_legal_leaves_the_order_untouched(history, one):
    order = replay(history)
    before = copy.deepcopy(order)
    try:
        after = evolve(order, one)
    except IllegalTransition:
        legal = False
    else:
        legal = True
        assert after.version == order.version + 1
        assert {**after.items, "1": None} == {**order.items, "1": None}
    assert order == before
    if not legal:
        event(f"refused in {order.items['1'].state}")


@given(histories(day_two=True))
def test_what_is_put_aside_comes_back_as_it_was(history):
    pairs = [
        (
            told(e.QuestionAsked, "1", waiting_on=question()),
            told(e.QuestionAnswered, "1", answer=""),
        ),
        (told(e.ItemHeld, "1", reason="outage"), told(e.ItemReleased, "1")),
        (
            told(e.CancellationRequested, "1"),
            told(e.CancellationRefused, "1", reason="too late"),
        ),
    ]
    order = replay(history)
    for aside, back in pairs:
        try:
            put_aside = evolve(order, aside)
        except IllegalTransition:
            continue
        event(f"{type(aside).__name__} in {order.items['1'].state}")
        again = evolve(put_aside, back).items["1"]
        assert again.state is order.items["1"].state
        assert again.back == order.items["1"].back
        assert again == order.items["1"]
