"""All the waiting there is, as arithmetic."""

from __future__ import annotations

from datetime import timedelta
from itertools import repeat

from hypothesis import given
from hypothesis import strategies as st

from flows.patience import Backoff, Patience


def test_waits_grow_to_the_most_and_stay_there():
    backoff = Backoff(first=1, factor=2, most=10)
    assert [backoff.seconds(nth, 1.0) for nth in range(6)] == [1, 2, 4, 8, 10, 10]


@given(st.integers(0, 10_000), st.floats(0, 1))
def test_a_wait_is_drawn_from_its_upper_half(nth, draw):
    backoff = Backoff(first=0.5, factor=2, most=30)
    whole = backoff.seconds(nth, 1.0)
    assert whole / 2 <= backoff.seconds(nth, draw) <= whole <= 30


@given(st.floats(0, 1), st.integers(1, 5000))
def test_the_looks_add_up_to_what_a_build_may_take(draw, seconds):
    patience = Patience(build=timedelta(seconds=seconds))
    waits = list(patience.looks(repeat(draw)))
    assert abs(sum(waits) - seconds) < 1e-6
    assert all(0 < wait <= patience.polls.most for wait in waits)


def test_the_first_looks_follow_each_other_quickly():
    waits = list(Patience().looks(repeat(1.0)))
    assert waits[0] <= 0.3
    assert sum(waits[:4]) < 2
