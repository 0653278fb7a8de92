"""The state of an order, from those of its items."""

import itertools

import pytest

from orders.model import BADGE, ENDS, OPEN, Party, State, combine, turn

ITEM_STATES = [state for state in State if state is not State.PARTIAL]


@pytest.mark.parametrize("state", ITEM_STATES)
def test_items_in_one_state_give_the_order_that_state(state):
    assert combine([state]) is combine([state, state]) is state


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ({State.COMPLETED, State.FAILED}, State.PARTIAL),
        ({State.CANCELLED, State.REJECTED}, State.PARTIAL),
        ({State.COMPLETED, State.CANCELLED, State.FAILED}, State.PARTIAL),
        ({State.HELD, State.PENDING, State.IN_PROGRESS}, State.HELD),
        ({State.PENDING, State.IN_PROGRESS}, State.PENDING),
        ({State.IN_PROGRESS, State.PENDING_CANCELLATION}, State.IN_PROGRESS),
        ({State.PENDING_CANCELLATION, State.ASSESSING_CANCELLATION}, State.PENDING_CANCELLATION),
        ({State.ACKNOWLEDGED, State.COMPLETED}, State.IN_PROGRESS),
        ({State.ACKNOWLEDGED, State.PENDING, State.COMPLETED}, State.PENDING),
    ],
)
def test_mixed_items_show_the_most_pressing_state(states, expected):
    assert combine(states) is expected


def test_an_order_has_ended_when_and_only_when_all_its_items_have():
    for states in itertools.combinations_with_replacement(ITEM_STATES, 3):
        assert (combine(states) in ENDS) == (set(states) <= ENDS)


def test_the_order_of_the_items_does_not_matter():
    for states in itertools.product(ITEM_STATES, repeat=2):
        assert combine(states) is combine(reversed(states))


def test_only_pending_is_the_customers_turn_and_ends_are_nobodys():
    assert {state for state in State if turn(state) is Party.CUSTOMER} == {State.PENDING}
    assert {state for state in State if turn(state) is None} == ENDS


def test_badges_are_open_states_named_once():
    assert set(BADGE) < OPEN
    assert len(BADGE) == len(set(BADGE))
