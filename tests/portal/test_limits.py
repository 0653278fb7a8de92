"""A program that asks too often is told when to come back, and holds up nobody else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixtures.portal_house import API, PortalHouse
from portal.limits import Limits, Rate, TooMany


class Clock:
    def __init__(self):
        self.at = 1000.0

    def __call__(self):
        return self.at


def test_so_many_at_once_and_then_evenly():
    clock = Clock()
    limits = Limits(Rate(3, 60), clock)
    for _ in range(3):
        limits.take("a")
    with pytest.raises(TooMany) as refused:
        limits.take("a")
    assert refused.value.after == 20
    assert str(refused.value) == "At most 3 requests in 60 seconds; wait 20 s."
    clock.at += 20
    limits.take("a")
    with pytest.raises(TooMany):
        limits.take("a")


def test_one_asker_is_not_held_up_by_another():
    limits = Limits(Rate(1, 60), Clock())
    limits.take("a")
    limits.take("b")
    with pytest.raises(TooMany):
        limits.take("a")


@given(
    waits=st.lists(st.floats(0, 5), max_size=60),
    count=st.integers(1, 10),
    seconds=st.integers(1, 20),
)
def test_in_any_period_no_more_than_twice_the_count_gets_through(waits, count, seconds):
    """At once a whole count, and in the period itself what flows in: never more than both."""
    clock = Clock()
    limits = Limits(Rate(count, seconds), clock)
    passed = []
    for wait in waits:
        clock.at += wait
        try:
            limits.take("a")
        except TooMany:
            continue
        passed.append(clock.at)
    for start in passed:
        assert sum(start <= at < start + seconds for at in passed) <= 2 * count


def test_who_has_been_silent_is_forgotten(monkeypatch):
    monkeypatch.setattr("portal.limits.REMEMBERED", 5)
    clock = Clock()
    limits = Limits(Rate(2, 10), clock)
    for number in range(5):
        limits.take(str(number))
    clock.at += 60
    limits.take("new")
    assert len(limits) == 1


@pytest.mark.parametrize("text", ["", "600", "0/60", "600/0", "a/b", "600/60/1", "-1/60"])
def test_a_rate_that_is_none_is_refused_with_how_to_write_it(text):
    with pytest.raises(ValueError, match="like 600/60"):
        Rate.read(text)


def test_the_api_answers_429_with_when_to_come_back(portal: PortalHouse):
    portal.client.app.state.house.limits.rate = Rate(2, 60)
    assert [portal.get(API).status_code for _ in range(3)] == [200, 200, 429]
    refused = portal.get(API)
    assert int(refused.headers["Retry-After"]) >= 1
    assert refused.json()["code"] == "tooMany"
    assert "At most 2 requests in 60 seconds" in refused.json()["reason"]
    assert portal.rows() == 0


def test_people_who_look_at_pages_are_not_counted(portal: PortalHouse):
    portal.client.app.state.house.limits.rate = Rate(1, 60)
    portal.sign_in("kari")
    assert [portal.client.get("/orders").status_code for _ in range(3)] == [200, 200, 200]
