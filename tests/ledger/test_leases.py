"""Who works on what."""

import dataclasses
from datetime import timedelta

import pytest

from fixtures.examples import NOON, an_item, delivery, placed, question, told
from ledger import Lease
from orders import events as e
from orders.errors import UnknownOrder
from orders.model import State


@pytest.fixture
def order(ledger) -> str:
    ledger.append("1001", [placed()], expected=0)
    return "1001"


def place(ledger, order, *events, minutes=0, items=()) -> None:
    at = NOON + timedelta(minutes=minutes)
    ledger.append(order, [placed(order, *items, at=at), *events], expected=0)


def test_a_new_item_is_ready_and_nobodys(ledger, order):
    (ready,) = ledger.ready()
    assert (ready.order, ready.item, ready.name, ready.version) == ("1001", "web", "web", 1)
    assert (ready.agency, ready.offering, ready.plan) == ("parks", "linux-server", "small")
    assert (ready.provider, ready.state, ready.lease) == ("aws", State.ACKNOWLEDGED, None)


def test_only_items_with_work_to_do_are_ready(ledger):
    cancel = told(e.CancellationRequested)
    place(ledger, "1001")
    place(ledger, "1002", told(e.ItemStarted))
    place(ledger, "1003", told(e.ItemStarted), cancel)
    place(ledger, "1004", told(e.ItemStarted), cancel, told(e.CancellationAccepted))
    place(ledger, "2001", told(e.QuestionAsked, waiting_on=question()))
    place(ledger, "2002", told(e.ItemHeld, reason="outage"))
    place(ledger, "2003", told(e.ItemRejected, reason="no"))
    place(ledger, "2004", *delivery())
    assert [ready.order for ready in ledger.ready()] == ["1001", "1002", "1003", "1004"]


def test_a_claim_is_the_first_generation_and_is_seen_by_all(ledger, order):
    lease = ledger.claim(order, "web", "worker-1", None)
    assert lease == Lease(generation=1, beat=0, owner="worker-1", run=None, free=False)
    assert ledger.ready()[0].lease == lease


def test_a_renewal_beats_and_names_the_run(ledger, order):
    ledger.claim(order, "web", "worker-1", None)
    assert ledger.renew(order, "web", 1, run="run-7", owner="a process")
    assert ledger.renew(order, "web", 1)
    assert ledger.ready()[0].lease == Lease(
        generation=1,
        beat=2,
        owner="a process",
        run="run-7",
        free=False,
    )


def test_a_claim_fails_when_the_lease_has_beaten_since_it_was_seen(ledger, order):
    seen = ledger.claim(order, "web", "worker-1", None)
    ledger.renew(order, "web", 1)
    assert ledger.claim(order, "web", "worker-2", seen) is None
    assert ledger.claim(order, "web", "worker-2", None) is None


def test_a_lease_that_stood_still_is_taken_over_and_its_run_is_forgotten(ledger, order):
    ledger.claim(order, "web", "worker-1", None)
    ledger.renew(order, "web", 1, run="run-7")
    new = ledger.claim(order, "web", "worker-2", ledger.ready()[0].lease)
    assert new == Lease(generation=2, beat=0, owner="worker-2", run=None, free=False)


def test_a_lease_that_stood_still_is_inherited_with_its_run(ledger, order):
    ledger.claim(order, "web", "worker-1", None)
    ledger.renew(order, "web", 1, run="run-7")
    left = ledger.ready()[0].lease
    inherited = ledger.inherit(order, "web", "worker-2", left)
    assert inherited == Lease(generation=1, beat=2, owner="worker-2", run="run-7", free=False)
    assert ledger.ready()[0].lease == inherited
    assert ledger.inherit(order, "web", "worker-3", left) is None, "one heir"


def test_a_released_lease_is_not_inherited(ledger, order):
    ledger.claim(order, "web", "worker-1", None)
    ledger.release(order, "web", 1)
    assert ledger.inherit(order, "web", "worker-2", ledger.ready()[0].lease) is None


def test_whoever_lost_a_lease_can_neither_renew_nor_release_it(ledger, order):
    seen = ledger.claim(order, "web", "worker-1", None)
    new = ledger.claim(order, "web", "worker-2", seen)
    assert not ledger.renew(order, "web", 1)
    ledger.release(order, "web", 1)
    assert ledger.ready()[0].lease == new


def test_a_released_lease_is_free_and_its_generation_never_comes_again(ledger, order):
    first = ledger.claim(order, "web", "worker-1", None)
    ledger.release(order, "web", 1)
    free = ledger.ready()[0].lease
    assert free == dataclasses.replace(first, free=True)
    assert not ledger.renew(order, "web", 1)
    assert ledger.claim(order, "web", "worker-2", first) is None
    assert ledger.claim(order, "web", "worker-2", free).generation == 2


def test_an_item_nobody_ordered_cannot_be_claimed(ledger, order):
    with pytest.raises(UnknownOrder, match="db"):
        ledger.claim(order, "db", "worker-1", None)
    assert not ledger.renew(order, "db", 1)


def test_each_item_has_its_own_lease(ledger):
    place(ledger, "1001", items=(an_item("web"), an_item("db")))
    ledger.claim("1001", "db", "worker-1", None)
    leases = {ready.item: ready.lease for ready in ledger.ready()}
    assert leases["web"] is None
    assert leases["db"].owner == "worker-1"


def test_the_limit_counts_waiting_items_oldest_first(ledger):
    for number, minutes in [("1001", 30), ("1002", 10), ("1003", 20)]:
        place(ledger, number, minutes=minutes)
    assert [ready.order for ready in ledger.ready(limit=2)] == ["1002", "1003"]


def test_a_long_queue_hides_no_held_item_and_held_items_no_queue(ledger):
    for number in range(1001, 1009):
        place(ledger, str(number), minutes=number)
    for number in ("1007", "1008"):
        ledger.claim(number, "web", "the dead one", None)
    ledger.release("1008", "web", 1)
    found = [(ready.order, ready.lease is not None) for ready in ledger.ready(limit=2)]
    assert found == [("1007", True), ("1001", False), ("1002", False)]


def test_held_items_are_due_when_their_time_has_come(ledger):
    for number, minutes in [("1001", 5), ("1002", 3), ("1003", 60)]:
        at = NOON + timedelta(minutes=minutes)
        place(ledger, number, told(e.ItemHeld, reason="quota", resume_at=at))
    place(ledger, "1004", told(e.ItemHeld, reason="a person must look"))
    later = NOON + timedelta(minutes=5)
    assert ledger.due(NOON, 10) == []
    assert ledger.due(later, 10) == [("1002", "web"), ("1001", "web")]
    assert ledger.due(later, 1) == [("1002", "web")]


def test_a_released_item_is_due_no_more(ledger):
    held = told(e.ItemHeld, reason="quota", resume_at=NOON)
    place(ledger, "1001", held, told(e.ItemReleased))
    assert ledger.due(NOON, 10) == []


def test_a_held_item_whose_cancellation_is_assessed_is_not_due(ledger):
    held = told(e.ItemHeld, reason="quota", resume_at=NOON)
    place(ledger, "1001", held, told(e.CancellationRequested))
    assert ledger.due(NOON, 10) == []
    refused = told(e.CancellationRefused, reason="too late")
    ledger.append("1001", [refused], expected=3)
    assert ledger.due(NOON, 10) == [("1001", "web")]
