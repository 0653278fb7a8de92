"""Moves that are killed, refused, throttled or robbed: nothing doubled, nothing lost."""

from __future__ import annotations

import pytest

from fixtures.buckets import checksums, samples
from flows.judging import Look
from orders.findings import Scope
from orders.model import Cleanup, Stage, State
from providers.errors import NotAuthorised, Throttled
from providers.types import Ref


@pytest.mark.parametrize("writes", [1, 5])
def test_a_copy_whose_run_dies_goes_on_where_it_was(move, clouds, writes):
    clouds["gcp"].stops.add(("write", writes))
    move.place("gcp")
    assert move.run().state is State.IN_PROGRESS
    assert len(move.new()) == writes
    assert move.run().state is State.PENDING
    assert clouds["gcp"].written() == len(samples(6))
    assert move.new() == move.old()


def test_a_run_that_dies_after_the_yes_goes_on(move, clouds):
    move.place("gcp")
    move.run()
    move.write("old", "late.txt", b"late")
    move.say_yes()
    clouds["gcp"].stops.add(("write", clouds["gcp"].written() + 1))
    assert (move.run().state, move.item().stage) == (State.IN_PROGRESS, Stage.SWITCH)
    assert move.run().stage is Stage.KEEP
    assert move.new() == move.old()


def test_a_run_that_dies_while_undoing_goes_on(move, clouds):
    move.place("gcp")
    new = move.run()
    move.call_off()
    clouds["gcp"].stops.add(("empty", 1))
    assert move.run().state is State.PENDING_CANCELLATION
    assert move.run().state is State.CANCELLED
    assert not move.there(new.target, new.resource)


def test_a_run_that_dies_while_the_old_one_is_emptied_goes_on(move, clouds):
    move.place("gcp")
    move.run()
    move.say_yes()
    move.run()
    move.wait()
    move.say_yes()
    move.run()
    clouds["aws"].stops.add(("empty", 1))
    assert move.run("2").state is State.IN_PROGRESS
    assert move.run("2").state is State.COMPLETED
    assert not move.there(move.thing.target, move.thing.resource)


@pytest.mark.parametrize("kind", ["throttle", "lost", "reset"])
def test_faults_on_the_way_double_and_lose_nothing(move, google_emulator, aws_emulator, kind):
    google_emulator.fault(match="storage.objects.insert", kind=kind, times=2)
    aws_emulator.fault(match="s3.GetObject", kind=kind, times=2)
    aws_emulator.fault(match="s3.ListObjectsV2", kind=kind)
    move.place("gcp")
    assert move.run().state is State.PENDING
    assert move.new() == move.old() == checksums(samples(6))


def test_without_rights_to_the_data_it_waits_for_an_operator_and_touches_nothing(move, clouds):
    def refused(_name):
        raise NotAuthorised("the worker may not write objects there")

    clouds["gcp"].on_write = refused
    move.place("gcp")
    item = move.run()
    assert (item.state, item.resume_at) == (State.HELD, None)
    assert "NotAuthorised" in item.reason
    assert move.old() == checksums(samples(6))


def test_what_is_asked_too_often_waits_by_itself(move, clouds):
    def refused(_name):
        raise Throttled("too often")

    clouds["gcp"].on_write = refused
    move.place("gcp")
    assert move.run().resume_at is not None


def test_when_the_old_one_is_gone_nothing_is_left_of_the_move(move, clouds):
    ref = Ref(kind="object-storage", region=move.thing.target.region, id=move.thing.resource.id)
    aws = clouds["aws"].inner
    while not aws.empty(ref):
        continue
    aws.delete(ref)
    move.place("gcp")
    item = move.run()
    assert item.state is State.FAILED
    assert item.cleanup is Cleanup.DONE
    assert move.item("2").state is State.REJECTED


def test_a_name_that_is_taken_ends_it_with_the_old_one_untouched(move, google_emulator):
    google_emulator.fault(
        match="storage.buckets.insert", kind="error", status=409, code="conflict", message="taken"
    )
    move.place("gcp")
    item = move.run()
    assert item.state is State.FAILED
    assert "taken" in item.reason or "in use" in item.reason
    assert move.old() == checksums(samples(6))


def test_both_are_ours_to_reconciliation_at_every_step(world, move, clouds):
    def strays():
        found = []
        for name, there in clouds.items():
            scope = Scope(provider=name, account="sandbox", region=None)
            found += Look(there=there, scope=scope, now=world.moment).differences()
        return [(one.verdict, one.resource) for one in found]

    move.place("gcp")
    seen = [strays()]
    for yes in (False, True, True):
        if yes:
            move.wait()
            move.say_yes()
        move.run()
        seen.append(strays())
    move.run("2")
    assert [*seen, strays()] == [[]] * 5
