"""Two processes that share no lock are at the same thing: one of it in the end, and all of it.

A lease prevents it in the product. Here each waits before every call until it is its turn, so that
one comes in between at whichever call of the other.
"""

from __future__ import annotations

import itertools
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from emulators.openstack import call as calls
from fixtures.deliveries import EVERY, Delivery
from fixtures.openstack_emulator import OpenstackEmulator
from providers import Provider, connect
from providers.openstack import _connect
from providers.openstack.clients import Api
from providers.types import Spec

LONG = ("database", "object-storage")  # the former is made as a machine, the latter has a name
KINDS = ("virtual-machine", "network", *(pytest.param(k, marks=pytest.mark.long) for k in LONG))
PATIENCE = 300  # seconds until one's turn comes
MANY = 100  # more calls than one of them makes
mine = threading.local()  # whose calls this thread makes


@dataclass
class Turns:
    """Two processes, a call at a time: so many of one, so many of the other, then the rest."""

    first: int
    then: int
    changed: threading.Condition = field(default_factory=threading.Condition)
    made: Counter[int] = field(default_factory=Counter[int])
    done: set[int] = field(default_factory=set[int])

    def __post_init__(self) -> None:
        self._left = itertools.chain([0] * self.first, [1] * self.then, [0] * MANY, [1] * MANY)
        self._now = next(self._left)

    @contextmanager
    def taken(self, who: int) -> Iterator[None]:
        """One call of `who`, when it is its turn."""
        with self.changed:
            came = self.changed.wait_for(lambda: self._now == who, PATIENCE)
        assert came, "the turn never came"
        self.made[who] += 1
        try:
            yield
        finally:
            self._go_on()

    def end(self, who: int) -> None:
        self.done.add(who)
        if self._now == who:
            self._go_on()

    def _go_on(self) -> None:
        with self.changed:
            self._now = next((one for one in self._left if one not in self.done), -1)
            self.changed.notify_all()


def in_turn(real):
    """A call that waits for its turn, where it is made by one of the two."""

    def ask(*arguments, **named):
        turns = getattr(mine, "turns", None)
        if turns is None:
            return real(*arguments, **named)
        with turns.taken(mine.who):
            return real(*arguments, **named)

    return ask


@pytest.fixture
def race(openstack_sandbox, monkeypatch):
    """Both ask for the same; tells the connection of each, and how many calls each has made."""
    clouds = []
    for _ in range(2):
        clouds.append(connect("openstack", openstack_sandbox))
        _connect.cache_clear()
    assert clouds[0] is not clouds[1]
    monkeypatch.setattr(Api, "ask", in_turn(Api.ask))

    def apply(spec, turns: Turns, who: int) -> None:
        mine.turns, mine.who = turns, who
        try:
            clouds[who].apply(spec)
        finally:
            mine.turns = None
            turns.end(who)

    def run(spec, first: int, then: int):
        turns = Turns(first, then)
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda who: apply(spec, turns, who), range(2)))
        return clouds, turns.made

    return run


@pytest.fixture(params=[1, -1], ids=["ids that grow", "ids that fall"])
def ids(request, monkeypatch):
    """Of two that are as old the lesser id is the first: here the earlier one, or the later."""
    numbers = itertools.count(1 << 100, request.param)
    drawn = SimpleNamespace(uuid4=lambda: UUID(int=next(numbers)))
    monkeypatch.setattr(calls, "uuid", drawn)


@dataclass
class Trial:
    """The cloud, what was made in it, and two that ask for the same."""

    provider: Provider
    cloud: OpenstackEmulator
    cases: dict[str, Any]
    pieces: Callable[[], Counter[str]]
    race: Callable[..., Any]

    def delivery(self, spec: Spec) -> Delivery:
        return Delivery(self.provider, self.cloud.settle, spec)


@pytest.fixture
def trial(openstack, openstack_emulator, cases, pieces, race) -> Trial:
    return Trial(openstack, openstack_emulator, cases, pieces, race)


@pytest.mark.usefixtures("ids")
@pytest.mark.parametrize("every", EVERY)
@pytest.mark.parametrize("kind", KINDS)
def test_one_that_comes_in_between_at_any_call_makes_no_second(trial, kind, every):
    alone = trial.delivery(trial.cases[kind].spec)
    ready = alone.deliver()
    whole = trial.pieces()
    alone.remove(ready)
    _, made = trial.race(alone.spec, 0, MANY)
    alone.remove(alone.deliver())
    for number, (first, then) in enumerate(interruptions(made[1], every=every)):
        spec = replace(alone.spec, instance=f"{number:032x}")
        clouds, _ = trial.race(spec, first, then)
        trial.cloud.settle()
        (ref,) = {cloud.apply(spec).ref for cloud in clouds}
        trial.cloud.settle()
        assert [one.ref for one in trial.provider.inventory()] == [ref], (first, then)
        assert trial.pieces() == whole, (first, then)
        one = trial.delivery(spec)
        one.remove(one.deliver())
        assert trial.pieces() == {}, (first, then)


def interruptions(calls_made: int, *, every: bool) -> list[tuple[int, int]]:
    """After how many calls of one, how many of the other: all of them; on demand any number."""
    then = range(calls_made + 3) if every else (MANY,)
    return [(first, number) for first in range(calls_made) for number in then]
