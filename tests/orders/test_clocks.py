"""Where an order's time went."""

from datetime import UTC, datetime, timedelta

from fixtures.examples import NOON, OSLO, an_item, delivery, placed, question, told
from orders import events as e
from orders.clocks import item_time, order_time
from orders.model import Cleanup, Party, Stage

MINUTE = timedelta(minutes=1)


def at(minutes: float) -> datetime:
    return NOON + minutes * MINUTE


def test_a_standard_order_is_the_suppliers_all_along_and_has_no_hand_over():
    time = order_time([placed(), *delivery()], at(99))
    assert time.whole == time.of(Party.SUPPLIER) == 9 * MINUTE
    assert time.of(Party.CUSTOMER) == timedelta()
    assert time.handovers == 0


def test_an_open_order_runs_until_now():
    assert order_time([placed()], at(7)).whole == 7 * MINUTE


def test_pending_is_the_customers_time_and_two_hand_overs():
    history = [
        placed(),
        told(e.ItemStarted, at=at(1)),
        told(e.QuestionAsked, at=at(3), waiting_on=question()),
        told(e.QuestionAnswered, at=at(8), answer="parks"),
    ]
    time = order_time(history, at(10))
    assert time.of(Party.CUSTOMER) == 5 * MINUTE
    assert time.of(Party.SUPPLIER) == 5 * MINUTE
    assert time.handovers == 2


def test_held_is_the_suppliers_time():
    history = [placed(), told(e.ItemHeld, at=at(1), reason="outage")]
    assert order_time(history, at(60)).of(Party.SUPPLIER) == 60 * MINUTE


def test_a_held_item_keeps_the_clock_with_the_supplier_while_another_asks():
    history = [
        placed("1001", an_item("web"), an_item("db")),
        told(e.ItemHeld, "web", at=at(1), reason="outage"),
        told(e.QuestionAsked, "db", at=at(2), waiting_on=question()),
    ]
    assert order_time(history, at(10)).of(Party.CUSTOMER) == timedelta()
    assert item_time(history, "db", at(10)).of(Party.CUSTOMER) == 8 * MINUTE


def test_an_items_time_is_told_by_stage():
    time = item_time([placed(), *delivery()], "web", at(99))
    assert [(span.label, span.length / MINUTE) for span in time.spans] == [
        ("acknowledged", 2),
        ("inProgress", 1),
        ("check", 1),
        ("create", 2),
        ("build", 1),
        ("verify", 1),
        ("handOver", 1),
    ]


def test_a_hold_in_the_middle_of_a_stage_stands_between_its_halves():
    history = [
        placed(),
        told(e.ItemStarted),
        told(e.StageReached, stage=Stage.CREATE),
        told(e.ItemHeld, at=at(2), reason="quota"),
        told(e.ItemReleased, at=at(5)),
    ]
    labels = [span.label for span in item_time(history, "web", at(6)).spans if span.length]
    assert labels == ["create", "held", "create"]


def test_an_ended_item_stops_while_its_order_goes_on():
    history = [placed("1001", an_item("web"), an_item("db")), *delivery("web")]
    assert item_time(history, "web", at(30)).whole == 9 * MINUTE
    assert item_time(history, "db", at(30)).whole == 30 * MINUTE
    assert order_time(history, at(30)).whole == 30 * MINUTE


def test_a_failed_order_counts_its_clean_up():
    history = [
        placed(),
        told(e.ItemStarted, at=at(1)),
        told(e.StageReached, at=at(2), stage=Stage.CLEAN_UP),
        told(e.ItemFailed, at=at(5), reason="quota", cleanup=Cleanup.DONE),
    ]
    assert order_time(history, at(60)).whole == 5 * MINUTE
    assert item_time(history, "web", at(60)).spans[-1].label == "cleanUp"


def test_the_night_that_loses_an_hour_is_an_hour_shorter():
    evening = datetime(2026, 3, 28, 23, tzinfo=OSLO)
    morning = datetime(2026, 3, 29, 5, tzinfo=OSLO)
    assert order_time([placed(at=evening)], morning).whole == timedelta(hours=5)


def test_the_hour_that_comes_twice_counts_twice():
    first = datetime(2026, 10, 25, 2, 30, tzinfo=OSLO)
    again = first.replace(fold=1)
    history = [placed(at=first), told(e.ItemStarted, at=again)]
    assert order_time(history, again).whole == timedelta(hours=1)


def test_a_clock_that_ran_backwards_stands_still():
    history = [placed(at=at(10)), told(e.ItemStarted, at=at(4))]
    time = order_time(history, at(12))
    assert time.whole == 2 * MINUTE
    assert all(span.length >= timedelta() for span in time.spans)


def test_now_before_the_last_event_is_the_last_event():
    assert order_time([placed(at=at(10))], at(0)).whole == timedelta()


def test_spans_are_told_in_utc():
    span = order_time([placed(at=NOON.astimezone(OSLO))], at(1)).spans[0]
    assert span.start.tzinfo is span.end.tzinfo is UTC


def test_no_history_has_no_time():
    assert order_time([], NOON).whole == timedelta()
    assert order_time([], NOON).handovers == 0
