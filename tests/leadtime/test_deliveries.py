"""Figures of what was delivered, read from a real ledger and counted as columns."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from fixtures.delivered import HOUR, Past, deliver
from leadtime.business import Calendar
from leadtime.deliveries import Book, Deliveries
from leadtime.figures import EDGES, figures, grouped, histogram, pieces
from leadtime.passing import Months, Passing, month_start
from ledger import SqlLedger, open_ledger

MONDAY = datetime(2026, 11, 2, 7, tzinfo=UTC)  # 08.00 in Oslo
LATER = MONDAY + timedelta(days=30)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[SqlLedger]:
    found = open_ledger(f"sqlite:///{tmp_path / 'ledger.db'}")
    yield found
    found.close()


def book(ledger: SqlLedger) -> Book:
    return Deliveries(ledger.lead_times).book(LATER)


def test_business_time_of_many_moments_is_that_of_each() -> None:
    calendar = Calendar({datetime(2026, 12, 28, tzinfo=UTC).date()})
    chance = np.random.default_rng(8)
    start = MONDAY.timestamp() + chance.uniform(0, 500 * 86400, 300)
    end = start + chance.exponential(10 * 86400, 300)
    found = Passing(calendar).business(start, end)
    moments = (
        (datetime.fromtimestamp(one, UTC) for one in pair) for pair in zip(start, end, strict=True)
    )
    each = [calendar.between(*pair).total_seconds() for pair in moments]
    assert found == pytest.approx(each, abs=0.01)
    assert Passing().business(np.zeros(0), np.zeros(0)).size == 0


def test_months_turn_at_midnight_in_oslo() -> None:
    turn = datetime(2026, 10, 31, 23, tzinfo=UTC)  # winter time: midnight in Oslo
    before, after = (Months().number(turn + timedelta(seconds=one)) for one in (-1, 0))
    assert after == before + 1
    assert month_start(after) == turn


def test_a_promise_is_kept_by_what_was_delivered_in_time(ledger: SqlLedger) -> None:
    for hours in (1, 2, 3, 5):
        deliver(ledger, Past(placed=MONDAY, lasting=hours * HOUR))
    deliver(ledger, Past(placed=MONDAY, lasting=HOUR, failed=True))
    deliver(ledger, Past(placed=MONDAY, lasting=4 * HOUR))  # to the second
    found = figures((seen := book(ledger)), seen.rows, "business")
    assert (found.promised, found.kept, found.delivered) == (6, 4, 5)
    assert found.share == pytest.approx(4 / 6)
    assert (found.half, found.most) == (3 * HOUR, 5 * HOUR)


def test_nights_take_no_time_in_opening_hours(ledger: SqlLedger) -> None:
    deliver(ledger, Past(placed=MONDAY, lasting=timedelta(days=1, hours=1)))
    seen = book(ledger)
    assert figures(seen, seen.rows, "business").half == 9 * HOUR
    assert figures(seen, seen.rows, "wall").half == 25 * HOUR


def test_only_what_is_new_is_read_again_and_a_late_entry_is_not_missed(ledger: SqlLedger) -> None:
    deliveries = Deliveries(ledger.lead_times)
    first = deliver(ledger, Past(placed=MONDAY, lasting=HOUR))
    now = MONDAY + 2 * HOUR
    assert deliveries.book(now).orders == [first]
    assert deliveries.book(now) is deliveries.book(now)
    soon = deliver(ledger, Past(placed=MONDAY, lasting=2 * HOUR))
    assert deliveries.book(now).orders == [first, soon]
    late = deliver(ledger, Past(placed=MONDAY, lasting=2 * HOUR - timedelta(minutes=5)))
    seen = deliveries.book(now + timedelta(minutes=1))
    assert seen.orders == [first, late, soon]
    whole = Deliveries(ledger.lead_times).book(now)
    assert seen.rows.tolist() == whole.rows.tolist()
    assert sorted(seen.stretches.tolist()) == sorted(whole.stretches.tolist())


def test_the_waterfall_is_all_the_time_by_stage_and_side(ledger: SqlLedger) -> None:
    for asked in (HOUR, 3 * HOUR):
        deliver(ledger, Past(placed=MONDAY, lasting=asked + 4 * HOUR, asked=asked))
    deliver(ledger, Past(placed=MONDAY, lasting=9 * HOUR, failed=True))
    seen = book(ledger)
    found = {one.label: one for one in pieces(seen, np.ones(len(seen.rows), bool), "business")}
    assert sum(one.share for one in found.values()) == pytest.approx(1)
    assert found["pending"].side == "customer"
    assert found["pending"].share == pytest.approx(4 / 12)
    assert (found["pending"].half, found["pending"].most) == (HOUR, 3 * HOUR)
    assert found["build"].half == 2 * HOUR
    assert pieces(seen, np.zeros(len(seen.rows), bool), "wall") == []


def test_each_length_is_in_one_bar(ledger: SqlLedger) -> None:
    for minutes in (5, 6, 60, 61, 300):
        deliver(ledger, Past(placed=MONDAY, lasting=timedelta(minutes=minutes)))
    seen = book(ledger)
    bars = histogram(seen, seen.rows, "business")
    assert len(bars) == len(EDGES["business"]) + 1
    assert sum(bars) == 5
    assert bars[:7] == [1, 1, 0, 1, 1, 0, 1]


def test_figures_are_of_their_own_group(ledger: SqlLedger) -> None:
    deliver(ledger, Past(placed=MONDAY, lasting=HOUR, agency="PBE"))
    deliver(ledger, Past(placed=MONDAY, lasting=9 * HOUR))
    deliver(ledger, Past(placed=MONDAY - timedelta(days=3), lasting=HOUR))
    seen = book(ledger)
    by = {seen.words.word(n): one for n, one in grouped(seen, seen.rows, "agency", "wall")}
    assert {name: (one.promised, one.kept) for name, one in by.items()} == {
        "PBE": (1, 1),
        "BYM": (2, 1),
    }
    assert [one.promised for _, one in grouped(seen, seen.rows, "month", "wall")] == [1, 2]
