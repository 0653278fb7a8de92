"""A cloud that knows no client tokens, and requests that arrive when nobody waits for them.

No look-up can win that race, so there will be twins. One look finds them all; what somebody agrees
to is taken away, and then there is nothing to find. The seed is printed; --seed chooses another.
"""

from __future__ import annotations

from dataclasses import replace
from random import Random
from threading import Lock

import pytest

from fixtures.crew import at_work
from fixtures.prefect_server import until
from flows.patience import Backoff, Patience
from flows.reconcile import reconcile
from flows.runtime import utc_now
from orders.entry import Stamp
from orders.findings import Decision
from orders.model import State
from orders.reconcile import Verdict
from providers.errors import Unavailable
from providers.fake import Fake

QUICK = Backoff(first=0.05, factor=1.2, most=0.2)
LATE = 0.3  # of the creations


class Tokenless:
    """A cloud where some creations are done only some calls after their sender gave them up."""

    def __init__(self, cloud: Fake, random: Random) -> None:
        self._cloud, self._random, self._lock = cloud, random, Lock()
        self._under_way = []
        self.twins = set()

    def __getattr__(self, name):
        self._pass_time()
        return getattr(self._cloud, name)

    def apply(self, spec):
        self._pass_time()
        with self._lock:
            if self._random.random() < LATE:
                self._under_way.append([self._random.randint(1, 40), spec])
                raise Unavailable("no answer came")
        return self._cloud.apply(spec)

    def arrive(self, calls: int) -> None:
        """What so many more calls let pass."""
        with self._lock:
            due = [one for one in self._under_way if one[0] <= calls]
            self._under_way = [
                [left - calls, spec] for left, spec in self._under_way if left > calls
            ]
            for _, spec in due:
                self._make(spec)

    def _pass_time(self) -> None:
        self.arrive(1)

    def _make(self, spec) -> None:
        """Without a look at what is there already; while no other call is in the cloud."""
        records = self._cloud._records  # noqa: SLF001 - as a cloud without tokens does
        with self._cloud._lock:  # noqa: SLF001 - others go through its records
            mine = (one for one in records.values() if one.spec.instance == spec.instance)
            first = next(mine, None)
            if first is None:
                self._cloud.apply(spec)
                return
            twin = replace(first.resource.ref, id=f"twin-{len(self.twins)}")
            records[twin] = replace(first, resource=replace(first.resource, ref=twin))
            self.twins.add(twin.id)


@pytest.mark.parametrize("count", [30, pytest.param(1000, marks=pytest.mark.long)])
def test_all_twins_are_found_by_one_look_and_none_by_the_next(world, request, count):
    seed = request.config.option.seed or 1
    print(f"seed {seed}: {count} orders")  # noqa: T201 - for whoever reads a red run
    cloud = Tokenless(world.cloud, Random(f"{seed} late"))
    patience = Patience(calls=QUICK, polls=QUICK, tries=20)
    world.use(now=utc_now, patience=patience, connect=lambda _provider, _account: cloud)
    numbers = [world.place() for _ in range(count)]
    open_ones = list(reversed(numbers))
    with at_work(world.house, limit=8):
        until(
            lambda: all_delivered(world, open_ones),
            "every order is delivered",
            60 + 6 * count,
        )
    cloud.arrive(1000)
    assert cloud.twins, "no request was late"

    found = looked(world)
    assert {one.seen.resource for one in found} == cloud.twins
    assert {one.seen.verdict for one in found} == {Verdict.LATE}

    for one in found:
        stamp = Stamp(by="amina", at=utc_now())
        assert world.book.findings.decide(one.id, stamp, Decision.YES, "")
    assert looked(world) == []
    ids = [world.item(number).resource.id for number in numbers]
    assert sorted(one.ref.id for one in world.cloud.inventory()) == sorted(ids)
    assert reconcile("fake", "sandbox", return_state=True).name == "In step"


def all_delivered(world, open_ones):
    """Asks again of those alone that were not; the first placed is the last of them."""
    while open_ones and world.order(open_ones[-1]).state is State.COMPLETED:
        open_ones.pop()
    return not open_ones


def looked(world):
    """The findings that are open after a look."""
    reconcile("fake", "sandbox", return_state=True)
    return list(world.book.findings.open(limit=1000))
