"""Many at once: threads of one process, and processes of their own."""

import itertools

import pytest

from fixtures import racers
from fixtures.examples import placed, told
from fixtures.racing import in_processes, in_threads
from orders import events as e
from orders.errors import StaleOrder
from orders.model import Stage
from orders.service import place, record

STARTED = [told(e.RunTaken, run="run-1"), told(e.ItemStarted)]


def start(ledger) -> None:
    ledger.append("1001", [placed(), *STARTED], expected=0)


def test_of_eight_writers_at_one_version_one_wins(ledger):
    start(ledger)
    outcomes = in_threads(
        8,
        lambda n: ledger.append("1001", [told(e.RunTaken, run=f"run-{n}")], expected=3),
    )
    assert [type(one) for one in outcomes if one is not None] == [StaleOrder] * 7
    assert len(ledger.history("1001")) == 4
    assert ledger.verify() == []


def test_eight_threads_record_side_by_side_and_nothing_is_lost(ledger):
    start(ledger)

    def work(number: int) -> None:
        for _ in range(4):
            record(ledger, "1001", told(e.RunTaken, run=str(number)))

    assert in_threads(8, work) == [None] * 8
    runs = [one.run for one in ledger.history("1001")[3:]]
    assert sorted(runs) == sorted(str(n) for n in range(8) for _ in range(4))
    assert ledger.order_row("1001").version == 35
    assert ledger.verify() == []


def test_three_processes_record_side_by_side_and_nothing_is_lost(ledger, ledger_url):
    start(ledger)
    versions = in_processes(racers.reaches_stages, [(ledger_url, "1001", 10)] * 3)
    assert max(versions) == 33
    stages = [one.stage for one in ledger.history("1001")[3:]]
    assert stages == [Stage.BUILD] * 30
    assert ledger.verify() == []


def test_one_order_posted_ten_times_at_once_is_one_order(ledger):
    def post(number: int) -> tuple[str, bool]:
        event = placed(ledger.next_number(), external_id="the same", by=str(number))
        order, new = place(ledger, event)
        return order.id, new

    outcomes = in_threads(10, post)
    assert len({order for order, _ in outcomes}) == 1
    assert [new for _, new in outcomes].count(True) == 1
    assert ledger.count() == 1
    assert ledger.verify() == []


def test_one_order_posted_by_three_processes_at_once_is_one_order(ledger, ledger_url):
    calls = [(ledger_url, "the same", str(n)) for n in range(3)]
    outcomes = in_processes(racers.places, calls)
    assert len({order for order, _ in outcomes}) == 1
    assert [new for _, new in outcomes].count(True) == 1
    assert ledger.count() == 1


def test_order_numbers_are_given_out_once(ledger, ledger_url):
    given = itertools.chain(*in_processes(racers.numbers, [(ledger_url, 20)] * 3))
    assert sorted(given, key=int) == [str(1001 + n) for n in range(60)]


def test_order_numbers_are_given_out_once_to_threads_too(ledger):
    given = in_threads(12, lambda _: [ledger.next_number() for _ in range(3)])
    assert sorted(itertools.chain(*given), key=int) == [str(1001 + n) for n in range(36)]


@pytest.mark.parametrize("again", [False, True], ids=["first", "taken over"])
def test_of_eight_claims_one_wins(ledger, again):
    start(ledger)
    seen = ledger.claim("1001", "web", "the dead one", None) if again else None
    won = [
        one
        for one in in_threads(8, lambda n: ledger.claim("1001", "web", f"worker-{n}", seen))
        if one is not None
    ]
    assert len(won) == 1
    assert won[0].generation == (2 if again else 1)
    assert ledger.ready()[0].lease == won[0]


def test_of_three_processes_that_claim_one_wins(ledger, ledger_url):
    start(ledger)
    calls = [(ledger_url, "1001", f"worker-{n}", None) for n in range(3)]
    won = [one for one in in_processes(racers.claims, calls) if one is not None]
    assert len(won) == 1
    assert ledger.ready()[0].lease == won[0]


def test_a_beat_and_a_take_over_at_once_never_both_succeed(ledger):
    start(ledger)
    for generation in range(1, 11):
        seen = ledger.ready()[0].lease
        mine = ledger.claim("1001", "web", "me", seen)
        assert mine is not None
        assert mine.generation == 2 * generation - 1
        beats, takes = in_threads(
            2,
            lambda n, mine=mine: (
                ledger.claim("1001", "web", "you", mine)
                if n
                else ledger.renew("1001", "web", mine.generation)
            ),
        )
        assert beats is not (takes is not None)
        if takes is None:
            assert ledger.claim("1001", "web", "you", ledger.ready()[0].lease) is not None
