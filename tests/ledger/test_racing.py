"""Many at once: threads of one process, and processes of their own."""

import itertools
from contextlib import closing
from datetime import UTC, datetime

import pytest

from fixtures import racers
from fixtures.examples import placed, told
from fixtures.racing import in_processes, in_threads
from ledger import open_ledger
from ledger.drafts import Draft
from orders import events as e
from orders.errors import StaleOrder
from orders.service import place, record

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
STARTED = [told(e.RunTaken, run="run-1"), told(e.ItemStarted)]


def test_three_processes_make_the_ledger_and_work_in_it_all_at_once(empty_url):
    days = in_processes(racers.works, [(empty_url, 10)] * 3)
    assert [type(day) for day in days] == [racers.Day] * 3, days
    numbers = sorted(int(number) for day in days for number in day.numbers)
    assert numbers == list(range(1001, 1031))
    (order,) = {day.order for day in days}
    assert [day.new for day in days].count(True) == 1
    assert [day.lease is None for day in days].count(False) == 1
    assert max(day.version for day in days) == 31
    with closing(open_ledger(empty_url)) as ledger:
        assert ledger.count() == 1
        assert len(ledger.history(order)) == 31
        assert ledger.verify() == []


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


def test_order_numbers_are_given_out_once(ledger):
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


def test_a_draft_that_is_kept_twice_at_once_is_one(ledger):
    """As by a double click on its button."""
    draft = Draft(
        id="one", owner="kari", agency="BYM", offering="server", title="", body={}, saved_at=NOON
    )
    assert in_threads(8, lambda _: ledger.drafts.save(draft)) == [None] * 8
    assert ledger.drafts.of("kari") == [draft]
