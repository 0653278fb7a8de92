"""Waiting for the ledger to grow."""

import threading
import time
from contextlib import closing

import pytest

from fixtures import racers
from fixtures.examples import NOON, placed, told
from fixtures.racing import in_processes
from ledger import open_ledger
from orders import events as e

PROMPT = 5.0  # generous: a loaded machine; what is waited for takes a tenth of it at most
AT_ONCE = 0.2


@pytest.fixture
def changes(ledger):
    with closing(ledger.changes()) as changes:
        yield changes


def waited(changes, timeout: float) -> tuple[bool, float]:
    start = time.monotonic()
    return changes.wait(timeout), time.monotonic() - start


def test_nothing_new_waits_the_whole_time_and_is_false(changes):
    changed, seconds = waited(changes, 0.4)
    assert not changed
    assert 0.35 < seconds < PROMPT


def test_an_event_appended_before_the_wait_is_not_missed(ledger, changes):
    ledger.append("1001", [placed()], expected=0)
    changed, seconds = waited(changes, 60)
    assert changed
    assert seconds < PROMPT
    assert not changes.wait(AT_ONCE)


def test_many_events_between_two_waits_are_not_as_many_changes(ledger, changes):
    ledger.append("1001", [placed()], expected=0)
    for version in range(1, 11):
        ledger.append("1001", [told(e.RunTaken, run="r")], expected=version)
    woken = 0
    while changes.wait(60 if not woken else AT_ONCE):
        woken += 1
    # One, but for what PostgreSQL has not handed over yet.
    assert 1 <= woken <= 5


def test_an_append_in_another_thread_ends_the_wait(ledger, changes):
    append = threading.Timer(0.3, ledger.append, ("1001", [placed()]), {"expected": 0})
    append.start()
    changed, seconds = waited(changes, 60)
    append.join()
    assert changed
    assert seconds < PROMPT


def test_an_append_of_another_process_ends_the_wait(ledger, ledger_url, changes):
    outcome = []
    thread = threading.Thread(
        target=lambda: outcome.append(in_processes(racers.places, [(ledger_url, "x")])),
    )
    thread.start()
    assert changes.wait(60)
    thread.join()
    assert outcome == [[("1001", True)]]


def test_every_waiter_is_woken(ledger, ledger_url):
    with (
        closing(open_ledger(ledger_url)) as other,
        closing(ledger.changes()) as one,
        closing(ledger.changes()) as two,
        closing(other.changes()) as three,
    ):
        ledger.append("1001", [placed()], expected=0)
        assert [changes.wait(60) for changes in (one, two, three)] == [True] * 3


def test_leases_and_sessions_wake_nobody(ledger, changes):
    ledger.append("1001", [placed()], expected=0)
    assert changes.wait(60)
    ledger.claim("1001", "web", "worker-1", None)
    ledger.renew("1001", "web", 1)
    ledger.open_session({"subject": "kari"}, NOON, NOON)
    assert ledger.next_number() == "1001"
    assert not changes.wait(AT_ONCE)


def test_an_append_that_was_refused_wakes_nobody(ledger, changes):
    with pytest.raises(Exception, match="1001"):
        ledger.append("1001", [placed(items=())], expected=0)
    assert not changes.wait(AT_ONCE)


def test_closing_ends_a_wait(changes):
    close = threading.Timer(0.3, changes.close)
    close.start()
    changed, seconds = waited(changes, 60)
    close.join()
    assert not changed
    assert seconds < PROMPT


def test_waiting_on_what_is_closed_is_over_at_once_and_closing_twice_is_fine(changes):
    changes.close()
    changes.close()
    changed, seconds = waited(changes, 60)
    assert not changed
    assert seconds < PROMPT
