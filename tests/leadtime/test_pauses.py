"""Questions that came just before the promise ran out; and the clocks of both sides, by business
time."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixtures.histories import end_of, histories
from leadtime.business import OSLO, Calendar
from leadtime.pauses import left_when_asked
from orders.clocks import order_time
from orders.model import Party

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
HOME = ZoneInfo("Europe/Oslo")


def oslo(text):
    return datetime.fromisoformat(text).replace(tzinfo=HOME)


@pytest.mark.parametrize(
    ("promised", "asked", "left"),
    [
        ("2026-11-26T16:00", "2026-11-26T12:48", 3.2 * HOUR),  # the last tenth of 32 hours
        ("2026-11-26T16:00", "2026-11-26T12:47", None),
        ("2026-11-24T08:00", "2026-11-23T15:30", 0.5 * HOUR),  # the night before counts nothing
        ("2026-11-23T10:00", "2026-11-23T09:00", HOUR),  # the last hour, of two
        ("2026-11-23T09:00", "2026-11-23T08:29", None),  # of one hour only the last half
        ("2026-11-23T09:00", "2026-11-23T08:30", 30 * MINUTE),
        ("2026-11-23T09:00", "2026-11-23T09:00", None),  # it had run out: nothing is saved
        ("2026-11-23T09:00", "2026-11-23T09:30", None),
    ],
)
def test_a_question_is_late_in_the_last_tenth_of_the_promise(promised, asked, left):
    placed = oslo("2026-11-23T08:00")
    assert left_when_asked(placed, oslo(promised), oslo(asked)) == left


MOMENTS = st.datetimes(
    datetime(2026, 1, 1),  # noqa: DTZ001 - the zones are drawn beside
    datetime(2027, 12, 31),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, HOME]),
)
SPANS = st.timedeltas(timedelta(minutes=1), timedelta(days=40))


@given(MOMENTS, SPANS, st.floats(0, 1), st.floats(0, 1))
def test_what_is_late_stays_late_until_the_promise_runs_out(placed, span, one, other):
    first, second = sorted([one, other])
    start, promised = placed.astimezone(UTC), placed.astimezone(UTC) + span
    earlier = left_when_asked(start, promised, start + span * first)
    later = left_when_asked(start, promised, start + span * second)
    if earlier is not None and start + span * second < promised:
        assert later is not None
        assert later <= earlier
    for left in (earlier, later):
        assert left is None or left <= OSLO.between(start, promised) / 2


CLOSED = st.lists(st.dates(date(2025, 1, 1), date(2028, 1, 1)), max_size=9).map(Calendar)


@given(CLOSED, histories(), st.timedeltas(timedelta(0), timedelta(days=20)))
def test_the_clocks_of_both_sides_add_up_in_business_time_too(calendar, history, later):
    time = order_time(history, end_of(history) + later)
    business = {
        side: sum(
            (calendar.between(one.start, one.end) for one in time.spans if one.side is side),
            timedelta(),
        )
        for side in Party
    }
    whole = calendar.between(time.spans[0].start, time.spans[-1].end) if time.spans else timedelta()
    assert sum(business.values(), timedelta()) == whole
    assert all(business[side] <= time.of(side) for side in Party)
