"""From a new item in the ledger to a run in Prefect, at once and exactly one.

A loop beside the worker, or alone (`python -m flows.dispatch`) where stock workers do the work.
It never fails an order: while the ledger or Prefect is away, orders wait.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from uuid import UUID

from flows.pulse import Brake, Key, Pulses, key_of
from flows.runs import Away, Runs
from flows.runtime import House
from ledger import LedgerUnavailable, Ready
from orders import events as e
from orders import service
from orders.errors import IllegalTransition

log = logging.getLogger("flows.dispatch")

LOOP_SECONDS = 0.5
RENEW_SECONDS = 1.0
AWAY_SECONDS = 1.0
SUBMITTERS = 4
# Runs made and not begun. More would wait in Prefect's queue instead of in ours.
OUTSTANDING = 24
GLANCE_SECONDS = 2.0
BY = "dispatcher"


@dataclass(slots=True)
class _Claim:
    """An item of ours until its run takes it over: from then on somebody else makes it beat."""

    ready: Ready
    generation: int
    renewed: float
    beats: int = 0
    run: UUID | None = None
    over: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)


@dataclass(slots=True)
class Dispatcher:
    """`wake` tells the worker that there is something to fetch; `clock` is monotonic."""

    house: House
    runs: Runs
    owner: str
    wake: Callable[[], None] = lambda: None
    clock: Callable[[], float] = time.monotonic
    _pulses: Pulses = field(default_factory=Pulses)
    _brake: Brake = field(default_factory=Brake)
    _claims: dict[Key, _Claim] = field(default_factory=dict[Key, _Claim])
    _glanced: float = 0.0

    def work(self, stop: threading.Event) -> None:
        """Until `stop`: whatever happens, the loop goes on."""
        changes = self.house.ledger.changes()
        with ThreadPoolExecutor(SUBMITTERS, "submit") as pool, contextlib.closing(changes):
            while not stop.is_set():
                try:
                    self.step(pool, stop)
                except LedgerUnavailable:
                    log.warning("the ledger is away; orders wait for it")
                    stop.wait(AWAY_SECONDS)
                except Exception:
                    log.exception("a round of the dispatcher failed; the next one goes on")
                    stop.wait(AWAY_SECONDS)
                changes.wait(LOOP_SECONDS)
        for claim in self._claims.values():
            with contextlib.suppress(LedgerUnavailable):
                self._give_back(claim)

    def step(self, pool: ThreadPoolExecutor, stop: threading.Event) -> None:
        """One round: release what is due, keep what is ours, take what needs a run."""
        ledger, now = self.house.ledger, self.clock()
        self._release_due()
        items = ledger.ready()
        needy = self._pulses.needy(now, items)
        self._keep(items, now)
        for item in needy:
            key = key_of(item)
            if len(self._claims) >= OUTSTANDING:
                break
            if key in self._claims or not self._brake.free(key, now):
                continue
            lease = ledger.claim(item.order, item.item, self.owner, item.lease)
            if lease is not None:
                self._brake.started(key, now)
                claim = self._claims[key] = _Claim(item, lease.generation, now)
                pool.submit(self._submit, claim, stop)
        if now - self._glanced >= GLANCE_SECONDS:
            self._glanced = now
            pool.submit(self._glance)

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
            lease = leases.get(key)
            with claim.lock:
                gone = lease is None or lease.generation != claim.generation or lease.free
                if claim.over or gone or (lease is not None and lease.beat > claim.beats):
                    claim.over = True
                    del self._claims[key]
                elif now - claim.renewed >= RENEW_SECONDS:
                    self._renew(claim, now)

    def _renew(self, claim: _Claim, now: float, run: UUID | None = None) -> None:
        """Under the claim's lock."""
        item, name = claim.ready, str(run) if run else None
        if self.house.ledger.renew(item.order, item.item, claim.generation, run=name):
            claim.beats += 1
            claim.renewed = now
        else:
            claim.over = True

    def _submit(self, claim: _Claim, stop: threading.Event) -> None:
        """Make the run, however long Prefect is away, for as long as the claim is ours."""
        while not (stop.is_set() or claim.over):
            try:
                self._bury_former(claim.ready)
                run = self.runs.create(claim.ready, claim.generation)
                if run is None:
                    self._give_back(claim)
                    return
                with claim.lock:
                    claim.run = run
                    self._renew(claim, self.clock(), run)
                self.wake()
            except (Away, LedgerUnavailable) as error:
                log.warning("order %s waits: %s", claim.ready.order, error)
                stop.wait(AWAY_SECONDS)
            except Exception:
                log.exception("no run for order %s item %s", claim.ready.order, claim.ready.item)
                stop.wait(AWAY_SECONDS)
                claim.over = True
            else:
                return

    def _bury_former(self, item: Ready) -> None:
        """The run before is dead: say so in Prefect, and remember if it was to be cancelled."""
        if item.lease is None or item.lease.run is None:
            return
        why = f"its worker ({item.lease.owner}) is gone; order {item.order} goes on in a new run"
        if self.runs.bury(UUID(item.lease.run), why):
            self._cancel(item)

    def _glance(self) -> None:
        """Runs that ended before they began, such as those an operator cancelled in the queue."""
        claims = [claim for claim in list(self._claims.values()) if claim.run is not None]
        if not claims:
            return
        try:
            states = self.runs.states([claim.run for claim in claims if claim.run])
            for claim in claims:
                state = states.get(claim.run) if claim.run else None
                if state is None or not state.is_final():
                    continue
                if state.is_cancelled() and state.name == "Cancelled":
                    self._cancel(claim.ready)
                self._give_back(claim)
        except (Away, LedgerUnavailable) as error:
            log.warning("runs in the queue were not looked at: %s", error)

    def _cancel(self, item: Ready) -> None:
        event = e.CancellationRequested(
            at=self.house.now(),
            by="operator",
            item=item.item,
            why="its run was cancelled in Prefect",
        )
        with contextlib.suppress(IllegalTransition):
            service.record(self.house.ledger, item.order, event)

    def _give_back(self, claim: _Claim) -> None:
        with claim.lock:
            claim.over = True
            item = claim.ready
            self.house.ledger.release(item.order, item.item, claim.generation)
