"""Found against wanted, through the flow: exact findings, and nothing is changed."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from flows.reconcile import reconcile
from ledger import restore_ledger
from orders.model import State
from providers.errors import Unavailable
from providers.types import Spec, Status


@pytest.fixture
def delivered(world, fulfil):
    """Three orders, delivered."""
    numbers = [world.place() for _ in range(3)]
    for number in numbers:
        fulfil(number)
        assert world.item(number).state is State.COMPLETED
    return numbers


def compared(world):
    """The state the flow ends in, and the table it wrote."""
    before = snapshot(world)
    state = reconcile("fake", "sandbox", return_state=True)
    assert snapshot(world) == before, "reconciliation changes nothing"
    run = str(state.state_details.flow_run_id)
    (table,) = [one["data"] for one in world.server.artifacts(run) if one["type"] == "table"]
    return state, table


def snapshot(world):
    orders = {row.id: world.book.history(row.id) for row in world.book.orders(limit=100)}
    return sorted(map(repr, world.cloud.inventory())), orders


def remove(world, number):
    record = world.cloud._records  # noqa: SLF001 - behind its back
    del record[next(ref for ref in record if ref.id == world.item(number).resource.id)]


def stranger(world, instance):
    spec = Spec(instance=instance, kind="virtual-machine", region="eu-north-1", parameters={})
    return world.cloud.apply(spec).ref.id


def retag(world, numbers):
    """Each has the tag of none of ours."""
    ids = {world.item(number).resource.id for number in numbers}
    for nth, record in enumerate(world.cloud._records.values()):  # noqa: SLF001 - behind its back
        if record.resource.ref.id in ids:
            record.resource = replace(record.resource, instance=f"{nth:x}" * 32)


def change(world, number):
    for record in world.cloud._records.values():  # noqa: SLF001 - behind its back
        if record.resource.ref.id == world.item(number).resource.id:
            larger = {**record.spec.parameters, "size": "t3.xlarge"}
            record.spec = replace(record.spec, parameters=larger)


def test_what_is_as_ordered_is_in_step(world, delivered):
    state, table = compared(world)

    assert (state.name, state.is_completed()) == ("In step", True)
    assert state.message == "3 in step, 0 missing, 0 orphan, 0 drifted"
    assert table == "[]"


def test_each_difference_is_found_and_nothing_else(world, delivered):
    gone, drifted, fine = delivered
    remove(world, gone)
    change(world, drifted)
    stray = stranger(world, "f" * 32)

    state, table = compared(world)

    assert state.name == "Differences"
    assert state.message == "1 in step, 1 missing, 1 orphan, 1 drifted"
    assert len(re.findall(r'"verdict"', table)) == 3
    assert f'"order": "{gone}"' in table
    assert f'"order": "{drifted}"' in table
    assert "t3.xlarge" in table
    assert stray in table
    assert f'"order": "{fine}"' not in table


def test_what_its_cloud_says_has_failed_is_drift(world, delivered):
    broken, *_ = delivered
    for record in world.cloud._records.values():  # noqa: SLF001 - behind its back
        if record.resource.ref.id == world.item(broken).resource.id:
            record.resource = replace(record.resource, status=Status.FAILED)

    state, table = compared(world)

    assert state.message == "2 in step, 0 missing, 0 orphan, 1 drifted"
    (row,) = json.loads(table)
    found = {"field": "status", "ordered": "ready", "found": "failed"}
    assert (row["order"], json.loads(row["evidence"])) == (broken, {"fields": [found]})


def test_fifteen_changes_behind_its_back_are_fifteen_findings(world, fulfil):
    """Five removed, five added, five whose tag names another: each is told once, and once more."""
    numbers = [world.place() for _ in range(12)]
    for number in numbers:
        fulfil(number)
    gone, retagged, fine = numbers[:5], numbers[5:10], numbers[10:]
    for number in gone:
        remove(world, number)
    retag(world, retagged)
    strays = [stranger(world, f"{nth}" * 32) for nth in range(5)]

    for _ in range(2):
        state, table = compared(world)

        rows = json.loads(table)
        told = {(row["verdict"], row["order"]) for row in rows if row["verdict"] != "orphan"}
        assert told == {("missing", n) for n in gone} | {("untagged", n) for n in retagged}
        assert sorted(r["resource"] for r in rows if r["verdict"] == "orphan") == sorted(strays)
        assert len(rows) == 15, [(row["verdict"], row["order"]) for row in rows]
        assert state.message.startswith(f"{len(fine)} in step, 5 missing, 5 orphan")


def test_what_is_being_delivered_is_neither_missing_nor_orphan(world, delivered, fulfil):
    early, late = world.place(), world.place()
    world.cloud.fail("apply", Unavailable("down"), times=3)
    fulfil(early)
    world.cloud.reads_until_ready = 10_000
    fulfil(late)
    assert world.item(early).resource is None
    assert world.item(late).state is State.HELD

    state, _ = compared(world)

    assert state.message == "4 in step, 0 missing, 0 orphan, 0 drifted"


def test_an_order_that_comes_in_between_makes_no_orphan(world, delivered, monkeypatch):
    """The inventory sees a machine whose order is placed while the comparison is under way."""
    inventory = world.cloud.inventory
    late = []

    class Cloud:
        def __getattr__(self, name):
            return getattr(world.cloud, name)

        def inventory(self):
            return [*inventory(), *late]

    number = world.place()
    instance = world.item(number).instance
    real = world.book.wanted
    looks = []

    def wanted(provider, account, _region=None):
        looks.append(1)
        rows = list(real(provider, account))
        return iter(rows if len(looks) > 1 else [r for r in rows if r.instance != instance])

    stranger(world, instance)
    monkeypatch.setattr(world.book, "wanted", wanted)
    world.use(connect=lambda _provider, _account: Cloud())

    state = reconcile("fake", "sandbox", return_state=True)

    assert state.message == "3 in step, 0 missing, 0 orphan, 0 drifted"


def test_what_a_restored_ledger_has_forgotten_is_found(world, delivered, fulfil, opened, tmp_path):
    """One order came after the backup: what it made is nobody's, and new orders leave it."""
    world.book.back_up(tmp_path / "backup", world.moment)
    later = world.place()
    fulfil(later)
    forgotten = world.item(later).resource.id
    restored = f"sqlite:///{tmp_path / 'restored.db'}"
    restore_ledger(restored, tmp_path / "backup", spare=10)[0].close()

    with opened(restored) as book:
        world.use(ledger=book)
        state, table = compared(world)
        assert state.message == "3 in step, 0 missing, 1 orphan, 0 drifted"
        assert forgotten in table
        new = world.place()
        fulfil(new)
        assert world.item(new).state is State.COMPLETED
        assert world.item(new).resource.id != forgotten
        assert book.verify() == []


def test_a_cloud_that_is_away_for_a_moment_is_asked_again(world, delivered):
    world.cloud.fail("inventory", Unavailable("down"), times=2)

    state = reconcile("fake", "sandbox", return_state=True)

    assert state.name == "In step"
    assert world.cloud.calls.count("inventory") == 3
