"""A place for objects moved from AWS to another cloud: with all in it, undone at any step."""

from __future__ import annotations

import pytest

from fixtures.buckets import checksums, samples
from orders.errors import IllegalTransition
from orders.model import Cleanup, Stage, State
from orders.moving import REMOVE, SWITCH

GOALS = ("azure", "gcp", "openstack", "aws")


@pytest.mark.parametrize("goal", GOALS)
def test_it_is_moved_with_everything_in_it_after_two_yeses(world, move, clouds, goal):
    many = samples(250)
    move.fill(many)
    move.place(goal)

    item = move.run()
    assert (item.state, item.waiting_on.question) == (State.PENDING, SWITCH)
    assert move.new() == move.old() == checksums(many)
    assert [one.instance for one in world.book.things("byggesak")] == [move.thing.instance]

    move.say_yes()
    item = move.run()
    assert (item.state, item.waiting_on.question, item.stage) == (State.PENDING, REMOVE, Stage.KEEP)
    now = {one.instance: one for one in world.book.things("byggesak")}
    new = now[item.instance]
    assert (new.target.provider, new.changing, new.name) == (goal, move.number, move.thing.name)
    assert new.outputs
    assert move.there(move.thing.target, move.thing.resource)

    move.wait()
    move.say_yes()
    assert move.run().state is State.COMPLETED
    assert move.run("2").state is State.COMPLETED
    assert move.order.state is State.COMPLETED
    assert not move.there(move.thing.target, move.thing.resource)
    assert move.new() == checksums(many)
    (left,) = world.book.things("byggesak")
    assert (left.instance, left.changing) == (item.instance, None)
    assert list(world.book.verify()) == []


def test_before_the_grace_period_is_over_no_yes_removes_the_old_one(move):
    move.place("gcp")
    move.run()
    move.say_yes()
    move.run()
    with pytest.raises(IllegalTransition, match="before"):
        move.say_yes()
    assert move.there(move.thing.target, move.thing.resource)


@pytest.mark.parametrize("yeses", [0, 1])
def test_called_off_the_old_one_is_as_if_nothing_had_happened(world, move, yeses):
    before = move.old()
    move.place("gcp")
    move.run()
    for _ in range(yeses):
        move.say_yes()
        move.run()
    new = move.item()
    move.call_off()
    item = move.run()
    assert (item.state, item.cleanup) == (State.CANCELLED, Cleanup.DONE)
    assert move.order.state is State.CANCELLED
    assert not move.there(new.target, new.resource)
    assert move.old() == before
    (thing,) = world.book.things("byggesak")
    assert (thing.instance, thing.changing) == (move.thing.instance, None)
    assert list(world.book.verify()) == []


def test_what_was_written_to_the_new_one_comes_back_with_the_undoing(move):
    move.place("gcp")
    move.run()
    move.say_yes()
    move.run()
    move.write("new", "skrevet etterpå.txt", b"new words")
    move.call_off()
    assert move.run().state is State.CANCELLED
    assert move.old() == checksums(samples(6) | {"skrevet etterpå.txt": b"new words"})


def test_what_changes_while_its_owner_thinks_is_copied_before_the_switch(move):
    move.place("gcp")
    move.run()
    move.write("old", "kart/stor.bin", b"smaller now")
    move.write("old", "late.txt", b"late")
    move.say_yes()
    assert move.run().stage is Stage.KEEP
    assert move.new() == move.old()
    assert move.new() == checksums(
        samples(6) | {"kart/stor.bin": b"smaller now", "late.txt": b"late"}
    )


def test_an_object_that_changes_during_the_copy_is_not_lost(move, clouds):
    def meddle(name):
        clouds["gcp"].on_write = lambda _name: None
        move.write("old", name, b"changed meanwhile")

    move.place("gcp")
    clouds["gcp"].on_write = meddle
    item = move.run()  # the check says which one differs, and an operator tries again
    assert item.state is State.HELD
    assert "its copy" in item.reason
    move.release()
    assert move.run().state is State.PENDING
    assert move.new() == move.old()


def test_what_was_written_to_the_old_one_after_the_switch_keeps_it_from_being_removed(move):
    move.place("gcp")
    move.run()
    move.say_yes()
    move.run()
    move.write("old", "glemt program.txt", b"nobody told it")
    move.wait()
    move.say_yes()
    move.run()
    item = move.run("2")
    assert item.state is State.HELD
    assert "glemt program.txt" in item.reason
    assert move.there(move.thing.target, move.thing.resource)
