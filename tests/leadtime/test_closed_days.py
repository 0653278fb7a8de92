"""The municipality's own closed days, as a table in a file."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadtime.business import OSLO, Calendar
from leadtime.closed_days import ClosedDaysWrong, calendar_in, calendar_of

HOUR = timedelta(hours=1)
HEAD = "date,closes,why"


def day_of(calendar, day):
    """The business time of one day."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return calendar.between(midnight, midnight + timedelta(days=1))


def test_days_are_closed_and_closed_early_as_the_file_says(tmp_path):
    file = tmp_path / "closed.csv"
    text = f"{HEAD}\n2026-05-15,,Friday after Ascension\n\n2026-12-23,12:30,Christmas\n"
    file.write_text(text, encoding="utf-8-sig")  # as a spreadsheet writes it
    calendar = calendar_in({"GRUNNMUR_CLOSED_DAYS": str(file)})
    assert not calendar.is_open(date(2026, 5, 15))
    assert day_of(calendar, date(2026, 12, 23)) == 4.5 * HOUR
    assert day_of(calendar, date(2026, 12, 22)) == 8 * HOUR
    assert day_of(OSLO, date(2026, 12, 23)) == 8 * HOUR


def test_a_half_day_of_everybody_never_gets_longer_by_it():
    calendar = calendar_of([HEAD, "2026-12-24,15:00,"])
    assert day_of(calendar, date(2026, 12, 24)) == 4 * HOUR


def test_without_a_file_only_the_country_closes():
    assert calendar_in({}) is OSLO


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([], "line 1: the heading must be date,closes,why"),
        (["date,why"], "line 1: the heading"),
        ([HEAD, "2026-05-15"], "line 2: write the date"),
        ([HEAD, "15.05.2026,,"], "line 2: '15.05.2026' is no date like"),
        ([HEAD, "2026-05-15,noon,"], "line 2: 'noon' is no time like"),
        ([HEAD, "2026-05-15,17:00,"], "line 2: 17:00 must lie between 08:00 and 16:00"),
        ([HEAD, "2026-05-15,12:00+02:00,"], "must lie between"),
        ([HEAD, "2150-05-15,,"], "covers 1950 to 2100"),
        ([HEAD, "2026-05-15,,", "2026-05-15,12:00,"], "line 3: 2026-05-15 stands there twice"),
        (
            [HEAD, *(f"{date(2026, 1, 1) + timedelta(days=n)},," for n in range(365))],
            "every day of 2026 is closed",
        ),
    ],
)
def test_what_is_wrong_with_the_file_is_said_with_its_line(lines, words):
    with pytest.raises(ClosedDaysWrong, match=words):
        calendar_of(lines)


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    with pytest.raises(ClosedDaysWrong, match=r"GRUNNMUR_CLOSED_DAYS: .*none\.csv: No such file"):
        calendar_in({"GRUNNMUR_CLOSED_DAYS": str(tmp_path / "none.csv")})
    (tmp_path / "bytes.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ClosedDaysWrong, match=r"bytes\.csv"):
        calendar_in({"GRUNNMUR_CLOSED_DAYS": str(tmp_path / "bytes.csv")})


DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))
EARLY = st.dictionaries(
    DAYS, st.times(time(8, 1), time(15, 59)).map(lambda at: at.replace(second=0, microsecond=0))
)
MOMENTS = st.datetimes(
    datetime(2025, 12, 1),  # noqa: DTZ001 - the zone is beside
    datetime(2028, 1, 31),  # noqa: DTZ001
    timezones=st.just(UTC),
)


@given(st.lists(DAYS, max_size=20), EARLY, MOMENTS, st.timedeltas(timedelta(0), 900 * HOUR))
def test_with_own_days_what_is_added_still_lies_between(closed, early, start, length):
    calendar = Calendar(closed, early)
    end = calendar.add(start, length)
    assert calendar.between(start, end) == length
    assert end >= OSLO.add(start, length)


@given(st.lists(DAYS, max_size=20), EARLY, MOMENTS)
def test_the_next_opening_is_now_or_the_first_moment_of_work(closed, early, moment):
    calendar = Calendar(closed, early)
    opens = calendar.next_open(moment)
    assert opens >= moment
    assert calendar.between(moment, opens) == timedelta()
    assert calendar.between(opens, opens + timedelta.resolution) == timedelta.resolution
