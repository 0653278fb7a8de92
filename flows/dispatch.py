"""From a new item in the ledger to a run in Prefect, at once and exactly one.

A loop beside the worker, or alone (`python -m flows.worker --dispatch-only`) for stock workers.
It never fails an order: while the ledger or Prefect is away, orders wait.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, ParamSpec
from uuid import UUID

from flows import owners, previews, unlocking
from flows.pulse import Brake, Key, Pulses, key_of
from flows.runs import Runs
from flows.runtime import House
from flows.submit import Claim, Submitter
from flows.sweep import Sweeper
from ledger import Lease, LedgerUnavailable, Ready
from orders import events as e
from orders import service
from orders.errors import IllegalTransition

P = ParamSpec("P")
log = logging.getLogger("flows.dispatch")

LOOP_SECONDS = 0.5
# Every event of every order wakes it: what comes within so long is one round's.
ROUND_SECONDS = 0.05
RENEW_SECONDS = 1.0
AWAY_SECONDS = 1.0
SUBMITTERS = 5
# Runs made and not begun. More would wait in Prefect's queue instead of in ours.
OUTSTANDING = 24
GLANCE_SECONDS = 2.0
# So long at most a worker takes nothing new while what was left in the middle gets its runs.
SETTLE_SECONDS = 10.0
SWEEP_SECONDS = 5.0
BY = "dispatcher"


@dataclass(slots=True)
class Dispatcher:
    """Works beside a worker: `wake` tells it that there is something to fetch, `busy` what it runs.

    `beat` is called at every round, whatever came of it. `clock` is monotonic.
    """

    house: House
    runs: Runs
    owner: str
    wake: Callable[[], None] = lambda: None
    busy: Callable[[], frozenset[UUID]] = frozenset
    beat: Callable[[], None] = lambda: None
    clock: Callable[[], float] = time.monotonic
    _pulses: Pulses = field(default_factory=lambda: Pulses(owners.is_gone))
    _brake: Brake = field(default_factory=Brake)
    _claims: dict[Key, Claim] = field(default_factory=dict[Key, Claim])
    _chores: dict[str, tuple[float, Future[None]]] = field(default_factory=dict[str, Any])
    _submitter: Submitter = field(init=False)
    _sweeper: Sweeper = field(init=False)

    def __post_init__(self) -> None:
        self._submitter = Submitter(
            house=self.house,
            runs=self.runs,
            owner=self.owner,
            wake=self.wake,
            clock=self.clock,
        )
        self._sweeper = Sweeper(house=self.house, runs=self.runs, busy=self.busy, clock=self.clock)

    def work(self, stop: threading.Event) -> None:
        """Until `stop`: whatever happens, the loop goes on."""
        changes = self.house.ledger.changes()
        with ThreadPoolExecutor(SUBMITTERS, "submit") as pool, contextlib.closing(changes):
            while not stop.is_set():
                began = self.clock()
                self.beat()
                try:
                    self.step(pool, stop)
                except LedgerUnavailable as error:
                    self.house.ledger_away.seen(str(error))
                    stop.wait(AWAY_SECONDS)
                except Exception:
                    log.exception("a round of the dispatcher failed; the next one goes on")
                    stop.wait(AWAY_SECONDS)
                changes.wait(LOOP_SECONDS)
                stop.wait(max(0.0, began + ROUND_SECONDS - self.clock()))
        for claim in self._claims.values():
            if claim.run is None:  # else it waits in the queue, for whoever inherits the lease
                with contextlib.suppress(LedgerUnavailable):
                    self._submitter.give_back(claim)

    def settling(self) -> bool:
        """Whether items that somebody left in the middle have no run in the queue again yet.

        They come before what nobody has begun. From any thread; never for long.
        """
        recent = self.clock() - SETTLE_SECONDS
        claims = list(self._claims.values())
        return any(claim.unsettled and claim.since > recent for claim in claims)

    def step(self, pool: ThreadPoolExecutor, stop: threading.Event) -> None:
        """One round: release what is due, keep what is ours, take what needs a run."""
        ledger, now = self.house.ledger, self.clock()
        self._release_due()
        items = ledger.ready(now=self.house.now())
        self.house.ledger_away.over()
        self._brake.working({key_of(item) for item in items})
        needy = self._pulses.needy(now, items)
        self._keep(items, now)
        for item in needy:
            key = key_of(item)
            if len(self._claims) >= OUTSTANDING:
                break
            if key in self._claims or not self._brake.free(key, now):
                continue
            lease = self._taken(item)
            if lease is not None:
                self._brake.started(key, now)
                claim = Claim(item, lease.generation, since=now, renewed=now, beats=lease.beat)
                self._claims[key] = claim
                pool.submit(self._submitter.submit, claim, stop)
        if self._time_for("glance", GLANCE_SECONDS, now):
            claims = list(self._claims.values())
            self._chores["glance"] = now, pool.submit(_heard, self._submitter.glance, claims)
        self._answer(pool, now)
        if self._time_for("sweep", SWEEP_SECONDS, now):
            self._chores["sweep"] = now, pool.submit(_heard, self._sweeper.sweep, items)

    def _taken(self, item: Ready) -> Lease | None:
        """The lease, ours now; as it was left, by whoever is gone, until its run is looked at."""
        ledger, seen = self.house.ledger, item.lease
        if seen is None or seen.free:
            return ledger.claim(item.order, item.item, self.owner, seen)
        return ledger.inherit(item.order, item.item, self.owner, seen)

    def _answer(self, pool: ThreadPoolExecutor, now: float) -> None:
        for chore, answer in (("previews", self._preview), ("unlocking", self._unlock)):
            if self._time_for(chore, 0.0, now):
                self._chores[chore] = now, pool.submit(_heard, answer)

    def _preview(self) -> None:
        """Answer what the portal asks; one after the other, so that deliveries keep their place."""
        with contextlib.suppress(LedgerUnavailable):
            for question in previews.waiting(self.house):
                previews.reply(self.house, question)

    def _unlock(self) -> None:
        """Seal what opens things for those who ask; one after the other as well."""
        with contextlib.suppress(LedgerUnavailable):
            for asked in unlocking.waiting(self.house):
                unlocking.reply(self.house, asked)

    def _time_for(self, chore: str, every: float, now: float) -> bool:
        """Whether it is due and the last one is done: none pile up while Prefect is away."""
        last, work = self._chores.get(chore, (float("-inf"), None))
        return now - last >= every and (work is None or work.done())

    def _release_due(self) -> None:
        """Held items whose time has come."""
        now = self.house.now()
        for order, item in self.house.ledger.due(now):
            event = e.ItemReleased(at=now, by=BY, item=item, why="its time to resume has come")
            with contextlib.suppress(IllegalTransition):
                service.record(self.house.ledger, order, event)

    def _keep(self, items: Sequence[Ready], now: float) -> None:
        """Renew our claims; forget those whose run beats by itself, or which are done."""
        leases = {key_of(item): item.lease for item in items}
        for key, claim in list(self._claims.items()):
            with claim.lock:
                if claim.over or _lost(claim, leases.get(key)):
                    claim.over = True
                    del self._claims[key]
                elif now - claim.renewed >= RENEW_SECONDS:
                    self._submitter.renew(claim)


def _heard(chore: Callable[P, None], *args: P.args, **options: P.kwargs) -> None:
    """Nobody asks what came of a chore: what nobody foresaw is told in the log, or never."""
    try:
        chore(*args, **options)
    except Exception:
        log.exception("a chore of the dispatcher failed; it is tried again")


def _lost(claim: Claim, lease: Lease | None) -> bool:
    """Whether it is not ours to keep any more; the lease may have been read before we took it."""
    if lease is None:
        return True
    if lease.generation < claim.generation:
        return False
    return lease.generation > claim.generation or lease.free or lease.beat > claim.beats
