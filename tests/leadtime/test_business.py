import sys
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadtime.business import OSLO, Calendar

HOME = ZoneInfo("Europe/Oslo")
HOUR = timedelta(hours=1)
NEW_YORK = ZoneInfo("America/New_York")


def oslo(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HOME)


# Written down from the almanac, not computed: days off that fall on Monday to Friday, and half days

FREE = {
    2026: "01-01 04-02 04-03 04-06 05-01 05-14 05-25 12-25",
    2027: "01-01 03-25 03-26 03-29 05-06 05-17 ",
    2028: "04-13 04-14 04-17 05-01 05-17 05-25 06-05 12-25 12-26",
}
HALF = {2026: "04-01 12-24 12-31", 2027: "03-24 12-24 12-31", 2028: "04-12"}


def length(calendar: Calendar, day: date) -> timedelta:
    midnight = datetime(day.year, day.month, day.day, tzinfo=HOME)
    after = day + timedelta(days=1)
    return calendar.between(midnight, datetime(after.year, after.month, after.day, tzinfo=HOME))


@pytest.mark.parametrize("year", FREE)
def test_every_day_of_a_year_is_as_long_as_the_almanac_says(year: int) -> None:
    free = {date.fromisoformat(f"{year}-{day}") for day in FREE[year].split()}
    half = {date.fromisoformat(f"{year}-{day}") for day in HALF[year].split()}
    day = date(year, 1, 1)
    while day.year == year:
        expected = 0 if day in free or day.weekday() >= 5 else 4 if day in half else 8
        assert length(OSLO, day) == expected * HOUR, day
        assert OSLO.is_open(day) is (expected > 0), day
        day += timedelta(days=1)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-11-24T09:30", 4, "2026-11-24T13:30"),
        ("2026-11-24T14:00", 4, "2026-11-25T10:00"),
        ("2026-11-24T12:00", 4, "2026-11-24T16:00"),  # to the very end of the day, not the next
        ("2026-11-24T07:00", 1, "2026-11-24T09:00"),
        ("2026-11-24T16:00", 1, "2026-11-25T09:00"),
        ("2026-11-27T15:00", 2, "2026-11-30T09:00"),
        ("2026-11-28T12:00", 8, "2026-11-30T16:00"),
        ("2026-12-23T14:00", 8, "2026-12-28T10:00"),  # half a Christmas Eve
        ("2026-12-31T11:30", 1, "2027-01-04T08:30"),
        ("2026-04-01T11:00", 2, "2026-04-07T09:00"),  # over Easter
        ("2027-05-14T15:00", 2, "2027-05-18T09:00"),  # 17 May on a Monday
        ("2026-05-15T15:00", 2, "2026-05-18T09:00"),  # 17 May on a Sunday
        ("2026-03-27T15:00", 2, "2026-03-30T09:00"),  # the clocks go forward
        ("2026-10-23T15:00", 2, "2026-10-26T09:00"),  # and back
    ],
)
def test_time_is_added_over_nights_and_days_off(start: str, hours: int, end: str) -> None:
    assert OSLO.add(oslo(start), hours * HOUR) == oslo(end)
    assert OSLO.between(oslo(start), oslo(end)) == hours * HOUR


def test_the_changing_of_the_clocks_moves_utc_and_not_the_office() -> None:
    assert OSLO.add(oslo("2026-03-27T15:00"), 2 * HOUR) == datetime(2026, 3, 30, 7, tzinfo=UTC)
    assert OSLO.add(oslo("2026-10-23T15:00"), 2 * HOUR) == datetime(2026, 10, 26, 8, tzinfo=UTC)


def test_the_zone_of_the_question_does_not_matter() -> None:
    start = datetime(2026, 11, 24, 3, tzinfo=NEW_YORK)  # 09:00 in Oslo
    assert OSLO.add(start, HOUR) == oslo("2026-11-24T10:00")
    assert OSLO.add(start, HOUR).tzinfo is UTC


def test_the_year_turns_in_oslo() -> None:
    eve = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)  # 2027 in Oslo
    assert OSLO.add(eve, HOUR) == oslo("2027-01-04T09:00")
    assert OSLO.between(eve, oslo("2027-01-04T09:00")) == HOUR


def test_own_closed_days_are_left_out() -> None:
    calendar = Calendar(closed=[date(2026, 11, 25)])
    assert calendar.add(oslo("2026-11-24T15:00"), 2 * HOUR) == oslo("2026-11-26T09:00")
    assert not calendar.is_open(date(2026, 11, 25))
    assert OSLO.is_open(date(2026, 11, 25))


