"""From the ledger to runs, round by round, on a clock the test holds and a Prefect it plays."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from datetime import timedelta

import pytest

from fixtures.orders_placed import place
from fixtures.played_prefect import AtOnce, PlayedRuns, made
from flows.dispatch import OUTSTANDING
from orders import events as e
from orders import service


def test_a_new_item_gets_one_run_at_once_and_the_worker_hears_of_it(desk):
    number = place(desk.book)

    desk.round()
    desk.round()

    assert list(desk.runs.made) == [f"{number}/1:1"]
    assert desk.lease(number).run == str(desk.runs.made[f"{number}/1:1"])
    assert desk.woken >= 1


def test_two_items_get_a_run_each(desk):
    number = place(desk.book, items=2)

    desk.round()

    assert list(desk.runs.made) == [f"{number}/1:1", f"{number}/2:1"]


def test_it_keeps_the_item_until_the_run_takes_over(desk):
    number = place(desk.book)
    desk.rounds(30)
    assert desk.lease(number).generation == 1, "nobody thinks it dead while it waits in the queue"
    kept = desk.lease(number).beat

    desk.take_over(number)
    desk.round(1)
    desk.rounds(3)

    assert desk.lease(number).beat == kept + 1, "from then on only the run makes it beat"


@pytest.mark.parametrize("jump", [timedelta(hours=1), timedelta(hours=-1)], ids=["on", "back"])
def test_a_clock_that_jumps_an_hour_takes_no_item_from_its_run(desk, jump):
    number = place(desk.book)
    desk.round()
    desk.take_over(number)
    desk.moment += jump

    for _ in range(20):
        desk.round(1.0)
        assert desk.book.renew(number, "1", 1)

    assert list(desk.runs.made) == [f"{number}/1:1"]
    assert desk.runs.buried == {}


def test_while_prefect_is_away_the_item_stays_and_goes_on_afterwards(desk):
    number, stop = place(desk.book), threading.Event()
    desk.runs.away = True
    thread = threading.Thread(target=desk.dispatcher.step, args=(AtOnce(), stop))
    thread.start()
    while not desk.book.ready()[0].lease:
        pass
    assert desk.runs.made == {}

    desk.runs.away = False
    thread.join(120)

    assert list(desk.runs.made) == [f"{number}/1:1"]
    assert desk.kinds(number) == ["OrderPlaced"], "nothing was written of it"


def test_only_so_many_wait_in_prefects_queue(desk):
    for _ in range(OUTSTANDING + 6):
        place(desk.book)

    desk.rounds(3)
    assert len(desk.runs.made) == OUTSTANDING
    first = next(iter(desk.runs.made)).split("/")[0]
    desk.take_over(first)
    desk.rounds(2)

    assert len(desk.runs.made) == OUTSTANDING + 1


def test_two_dispatchers_make_one_run(book, monkeypatch):
    runs = PlayedRuns()
    one, other = made(book, monkeypatch, "one", runs), made(book, monkeypatch, "other", runs)
    numbers = [place(book) for _ in range(10)]

    threads = [threading.Thread(target=d.rounds, args=(3,)) for d in (one, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert sorted(runs.made) == sorted(f"{number}/1:1" for number in numbers)


def test_a_held_item_is_released_when_its_time_has_come(desk):
    number = place(desk.book)
    resume_at = desk.moment + timedelta(minutes=1)
    held = e.ItemHeld(
        at=desk.moment, by="fulfil", item="1", reason="Throttled", resume_at=resume_at
    )
    service.record(desk.book, number, held)
    desk.round()
    assert desk.kinds(number)[-1] == "ItemHeld"

    desk.moment = resume_at
    desk.round()

    assert desk.kinds(number)[-1] == "ItemReleased"
    assert f"{number}/1:1" in desk.runs.made


def test_a_chore_that_fails_as_nobody_foresaw_is_told_and_tried_again(desk, caplog):
    def broken():
        raise ValueError("an answer of another Prefect")

    desk.runs.live = broken
    desk.rounds(12)

    told = [one for one in caplog.records if one.exc_info and "chore" in one.message]
    assert len(told) > 1


def test_chores_do_not_pile_up_while_prefect_does_not_answer(desk):
    class Stuck:
        asked = 0

        def submit(self, _work, *_args):
            Stuck.asked += 1
            return Future()

    for _ in range(100):
        desk.now += 1
        desk.dispatcher.step(Stuck(), threading.Event())

    assert Stuck.asked == 4, "a glance, a sweep, a look for previews and one for access data"
