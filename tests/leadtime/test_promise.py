from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from leadtime.business import Calendar
from leadtime.promise import stated

FOUR_HOURS = timedelta(hours=4)
HOME = ZoneInfo("Europe/Oslo")


def test_the_promise_is_the_stated_time_in_business_hours() -> None:
    morning = datetime(2026, 11, 24, 9, 30, tzinfo=HOME)
    assert stated(FOUR_HOURS, morning) == datetime(2026, 11, 24, 12, 30, tzinfo=UTC)


def test_what_is_ordered_on_a_friday_night_is_promised_for_monday() -> None:
    friday = datetime(2026, 11, 27, 22, 0, tzinfo=HOME)
    assert stated(FOUR_HOURS, friday) == datetime(2026, 11, 30, 12, tzinfo=HOME)


def test_the_municipalitys_own_closed_days_count() -> None:
    friday = datetime(2026, 11, 27, 22, 0, tzinfo=HOME)
    closed = Calendar(closed=[date(2026, 11, 30)])
    assert stated(FOUR_HOURS, friday, closed) == datetime(2026, 12, 1, 12, tzinfo=HOME)
