"""A move whose runs die between every two steps: before a step is written down, and after it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from fixtures.buckets import checksums, samples
from ledger import SqlLedger
from orders import events as e
from orders.model import Cleanup, State
from providers.types import Ref

MOST = 40  # runs within which everything comes to its end


class Died(BaseException):
    """As a kill would: nothing of ours catches it."""


@pytest.fixture
def dying(monkeypatch: pytest.MonkeyPatch) -> Callable[..., object]:
    """While it lasts, whoever writes of an item dies, just before or just after."""
    real = SqlLedger.append

    @contextmanager
    def within(*, written: bool) -> Iterator[None]:
        def append(book, order, events, *, expected):
            if all(isinstance(one, e.RunTaken) for one in events):
                return real(book, order, events, expected=expected)
            if written:
                real(book, order, events, expected=expected)
            raise Died

        monkeypatch.setattr(SqlLedger, "append", append)
        try:
            yield
        finally:
            monkeypatch.setattr(SqlLedger, "append", real)

    return within


@pytest.fixture
def dies(move, dying) -> Callable[..., bool]:
    """One run dies before it has written its next word, and one after; False when none had any."""

    def once(item: str = "1") -> bool:
        for written in (False, True):
            with dying(written=written):
                try:
                    move.run(item)
                except Died:
                    continue
                except StopIteration:  # it waits for somebody, or has ended
                    pass
                return False
        return True

    return once


def to_its_end(dies, item: str = "1") -> int:
    """How many words it took, with two deaths to each."""
    for words in range(MOST):
        if not dies(item):
            return words
    pytest.fail("it never comes to its end")


def test_it_comes_to_its_end_though_every_run_dies_at_its_next_word(world, move, dies):
    move.place("gcp")
    assert to_its_end(dies) > 5
    assert move.item().state is State.PENDING
    assert move.new() == move.old() == checksums(samples(6))
    new = move.item().resource
    move.say_yes()
    assert to_its_end(dies) > 0
    assert move.item().resource == new, "one bucket, however often it was begun"
    move.wait()
    move.say_yes()
    to_its_end(dies)
    assert move.item().state is State.COMPLETED
    to_its_end(dies, "2")
    assert move.order.state is State.COMPLETED
    assert not move.there(move.thing.target, move.thing.resource)
    assert move.new() == checksums(samples(6))
    (left,) = world.book.things("byggesak")
    assert left.instance == move.item().instance
    assert list(world.book.verify()) == []


def inventory(clouds) -> set[Ref]:
    return {one.ref for name in ("aws", "gcp") for one in clouds[name].inventory()}


def test_called_off_after_any_step_it_is_undone_though_every_run_dies(world, move, clouds, dies):
    """After none, one, two ... of its steps; each time the old one is as if nothing had been."""
    before, stood = inventory(clouds), move.old()
    for steps in range(MOST):
        move.place("gcp")
        ended = not all(dies() for _ in range(steps))
        move.call_off()
        to_its_end(dies)
        item = move.item()
        assert item.state is State.CANCELLED, (steps, item.state, item.reason)
        assert item.cleanup in {Cleanup.DONE, Cleanup.NOT_REQUIRED}
        assert move.order.state is State.CANCELLED
        assert inventory(clouds) == before, steps
        assert move.old() == stood
        (thing,) = world.book.things("byggesak")
        assert (thing.instance, thing.changing) == (move.thing.instance, None)
        if ended:
            break
    assert steps > 5
    assert list(world.book.verify()) == []


def test_called_off_after_any_step_of_the_switch_nothing_written_since_is_lost(
    world, move, clouds, dies
):
    before = inventory(clouds)
    for steps in range(MOST):
        move.place("gcp")
        move.run()
        move.say_yes()
        ended = not all(dies() for _ in range(steps))
        if ended:
            move.write("new", f"etter-{steps}.txt", b"written to the new one")
        move.call_off()
        to_its_end(dies)
        assert move.order.state is State.CANCELLED, (steps, move.item().reason)
        assert inventory(clouds) == before, steps
        if ended:
            assert f"etter-{steps}.txt" in move.old()
            break
        assert move.old() == checksums(samples(6))
    assert steps > 0
    assert list(world.book.verify()) == []
