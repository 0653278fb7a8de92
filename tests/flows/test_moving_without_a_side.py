"""Places for objects of which one is gone, whoever removed it: what is nowhere else stays."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from fixtures.buckets import content
from fixtures.flow_world import QUICK
from fixtures.own_things import server
from flows import moving, runtime, sides, transfer
from flows.calls import NotAsOrdered
from flows.runtime import House
from flows.sides import Side
from orders.model import Action, Former, ResourceRef, Target
from providers.errors import InvalidSpec
from providers.fake import Fake
from providers.types import Ref, Spec

KIND = "object-storage"
OLD, NEW = (Target(provider="fake", account=name, region="oslo-1") for name in ("old", "new"))


@pytest.fixture
def clouds(monkeypatch, book):
    """By account. The fake, as some clouds may, lists nothing of what is not there."""
    found = {one.account: Fake(kinds=frozenset({KIND})) for one in (OLD, NEW)}
    house = House(ledger=book, connect=lambda _, account: found[account], patience=QUICK)
    monkeypatch.setattr(runtime, "house", lambda: house)
    return found


@pytest.fixture
def made(clouds):
    """A place with one object in it."""

    def one(target):
        spec = Spec(instance="0" * 32, kind=KIND, region=target.region, parameters={})
        side = Side(target, clouds[target.account].apply(spec).ref)
        clouds[target.account].write_object(side.ref, content("a", b"the last of it"))
        return side

    return one


@pytest.fixture
def held(clouds):
    return lambda side: [one.name for one in clouds[side.target.account].objects(side.ref)]


def gone(target):
    return Side(target, Ref(kind=KIND, region=target.region, id="gone"))


def test_a_side_that_is_gone_is_not_taken_for_an_empty_one(made, held):
    old, new = gone(OLD), made(NEW)
    assert held(old) == []
    for work in (transfer.copy, transfer.compare):
        with pytest.raises(InvalidSpec, match="is not there any more"):
            work(old, new)
    assert held(new) == ["a"]


def test_of_what_is_gone_nothing_is_carried_lost_or_emptied(made, held):
    old, new = made(OLD), gone(NEW)
    assert transfer.carry_back(new, old, 0.0).objects == 0
    transfer.check_saved(new, old, 0.0)
    transfer.empty(new)
    assert held(old) == ["a"]


def test_what_was_written_since_is_not_saved_where_the_other_is_gone(made):
    with pytest.raises(InvalidSpec, match="is not there any more"):
        transfer.check_saved(made(OLD), gone(NEW), 0.0)


@pytest.fixture
def undone(monkeypatch):
    """The way back, its steps called as they are instead of as Prefect's tasks."""
    steps = SimpleNamespace(check_spare=sides.check_spare, empty=transfer.empty)
    monkeypatch.setattr(moving, "stages", steps)

    def undo(old, new):
        resource = ResourceRef(kind=KIND, region=OLD.region, id=old.ref.id)
        told = {"order": "1001", "item": "1", "plan": "small", "parameters": {}, "answers": {}}
        former = Former(**told, resource=resource, target=OLD)
        item = server(kind=KIND, action=Action.MOVE, target=NEW, former=former)
        moving.empty_new(item, new.ref)

    return undo


def test_a_copy_whose_original_is_gone_is_not_emptied(made, held, undone, clouds):
    new = made(NEW)
    with pytest.raises(NotAsOrdered, match="the only copy"):
        undone(gone(OLD), new)
    assert held(new) == ["a"]
    while not clouds["new"].empty(new.ref):  # by somebody who has saved what is in it
        continue
    undone(gone(OLD), new)


def test_a_copy_whose_original_is_there_is_emptied(made, held, undone):
    old, new = made(OLD), made(NEW)
    undone(old, new)
    assert (held(old), held(new)) == (["a"], [])
