"""What the dispatcher does in Prefect for an item: make its run, look at it, bury the last."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from flows.endings import CANCELLED
from flows.runs import Away, Runs, waits
from flows.runtime import House
from flows.undoing import request_cancellation
from ledger import Lease, LedgerUnavailable, Ready
from ledger.leases import Told

log = logging.getLogger("flows.dispatch")

AWAY_SECONDS = 1.0
# A run that has left the queue takes its item over within so long, or its process is gone.
BEGIN_SECONDS = 90.0


@dataclass(slots=True)
class Claim:
    """An item of ours until its run takes it over: from then on somebody else makes it beat.

    `since` is when we took it, `renewed` when we last made it beat, `beats` what the lease says if
    nobody else has; `begun` is when the run was first seen to have left the queue. `due` is when a
    dead run was that `run` follows.
    """

    ready: Ready
    generation: int
    since: float
    renewed: float
    beats: int = 0
    run: UUID | None = None
    due: datetime | None = None
    begun: float | None = None
    over: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def left(self) -> UUID | None:
        """The run that somebody who is gone has left behind, waiting or begun."""
        lease = self.ready.lease
        return UUID(lease.run) if lease is not None and not lease.free and lease.run else None

    @property
    def unsettled(self) -> bool:
        """Whether that run is not found waiting, and no other is in its place, yet."""
        return self.left is not None and self.run is None and not self.over

    @property
    def inherited(self) -> bool:
        """Whether the lease is still of the generation in which somebody left it."""
        lease = self.ready.lease
        return lease is not None and lease.generation == self.generation


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitter:
    """Called by several threads; `clock` is monotonic."""

    house: House
    runs: Runs
    owner: str
    wake: Callable[[], None]
    clock: Callable[[], float]

    def submit(self, claim: Claim, stop: threading.Event) -> None:
        """Make the run, however long Prefect is away, for as long as the claim is ours."""
        while not (stop.is_set() or claim.over):
            try:
                self._try(claim)
            except (Away, LedgerUnavailable) as error:
                log.info("order %s waits: %s", claim.ready.order, error)
                stop.wait(AWAY_SECONDS)
            except Exception:
                log.exception("no run for order %s item %s", claim.ready.order, claim.ready.item)
                stop.wait(AWAY_SECONDS)
                claim.over = True
            else:
                return

    def renew(self, claim: Claim, run: UUID | None = None) -> None:
        """Under the claim's lock."""
        item, told = claim.ready, Told(run=str(run)) if run else Told()
        if self.house.ledger.renew(item.order, item.item, claim.generation, **told):
            claim.beats += 1
            claim.renewed = self.clock()
        else:
            claim.over = True

    def give_back(self, claim: Claim) -> None:
        """The item is free for another run."""
        with claim.lock:
            claim.over = True
            item = claim.ready
            self.house.ledger.release(item.order, item.item, claim.generation)

    def glance(self, claims: Iterable[Claim]) -> None:
        """At runs that have not begun: some never will, as when an operator cancelled them.

        Or when Prefect's database was restored from before they were made.
        """
        waiting = {claim.run: claim for claim in claims if claim.run is not None}
        if not waiting:
            return
        try:
            known = self.runs.states(waiting)
            for run in waiting.keys() - known.keys():
                log.warning("Prefect has forgotten run %s: a new one is made", run)
                self.give_back(waiting[run])
            for run, state in known.items():
                claim = waiting[run]
                if state.is_final():
                    if state.is_cancelled() and state.name == CANCELLED:
                        request_cancellation(self.house, claim.ready.order, claim.ready.item)
                    self.give_back(claim)
                elif not (state.is_scheduled() or state.is_paused()):
                    self._expect(claim, run)
        except (Away, LedgerUnavailable) as error:
            log.debug("runs in the queue were not looked at: %s", error)
        self.wake()  # what lies in the queue may have had no place before

    def _try(self, claim: Claim) -> None:
        if claim.inherited and claim.left is not None:
            former = self.runs.find(claim.left)
            if former is not None and waits(former):
                self._keep(claim, former.id)
                return
            claim.due = former.expected_start_time if former is not None else None
            self._fence(claim)
        if claim.over:
            return
        self._bury_former(claim.ready)
        run = self.runs.create(claim.ready, claim.generation, claim.due)
        if run is None:
            self.give_back(claim)
        else:
            self._keep(claim, run)

    def _keep(self, claim: Claim, run: UUID) -> None:
        """The run is in the queue, and the claim is kept until it begins."""
        with claim.lock:
            claim.run = run
            self.renew(claim, run)
        self.wake()

    def _fence(self, claim: Claim) -> None:
        """A generation of its own: a run that was thought dead and is not has lost its item."""
        with claim.lock:
            item = claim.ready
            seen = Lease(
                generation=claim.generation,
                beat=claim.beats,
                owner=self.owner,
                run=str(claim.left),
                free=False,
            )
            new = self.house.ledger.claim(item.order, item.item, self.owner, seen)
            if new is None:
                claim.over = True
            else:
                claim.generation, claim.beats = new.generation, new.beat
                claim.renewed = self.clock()

    def _expect(self, claim: Claim, run: UUID) -> None:
        """A run that has left the queue: its process may have died before it took the item."""
        now = self.clock()
        if claim.begun is None:
            claim.begun = now
        elif now - claim.begun > BEGIN_SECONDS and not claim.over:
            if self.runs.bury(run, "it never took its item over; a new run does"):
                request_cancellation(self.house, claim.ready.order, claim.ready.item)
            self.give_back(claim)

    def _bury_former(self, item: Ready) -> None:
        """The run before: end it if its process is dead, and do not forget that it was cancelled.

        One that let its lease go is ending by itself just now, and says how.
        """
        if item.lease is None or item.lease.run is None:
            return
        run = UUID(item.lease.run)
        if item.lease.free:
            cancelled = self.runs.cancelled(run)
        else:
            gone = f"its worker ({item.lease.owner}) is gone"
            cancelled = self.runs.bury(run, f"{gone}; order {item.order} goes on in a new run")
        if cancelled:
            request_cancellation(self.house, item.order, item.item)