def test_what_cannot_be_answered_is_refused() -> None:
    now = oslo("2026-11-24T09:00")
    with pytest.raises(ValueError, match="time zone"):
        OSLO.add(now.replace(tzinfo=None), HOUR)
    with pytest.raises(ValueError, match="time zone"):
        OSLO.between(now, now.replace(tzinfo=None))
    with pytest.raises(ValueError, match="forwards"):
        OSLO.add(now, -HOUR)
    with pytest.raises(ValueError, match="no calendar for 2101: it covers 1950 to 2100"):
        OSLO.add(now, timedelta(days=365_000))
    with pytest.raises(ValueError, match="no calendar for 1949"):
        OSLO.between(now.replace(year=1949), now)
    shut = Calendar(closed=[date(2026, 1, 1) + timedelta(days=n) for n in range(365)])
    with pytest.raises(ValueError, match="every day of 2026 is closed"):
        shut.add(now, HOUR)


MOMENTS = st.datetimes(
    datetime(2020, 1, 1),  # noqa: DTZ001 - the zones are drawn beside
    datetime(2034, 12, 31),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, HOME, NEW_YORK]),
)
LENGTHS = st.timedeltas(timedelta(0), timedelta(hours=20_000))  # about ten years
CLOSED = st.lists(st.dates(date(2025, 1, 1), date(2030, 1, 1)), max_size=20).map(Calendar)


@given(CLOSED, MOMENTS, LENGTHS)
def test_what_is_added_is_what_lies_between(
    calendar: Calendar, start: datetime, length: timedelta
) -> None:
    end = calendar.add(start, length)
    assert end >= start
    assert calendar.between(start, end) == length
    assert calendar.between(end, start) == -length


@given(MOMENTS, LENGTHS)
def test_an_end_is_the_first_moment_that_is_enough(start: datetime, length: timedelta) -> None:
    end = OSLO.add(start, length)
    if length:
        assert OSLO.between(start, end - timedelta.resolution) == length - timedelta.resolution


@given(MOMENTS, MOMENTS)
def test_adding_what_lies_between_never_overshoots(one: datetime, other: datetime) -> None:
    start, end = sorted([one, other])
    found = OSLO.add(start, OSLO.between(start, end))
    assert found <= end
    assert OSLO.between(found, end) == timedelta()


@given(MOMENTS, LENGTHS, LENGTHS)
def test_adding_twice_is_adding_the_sum(start: datetime, one: timedelta, other: timedelta) -> None:
    assert OSLO.add(OSLO.add(start, one), other) == OSLO.add(start, one + other)


@given(st.lists(MOMENTS, min_size=3, max_size=3))
def test_time_between_adds_up(moments: list[datetime]) -> None:
    one, two, three = moments
    assert OSLO.between(one, two) + OSLO.between(two, three) == OSLO.between(one, three)


@given(MOMENTS, MOMENTS, LENGTHS)
def test_later_in_is_never_earlier_out(one: datetime, other: datetime, length: timedelta) -> None:
    first, second = sorted([one, other])
    assert OSLO.add(first, length) <= OSLO.add(second, length)
    assert OSLO.between(first, second) <= second.astimezone(UTC) - first.astimezone(UTC)


WEEKS = st.sampled_from(["2026-03-23", "2026-10-19", "2026-12-21", "2027-05-10", "2028-04-10"])


@given(WEEKS, st.integers(0, 20 * 24 * 60), st.integers(0, 20 * 24 * 60))
def test_minutes_counted_one_by_one_say_the_same(week: str, one: int, other: int) -> None:
    """An oracle that knows nothing of years and sums: look at each minute's own clock face."""
    monday = oslo(week).astimezone(UTC)
    first, last = sorted([one, other])
    counted = sum(
        length(OSLO, local.date()) > timedelta()
        and 8 <= local.hour < (8 + length(OSLO, local.date()) // HOUR)
        for minute in range(first, last, 7)
        for local in [(monday + timedelta(minutes=minute)).astimezone(HOME)]
    )
    start, end = (monday + timedelta(minutes=minute) for minute in (first, last))
    # every seventh minute stands for seven: off by at most seven for each opening and closing
    edges = 2 * ((last - first) // (24 * 60) + 2)
    assert abs(OSLO.between(start, end) - timedelta(minutes=7 * counted)) <= timedelta(
        minutes=7 * edges
    )


def test_a_span_of_decades_costs_a_step_per_year_not_per_day() -> None:
    start, end = oslo("1980-01-02T09:00"), oslo("2079-01-02T09:00")
    length = OSLO.between(start, end)  # fills the table of years
    few, many = calls(timedelta(hours=80)), calls(length)
    assert many - few < 10 * 100  # ten for each of the hundred years; a year has some 250 days


def calls(length: timedelta) -> int:
    """How many functions are called to add `length`: a cost that no busy machine changes."""
    counted = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal counted
        counted += event in {"call", "c_call"}

    sys.setprofile(count)
    try:
        OSLO.add(oslo("1980-01-02T09:00"), length)
    finally:
        sys.setprofile(None)
    return counted
