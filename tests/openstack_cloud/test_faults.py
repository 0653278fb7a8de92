"""Whatever goes wrong at whichever call to a real OpenStack: one thing in the end, or none.

The door before it loses answers, cuts connections, throttles and refuses; a build that fails later
and a host without room are Nova's own doing.
"""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from emulators.openstack.offered import TITLES
from fixtures.deliveries import EVERY, Faults, check_struck
from providers import connect
from providers.errors import Unavailable
from providers.openstack import _connect

KINDS = (
    "virtual-machine",
    "network",
    pytest.param("database", marks=pytest.mark.long),  # the same server with another first start
)
ONE = (
    "virtual-machine",
    *(pytest.param(k, marks=pytest.mark.long) for k in ("network", "database")),
)
SEEDS = (
    2,
    *(pytest.param(seed, marks=pytest.mark.long) for seed in (1, 3)),
)  # each strikes early on
READING = (".list", ".get", ".head", ".version")
AT_ONCE = ("throttle", "error", "reset", "lost", "delay", "quota")
LATE = ("async-error", "no-capacity")


def reads(title: str) -> bool:
    return title.endswith(READING)


def called(plane) -> list[str]:
    """What was called since the last count, each title once; then count from nothing."""
    titles = [one for one in dict.fromkeys(plane.door.calls.titles()) if one in TITLES]
    plane.door.calls.clear()
    return [one for one in titles if not one.startswith("identity.")]


@pytest.mark.parametrize("every", EVERY)
@pytest.mark.parametrize("kind", KINDS)
def test_one_fault_anywhere_on_the_way_ends_as_one_resource(trial, kind, every):
    case = trial.cases[kind]
    before = trial.delivery(case.spec)
    ready = before.deliver()
    titles, whole = called(trial.plane), trial.pieces()
    assert case.create in titles
    before.remove(ready)
    faults = Faults(titles, reads, lambda title: AT_ONCE + (LATE if title == case.late else ()))
    for number, rule in enumerate(faults.each(every=every)):
        trial.plane.fault(**rule)
        one = trial.delivery(replace(case.spec, instance=f"{number:032x}"))
        ready = one.deliver()
        check_struck(trial.plane.door.rules.report(), one, rule)
        assert trial.pieces() == whole, rule
        assert list(trial.cloud.inventory()) == [ready], rule
        assert list(trial.cloud.preview(one.spec)) == [], rule
        trial.plane.door.clear()
        one.remove(ready)
        assert trial.pieces() == {}, rule


@pytest.mark.parametrize("every", EVERY)
@pytest.mark.parametrize("kind", ONE)
def test_one_fault_anywhere_on_the_way_back_ends_as_nothing(trial, kind, every):
    one = trial.delivery(trial.cases[kind].spec)
    ready = one.deliver()
    called(trial.plane)
    one.remove(ready)
    faults = Faults(called(trial.plane), reads, lambda _: AT_ONCE[:-1])
    for number, rule in enumerate(faults.each(every=every)):
        spec = replace(trial.cases[kind].spec, instance=f"{number:032x}")
        ready = trial.delivery(spec).deliver()
        trial.plane.fault(**rule)
        one = trial.delivery(spec)
        one.remove(ready)
        check_struck(trial.plane.door.rules.report(), one, rule)
        trial.plane.door.clear()
        assert trial.pieces() == {}, rule


@pytest.mark.long
@pytest.mark.parametrize("kind", KINDS)
def test_every_fault_at_every_call_one_after_the_other_ends_as_one_resource(trial, kind):
    case = trial.cases[kind]
    before = trial.delivery(case.spec)
    ready = before.deliver()
    titles, whole = called(trial.plane), trial.pieces()
    before.remove(ready)
    faults = Faults(titles, reads, lambda _: AT_ONCE)
    for rule in faults.together():
        trial.plane.fault(**rule)
    one = trial.delivery(replace(case.spec, instance="f" * 32))
    one.steps = 200
    ready = one.deliver()
    struck = Counter(rule["kind"] for rule in trial.plane.door.rules.report() if rule["struck"])
    assert set(struck) >= {"throttle", "error", "reset", "quota", "lost"}, struck
    trial.plane.door.clear()
    assert trial.pieces() == whole
    assert list(trial.cloud.inventory()) == [ready]
    one.remove(ready)
    assert trial.pieces() == {}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("kind", ONE)
def test_a_storm_of_lost_answers_never_makes_a_second(trial, kind, seed):
    lost = {"match": "(compute|network|image).*", "kind": "lost"}
    trial.plane.fault(**lost, probability=0.15, seed=seed)
    one = trial.delivery(replace(trial.cases[kind].spec, instance=f"{seed:032x}"))
    ready = one.deliver()
    assert one.met
    trial.plane.door.clear()
    assert list(trial.cloud.inventory()) == [ready]
    one.remove(ready)
    assert trial.pieces() == {}


@pytest.mark.parametrize("kind", ONE)
def test_a_delete_while_the_cloud_is_away_forgets_nothing(trial, kind):
    one = trial.delivery(trial.cases[kind].spec)
    ready = one.deliver()
    trial.plane.fault(match=".*", kind="reset", times=None)
    for verb in (trial.cloud.delete, trial.cloud.read):
        with pytest.raises(Unavailable):
            verb(ready.ref)
    with pytest.raises(Unavailable):
        list(trial.cloud.inventory())
    trial.plane.door.clear()
    assert trial.cloud.read(ready.ref) == ready
    one.remove(ready)
    assert trial.pieces() == {}


@pytest.mark.parametrize("kind", KINDS)
def test_of_two_processes_that_come_at_the_same_time_one_makes_it(trial, openstack_account, kind):
    """Two connections that share no lock, as two processes have."""
    spec, clouds = trial.cases[kind].spec, []
    for _ in range(2):
        clouds.append(connect("openstack", openstack_account))
        _connect.cache_clear()
    assert clouds[0] is not clouds[1]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda cloud: cloud.apply(spec), clouds))
    for _ in range(3):
        trial.plane.settle()
        refs = {cloud.apply(spec).ref for cloud in clouds}
    assert len(refs) == 1
    assert [one.ref for one in clouds[0].inventory()] == list(refs)
    made = trial.pieces()
    assert (made["servers"], made["networks"]) in {(1, 0), (0, 1)}
