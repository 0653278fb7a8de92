"""What the last looks at a server come to."""

from datetime import UTC, datetime, timedelta

import pytest

from orders.health import WINDOW, Health, Look, after

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


def looked(*seconds: float | None) -> Health:
    now: Health | None = None
    for number, one in enumerate(seconds):
        now = after(now, Look(one, "" if one else "refused"), NOON + timedelta(minutes=number))
    assert now
    return now


def test_since_is_when_it_came_to_be_so() -> None:
    assert looked(0.1, 0.1, 0.1).since == NOON
    down = looked(0.1, None, None)
    assert (down.up, down.why, down.since) == (False, "refused", NOON + timedelta(minutes=1))
    assert looked(None, 0.1).since == NOON + timedelta(minutes=1)


def test_what_did_not_answer_counts_against_availability_and_not_as_a_quick_answer() -> None:
    mixed = looked(*[None] * 50, *[0.2] * 50)
    assert mixed.availability == pytest.approx(0.5)
    assert mixed.p95 == pytest.approx(0.2)
    assert looked(*(n / 100 for n in range(1, 101))).p95 == pytest.approx(0.95)
    assert looked(None).p95 is None


def test_only_the_last_looks_are_kept() -> None:
    assert looked(*[None] * 10, *[0.1] * WINDOW).availability == 1
