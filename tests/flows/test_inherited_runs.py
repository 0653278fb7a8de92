"""What a dispatcher inherits from one that is gone: runs that wait, and runs that were begun."""

from __future__ import annotations

from uuid import uuid4

from fixtures.orders_placed import place
from fixtures.played_prefect import WHEN, PlayedRuns, made


def test_a_run_in_the_queue_goes_on_waiting_when_its_dispatcher_is_gone(book, monkeypatch):
    gone, desk = neighbours(book, monkeypatch)
    number = place(book)
    gone.round()
    (waiting,) = desk.runs.made.values()

    desk.rounds(30)

    assert list(desk.runs.made) == [f"{number}/1:1"]
    assert desk.runs.buried == {}
    kept = desk.lease(number)
    assert (kept.generation, kept.owner, kept.run) == (1, "two", str(waiting))
    desk.take_over(number)
    desk.rounds(3)
    assert desk.lease(number).beat == kept.beat + 1, "from then on only the run makes it beat"


def test_a_run_follows_a_dead_one_in_its_place_of_the_queue(book, monkeypatch):
    gone, desk = neighbours(book, monkeypatch)
    number = place(book)
    gone.round()
    dead = gone.take_over(number)

    desk.rounds(8)

    follows = desk.runs.made[f"{number}/1:2"]
    assert dead in desk.runs.buried
    assert (desk.runs.due[dead], desk.runs.due[follows]) == (None, WHEN)


def test_a_run_that_woke_up_while_its_heir_asked_prefect_keeps_its_item(book, monkeypatch):
    gone, desk = neighbours(book, monkeypatch)
    number = place(book)
    gone.round()
    slept = gone.take_over(number)
    find = desk.runs.find

    def awake(run):
        assert book.renew(number, "1", 1)
        return find(run)

    desk.runs.find = awake
    desk.rounds(8)

    assert desk.runs.buried == {}
    assert (desk.lease(number).generation, desk.lease(number).run) == (1, str(slept))


def test_a_dispatcher_that_died_before_it_made_the_run_is_followed_by_the_same_run(desk):
    number = place(desk.book)
    desk.book.claim(number, "1", "another, which is gone", None)
    run = desk.runs.made.setdefault(f"{number}/1:1", uuid4())

    desk.rounds(8)

    assert desk.runs.made == {f"{number}/1:1": run}
    assert desk.lease(number).run == str(run)


def test_a_worker_takes_nothing_new_before_what_was_left_has_its_runs(book, monkeypatch):
    gone, desk = neighbours(book, monkeypatch)
    number = place(book)
    gone.round()
    gone.take_over(number)
    told = []
    bury = desk.runs.bury

    def burying(run, why):
        told.append(desk.dispatcher.settling())
        return bury(run, why)

    desk.runs.bury = burying
    desk.rounds(8)

    assert told == [True]
    assert not desk.dispatcher.settling()


def neighbours(book, monkeypatch):
    """Two dispatchers at one Prefect, of which the first does nothing more than it is told."""
    runs = PlayedRuns()
    return made(book, monkeypatch, "one", runs), made(book, monkeypatch, "two", runs)
