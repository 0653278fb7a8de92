"""Appending and reading back."""

from contextlib import closing
from datetime import datetime, timedelta

import pytest

from fixtures.examples import NOON, OSLO, an_item, delivery, placed, question, told
from ledger import NotStorable, open_ledger
from orders import events as e
from orders.errors import DuplicateExternalId, IllegalTransition, StaleOrder, UnknownOrder
from orders.lifecycle import replay
from orders.model import Cleanup, State
from orders.ports import Earlier


def test_a_history_comes_back_as_it_went_in(ledger):
    history = [placed("1001", an_item("web"), an_item("db")), *delivery("web")]
    ledger.append("1001", history, expected=0)
    assert ledger.history("1001") == history


def test_events_are_added_one_by_one_or_together(ledger):
    ledger.append("1001", [placed()], expected=0)
    for version, event in enumerate(delivery(), 1):
        ledger.append("1001", [event], expected=version)
    ledger.append("1002", [placed("1002"), *delivery()], expected=0)
    assert ledger.history("1001")[1:] == ledger.history("1002")[1:] == delivery()


def test_moments_come_back_in_utc(ledger):
    asked = told(e.QuestionAsked, at=NOON.astimezone(OSLO), waiting_on=question())
    ledger.append("1001", [placed(promised_at=NOON.astimezone(OSLO)), asked], expected=0)
    first, second = ledger.history("1001")
    for moment in (first.at, first.promised_at, second.at, second.waiting_on.deadline):
        assert moment.utcoffset() == timedelta()
    assert (second.at, first.promised_at) == (NOON, NOON)


def test_the_hour_that_comes_twice_is_kept_apart(ledger):
    first = datetime(2026, 10, 25, 2, 30, tzinfo=OSLO)
    events = [placed(at=first), told(e.ItemStarted, at=first.replace(fold=1))]
    ledger.append("1001", events, expected=0)
    one, other = ledger.history("1001")
    assert (other.at - one.at).total_seconds() == 3600


def test_the_order_of_answers_is_the_customers(ledger):
    answers = {"zone": 1, "name": 2, "age": [3, {"z": None, "a": True}]}
    ledger.append("1001", [placed("1001", an_item(answers=answers))], expected=0)
    (item,) = replay(ledger.history("1001")).items.values()
    assert list(item.answers) == ["zone", "name", "age"]
    assert next(ledger.wanted("aws", "sandbox")).answers == answers
    assert list(next(ledger.wanted("aws", "sandbox")).answers) == list(answers)


def test_an_order_nobody_placed_is_unknown(ledger):
    with pytest.raises(UnknownOrder, match="9999"):
        ledger.history("9999")


@pytest.mark.parametrize("expected", [0, 1, 3, 99])
def test_a_stale_version_is_refused_and_writes_nothing(ledger, expected):
    ledger.append("1001", [placed(), told(e.RunTaken, run="a")], expected=0)
    with pytest.raises(StaleOrder, match="1001"):
        ledger.append("1001", [told(e.ItemStarted)], expected=expected)
    assert len(ledger.history("1001")) == 2
    assert ledger.verify() == []


def test_an_order_that_does_not_exist_is_at_version_0(ledger):
    with pytest.raises(StaleOrder):
        ledger.append("1001", [told(e.ItemStarted)], expected=1)


def test_placing_the_same_order_twice_is_stale_not_a_duplicate(ledger):
    ledger.append("1001", [placed()], expected=0)
    with pytest.raises(StaleOrder):
        ledger.append("1001", [placed()], expected=0)


def test_a_used_external_id_is_a_duplicate_not_stale(ledger):
    ledger.append("1001", [placed(external_id="x")], expected=0)
    with pytest.raises(DuplicateExternalId, match="'x'"):
        ledger.append("1002", [placed("1002", external_id="x")], expected=0)
    with pytest.raises(UnknownOrder):
        ledger.history("1002")
    assert ledger.verify() == []


def test_two_agencies_may_use_the_same_external_id(ledger):
    ledger.append("1001", [placed(external_id="x", agency="parks")], expected=0)
    ledger.append("1002", [placed("1002", external_id="x", agency="schools")], expected=0)
    assert ledger.earlier("parks", "x") == Earlier(order="1001", fingerprint="fingerprint")
    assert ledger.earlier("schools", "x") == Earlier(order="1002", fingerprint="fingerprint")
    assert ledger.earlier("roads", "x") is None


def test_an_illegal_event_takes_all_the_others_with_it(ledger):
    ledger.append("1001", [placed()], expected=0)
    with pytest.raises(IllegalTransition):
        ledger.append("1001", [told(e.ItemStarted), told(e.ItemReleased)], expected=1)
    assert ledger.history("1001") == [placed()]
    assert ledger.order_row("1001").state is State.ACKNOWLEDGED


def test_events_of_another_order_are_refused(ledger):
    with pytest.raises(ValueError, match="1002"):
        ledger.append("1002", [placed("1001")], expected=0)


def test_appending_nothing_changes_nothing(ledger):
    ledger.append("1001", [], expected=0)
    with pytest.raises(UnknownOrder):
        ledger.history("1001")


@pytest.mark.parametrize(
    "answers",
    [
        {"name": "a\0b"},
        {"name": "half \ud83d"},
        {"sizes": ("s", "m")},
        {"when": NOON},
        {"load": float("nan")},
        {"thing": object()},
        {1: "a number as a key"},
    ],
    ids=["nul", "surrogate", "tuple", "moment", "nan", "object", "key"],
)
def test_what_would_not_come_back_as_it_is_is_refused(ledger, answers):
    with pytest.raises(NotStorable, match="OrderPlaced"):
        ledger.append("1001", [placed("1001", an_item(answers=answers))], expected=0)
    assert ledger.count() == 0


def test_a_moment_without_a_zone_is_refused(ledger):
    naive = NOON.replace(tzinfo=None)
    with pytest.raises(NotStorable, match="zone"):
        ledger.append("1001", [placed(promised_at=naive)], expected=0)


def test_odd_but_honest_text_is_kept(ledger):
    odd = {"a\\u0000b": "\\\\u0000", "emoji": "🧱", "quote": "'; DROP TABLE ledger; --"}
    ledger.append("1001", [placed("1001", an_item(answers=odd))], expected=0)
    assert ledger.history("1001")[0].items[0].answers == odd


def test_order_numbers_begin_at_1001(ledger):
    assert [ledger.next_number() for _ in range(3)] == ["1001", "1002", "1003"]


def test_all_is_there_after_opening_again(ledger, ledger_url):
    number = ledger.next_number()
    left = told(e.ItemFailed, reason="quota", cleanup=Cleanup.MANUAL_REQUIRED, leftovers=("i", "j"))
    history = [placed(number), *delivery()[:3], left]
    ledger.append(number, history, expected=0)
    ledger.close()
    with closing(open_ledger(ledger_url)) as again:
        assert again.history(number) == history
        assert again.order_row(number).state is State.FAILED
        assert again.next_number() == "1002"
        assert again.verify() == []
