"""Runs that nobody runs any more: what a kill at the wrong moment leaves behind in Prefect.

The usual dead run is laid to rest when its item gets a new one. This finds the others, such as a
run whose process died, or could not reach Prefect, after its item had come to its end.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from prefect.client.schemas.objects import FlowRun

from flows.pulse import Key, key_of
from flows.runs import OF_INSTANCE, Away, Runs
from flows.runtime import House
from flows.undoing import request_cancellation
from ledger import Lease, LedgerUnavailable, Ready
from orders.errors import UnknownOrder
from orders.lifecycle import replay

log = logging.getLogger("flows.dispatch")

# A run may go on for a while after its item: it still has to tell Prefect how it ended.
GRACE_SECONDS = 20.0


@dataclass(slots=True)
class Sweeper:
    """`busy` gives the runs in this process; `clock` is monotonic. For one thread at a time."""

    house: House
    runs: Runs
    busy: Callable[[], frozenset[UUID]]
    clock: Callable[[], float]
    _since: dict[UUID, float] = field(default_factory=dict[UUID, float])

    def sweep(self, items: Sequence[Ready]) -> None:
        """End the runs without an item; `items` are all that have a lease. Called now and then."""
        try:
            self._sweep({key_of(item): item.lease for item in items})
        except (Away, LedgerUnavailable) as error:
            log.debug("no sweep for dead runs: %s", error)

    def _sweep(self, leases: Mapping[Key, Lease | None]) -> None:
        now, busy, since = self.clock(), self.busy(), {}
        for run in self.runs.live():
            if run.id in busy or holds(run, leases):
                continue
            since[run.id] = self._since.get(run.id, now)
            if now - since[run.id] >= GRACE_SECONDS and self._ours(run):
                self._bury(run)
        self._since = since

    def _ours(self, run: FlowRun) -> bool:
        """Whether the run is of an item in our ledger: another house may use the same Prefect.

        The item itself may know nothing of a run that died before it could take it.
        """
        number, item = _key(run)
        try:
            order = replay(self.house.ledger.history(number))
        except UnknownOrder:
            return False
        return item in order.items and f"{OF_INSTANCE}{order.items[item].instance}" in run.tags

    def _bury(self, run: FlowRun) -> None:
        log.warning("run %s is dead", run.id)
        if self.runs.bury(run.id, "its worker is gone, and its item does not need it any more"):
            request_cancellation(self.house, *_key(run))


def holds(run: FlowRun, leases: Mapping[Key, Lease | None]) -> bool:
    """Whether the run's generation of its item is the one that somebody has."""
    lease = leases.get(_key(run))
    generation = run.parameters.get("generation")
    return lease is not None and not lease.free and lease.generation == generation


def _key(run: FlowRun) -> Key:
    return str(run.parameters.get("order_id")), str(run.parameters.get("item_id"))
