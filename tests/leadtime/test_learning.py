"""What is learned from a ledger, as it grows."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fixtures.examples import RESOURCE, an_item, placed
from leadtime.history import Sort
from leadtime.learning import FRESH, Learning
from leadtime.promises import ENOUGH, Basis
from ledger import LedgerUnavailable, SqlLedger, open_ledger
from ledger.lead_times import LeadTimes
from ledger.old_orders import OldEvent, OldLog, OldOrders
from orders import events as e
from orders import service
from orders.model import DELIVERY, Cleanup

MONDAY = datetime(2026, 11, 2, 7, 0, tzinfo=UTC)  # eight in Oslo
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
STATED = 4 * HOUR


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[SqlLedger]:
    ledger = open_ledger(f"sqlite:///{tmp_path / 'ledger.db'}")
    yield ledger
    ledger.close()


@pytest.fixture
def learning(ledger: SqlLedger) -> Learning:
    return Learning(ledger.lead_times, ledger.old_orders)


def like(ledger: SqlLedger) -> Sort:
    """What is ordered here."""
    item = an_item()
    return Sort(offering=item.offering, provider=item.target.provider, plan=item.plan)


def place(ledger: SqlLedger, at: datetime) -> str:
    number = ledger.next_number()
    item = an_item(id="1", instance=number)
    order = placed(number, item, at=at, promised_at=at + STATED, external_id=number)
    service.place(ledger, order)
    return number


def deliver(ledger: SqlLedger, number: str, at: datetime, hours: float) -> None:
    end = at + timedelta(hours=hours)
    service.record(ledger, number, e.ItemStarted(at=at, by="w", item="1"))
    made = e.ResourceRecorded(at=at, by="w", item="1", resource=RESOURCE)
    service.record(ledger, number, made)
    for stage in DELIVERY:
        at = min(at + MINUTE, end)
        service.record(ledger, number, e.StageReached(at=at, by="w", item="1", stage=stage))
    service.record(ledger, number, e.ItemCompleted(at=end, by="w", item="1", outputs={}))


def delivered(ledger: SqlLedger, count: int, hours: float = 2, since: datetime = MONDAY) -> None:
    for number in range(count):
        week, day = divmod(number, 5)
        at = since + timedelta(days=7 * week + day)
        deliver(ledger, place(ledger, at), at, hours)


def take_old(ledger: SqlLedger) -> None:
    offering = an_item().offering
    log = OldLog(name="old", offering=offering, provider="", plan="", by="kari", imported_at=MONDAY)
    ledger.old_orders.take(
        log,
        (
            OldEvent(case=str(day), at=MONDAY + timedelta(days=day, hours=hours), ends=True)
            for day in range(2 * ENOUGH)
            for hours in (0, 3)
        ),
    )


def asked(learning: Learning, ledger: SqlLedger, at: datetime) -> Basis:
    return learning.promise(like(ledger), STATED, at).basis


LATER = MONDAY + timedelta(days=84)


def test_promises_come_from_what_the_ledger_has_seen(ledger: SqlLedger, learning: Learning) -> None:
    delivered(ledger, ENOUGH)
    promise = learning.promise(like(ledger), STATED, LATER)
    assert promise.basis == Basis(level="alike", orders=ENOUGH)
    assert promise.promised_at == LATER + 2 * HOUR


def test_what_ends_later_is_learned_later(ledger: SqlLedger, learning: Learning) -> None:
    delivered(ledger, ENOUGH - 1)
    open_one = place(ledger, LATER - 5 * HOUR)
    assert asked(learning, ledger, LATER).level == "stated"
    deliver(ledger, open_one, LATER, 1)
    assert asked(learning, ledger, LATER + FRESH).level == "alike"
    assert asked(learning, ledger, LATER + 2 * FRESH).orders == ENOUGH


def test_an_end_that_is_written_late_is_not_missed(ledger: SqlLedger, learning: Learning) -> None:
    delivered(ledger, ENOUGH)
    late, soon = (place(ledger, LATER - 5 * HOUR) for _ in range(2))
    deliver(ledger, soon, LATER - HOUR, 1)
    assert asked(learning, ledger, LATER).orders == ENOUGH + 1
    deliver(ledger, late, LATER - HOUR, 0.99)
    assert asked(learning, ledger, LATER + FRESH).orders == ENOUGH + 2


def test_of_a_long_history_the_latest_of_each_offering_teach(
    ledger: SqlLedger, learning: Learning, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("leadtime.learning.LATEST", ENOUGH)
    delivered(ledger, 5, hours=7)
    delivered(ledger, ENOUGH, since=MONDAY + timedelta(days=14))
    promise = learning.promise(like(ledger), STATED, LATER)
    assert promise.basis.orders == ENOUGH
    assert promise.promised_at == LATER + 2 * HOUR


def test_what_failed_teaches_nothing(ledger: SqlLedger, learning: Learning) -> None:
    delivered(ledger, ENOUGH - 1)
    number = place(ledger, LATER - HOUR)
    failed = e.ItemFailed(at=LATER, by="w", item="1", reason="no", cleanup=Cleanup.NOT_REQUIRED)
    service.record(ledger, number, e.ItemStarted(at=LATER - HOUR, by="w", item="1"))
    service.record(ledger, number, failed)
    assert asked(learning, ledger, LATER + HOUR).level == "stated"


def test_an_imported_log_counts_until_it_is_forgotten(
    ledger: SqlLedger, learning: Learning
) -> None:
    take_old(ledger)
    told = asked(learning, ledger, LATER)
    assert told == Basis(level="offering", orders=2 * ENOUGH, imported=2 * ENOUGH)
    assert ledger.old_orders.forget("old")
    assert asked(learning, ledger, LATER + FRESH).level == "stated"


@pytest.mark.parametrize("reading", ["finished", "latest", "cases"])
def test_a_ledger_that_breaks_off_while_it_is_read_is_read_again(
    ledger: SqlLedger, learning: Learning, monkeypatch: pytest.MonkeyPatch, reading: str
) -> None:
    delivered(ledger, ENOUGH)
    end = MONDAY + timedelta(days=35)
    if reading == "finished":
        asked(learning, ledger, end)
        delivered(ledger, ENOUGH, since=end)
        end += timedelta(days=35)
    if reading == "cases":
        take_old(ledger)
    source = OldOrders if reading == "cases" else LeadTimes
    whole = getattr(source, reading)

    def breaks_off(*given: object) -> Iterator[object]:
        yield from list(whole(*given))
        raise LedgerUnavailable("gone")

    monkeypatch.setattr(source, reading, breaks_off)
    with pytest.raises(LedgerUnavailable):
        asked(learning, ledger, end)
    monkeypatch.undo()

    once = Learning(ledger.lead_times, ledger.old_orders)
    assert asked(learning, ledger, end) == asked(once, ledger, end)


def test_an_open_order_tells_how_likely_it_is_late(ledger: SqlLedger, learning: Learning) -> None:
    delivered(ledger, 2 * ENOUGH)
    place(ledger, LATER)
    (case,) = ledger.lead_times.unfinished()
    assert learning.lateness(case, LATER + 3 * HOUR, LATER) == pytest.approx(0.0)
    assert learning.lateness(case, LATER + HOUR, LATER) == pytest.approx(1.0)
