"""A run's hold on its item: renewed every second for as long as the run lives."""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass

from flows import owners
from flows.running import Control, Interrupted, Wish
from ledger import LedgerUnavailable, SqlLedger

RENEW_SECONDS = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Which generation of which item, by which Prefect run."""

    order: str
    item: str
    generation: int
    run: str


@contextmanager
def held(ledger: SqlLedger, hold: Hold, control: Control) -> Generator[None]:
    """Take the lease over and keep it; `control` hears when a newer generation has it.

    Raises Interrupted when it was moved on before. On leaving it is free, unless the process
    died: then it goes silent, which a dispatcher notices.
    """
    _take(ledger, hold, control)
    done = threading.Event()
    keeper = threading.Thread(
        target=_renew,
        args=(ledger, hold, control, done),
        name=f"lease {hold.order}/{hold.item}",
        daemon=True,
    )
    keeper.start()
    try:
        yield
    finally:
        done.set()
        keeper.join()
        _let_go(ledger, hold)


def _take(ledger: SqlLedger, hold: Hold, control: Control) -> None:
    while True:
        try:
            ours = ledger.renew(
                hold.order, hold.item, hold.generation, run=hold.run, owner=owners.ours()
            )
        except LedgerUnavailable:
            control.wait(RENEW_SECONDS)
            continue
        if not ours:
            raise Interrupted(Wish.SUPERSEDED)
        return


def _renew(ledger: SqlLedger, hold: Hold, control: Control, done: threading.Event) -> None:
    while not done.wait(RENEW_SECONDS):
        try:
            ours = ledger.renew(hold.order, hold.item, hold.generation)
        except LedgerUnavailable:
            continue  # nobody else can take it meanwhile either
        if not ours:
            control.tell(Wish.SUPERSEDED)
            return


def _let_go(ledger: SqlLedger, hold: Hold) -> None:
    try:
        ledger.release(hold.order, hold.item, hold.generation)
    except LedgerUnavailable:
        return  # it goes silent instead; that takes a few seconds longer to notice
