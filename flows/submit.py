"""What the dispatcher does in Prefect for an item: make its run, look at it, bury the last."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from uuid import UUID

from flows.endings import CANCELLED
from flows.runs import Away, Runs
from flows.runtime import House
from flows.undoing import request_cancellation
from ledger import LedgerUnavailable, Ready
from ledger.leases import Told

log = logging.getLogger("flows.dispatch")

AWAY_SECONDS = 1.0
# A run that has left the queue takes its item over within so long, or its process is gone.
BEGIN_SECONDS = 90.0


@dataclass(slots=True)
class Claim:
    """An item of ours until its run takes it over: from then on somebody else makes it beat.

    `beats` counts our own renewals; `begun` is when the run was first seen to have left the queue.
    """

    ready: Ready
    generation: int
    renewed: float
    beats: int = 0
    run: UUID | None = None
    begun: float | None = None
    over: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitter:
    """Called by several threads; `clock` is monotonic."""

    house: House
    runs: Runs
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
        self._bury_former(claim.ready)
        run = self.runs.create(claim.ready, claim.generation)
        if run is None:
            self.give_back(claim)
            return
        with claim.lock:
            claim.run = run
            self.renew(claim, run)
        self.wake()

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
