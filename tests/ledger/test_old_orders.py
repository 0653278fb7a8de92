"""Orders of an old system, to learn promises from."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice

import pytest

from ledger import SqlLedger
from ledger.errors import AlreadyImported
from ledger.old_orders import BATCH, OldEvent, OldLog

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
START = datetime(2026, 1, 1, tzinfo=UTC)
LOG = OldLog(name="old.csv", offering="server", provider="", plan="", by="kari", imported_at=START)


def event(case: str, hours: float, *, ends: bool = True) -> OldEvent:
    return OldEvent(case=case, at=START + timedelta(hours=hours), ends=ends)


def lengths(ledger: SqlLedger) -> list[tuple[str, timedelta]]:
    found = ledger.old_orders.cases(LONG_AGO)
    return [(one.id, one.ended_at - one.placed_at) for one in found]


def test_a_case_lasts_from_its_first_event_to_its_last(ledger: SqlLedger) -> None:
    told = ledger.old_orders.take(LOG, [event("b", 5), event("a", 2), event("b", 3), event("a", 1)])
    assert told == replace(LOG, cases=2)
    assert lengths(ledger) == [("a", timedelta(hours=1)), ("b", timedelta(hours=2))]


def test_a_case_without_an_end_is_left_out(ledger: SqlLedger) -> None:
    events = [event("a", 1, ends=False), event("a", 2), event("b", 1, ends=False)]
    assert ledger.old_orders.take(LOG, events).cases == 1
    assert [name for name, _ in lengths(ledger)] == ["a"]


def test_a_case_may_lie_in_many_batches(ledger: SqlLedger) -> None:
    def events() -> Iterator[OldEvent]:
        for number in range(BATCH + 10):
            yield event(str(number % 7), number)

    assert ledger.old_orders.take(LOG, events()).cases == 7
    assert {length for _, length in lengths(ledger)} <= {
        timedelta(hours=BATCH + offset) for offset in range(-5, 10)
    }


def test_what_is_wrong_half_way_leaves_nothing(ledger: SqlLedger) -> None:
    def events() -> Iterator[OldEvent]:
        yield from islice((event(str(number), number) for number in range(10**9)), BATCH + 1)
        raise ValueError("row 5002")

    with pytest.raises(ValueError, match="row 5002"):
        ledger.old_orders.take(LOG, events())
    assert ledger.old_orders.logs() == []
    assert lengths(ledger) == []


def test_half_a_log_is_read_by_nobody_and_swept_by_the_next_try(ledger: SqlLedger) -> None:
    class Killed(BaseException):
        pass

    seen: list[object] = []

    def events() -> Iterator[OldEvent]:
        yield from (event(str(number), number) for number in range(BATCH))
        seen.append((ledger.old_orders.logs(), lengths(ledger)))
        raise Killed

    with pytest.raises(Killed):
        ledger.old_orders.take(LOG, events())
    assert seen == [([], [])]
    assert ledger.old_orders.take(LOG, [event("a", 1)]).cases == 1


def test_a_log_is_imported_once_until_it_is_forgotten(ledger: SqlLedger) -> None:
    ledger.old_orders.take(LOG, [event("a", 1)])
    with pytest.raises(AlreadyImported, match=r"'old.csv' is imported already"):
        ledger.old_orders.take(LOG, [event("b", 1)])
    assert ledger.old_orders.forget("old.csv")
    assert not ledger.old_orders.forget("old.csv")
    assert not ledger.old_orders.forget("a\0b")
    assert lengths(ledger) == []
    assert ledger.old_orders.take(LOG, [event("b", 1)]).cases == 1


def test_two_logs_may_have_cases_of_one_name(ledger: SqlLedger) -> None:
    ledger.old_orders.take(LOG, [event("a", 1), event("a", 2)])
    ledger.old_orders.take(replace(LOG, name="other"), [event("a", 5), event("a", 9)])
    assert [length.total_seconds() / 3600 for _, length in lengths(ledger)] == [1, 4]


def test_only_the_latest_may_be_asked_for(ledger: SqlLedger) -> None:
    ledger.old_orders.take(LOG, [event("a", 1), event("b", 30)])
    found = ledger.old_orders.cases(START + timedelta(hours=2))
    assert [one.id for one in found] == ["b"]
