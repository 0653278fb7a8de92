"""Promises kept up to date from where orders are kept: this house's ledger, and imported logs.

What a ledger tells is described here by its shape alone, so that the two rooms do not know each
other. May be shared by threads.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from threading import Lock
from typing import Any, Final, Protocol

from leadtime.business import OSLO, Calendar
from leadtime.history import Delivery, Reached, Sort
from leadtime.promises import Promise, Promises
from orders.clocks import Span
from orders.model import Action, Stage, State

FRESH: Final = timedelta(seconds=30)  # so long what was learned is new enough
OVERLAP: Final = timedelta(minutes=10)  # an end may be written later than one that came after it
REACH: Final = timedelta(days=3 * 365)  # what ended before that is another time
LATEST: Final = 2000  # of each offering: more no longer moves what is promised


class Case(Protocol):
    """One item of an order, as `ledger.lead_times` tells of it."""

    @property
    def order(self) -> str: ...
    @property
    def item(self) -> str: ...
    @property
    def offering(self) -> str: ...
    @property
    def plan(self) -> str: ...
    @property
    def provider(self) -> str: ...
    @property
    def action(self) -> Action: ...
    @property
    def approval_path(self) -> str: ...
    @property
    def placed_at(self) -> datetime: ...
    @property
    def state(self) -> State: ...
    @property
    def stage(self) -> Stage | None: ...
    @property
    def changed_at(self) -> datetime: ...
    @property
    def ended_at(self) -> datetime | None: ...
    @property
    def spans(self) -> Sequence[Span]: ...
    @property
    def mark(self) -> Any: ...  # noqa: ANN401 - the ledger's own; handed back as it came


class Cases(Protocol):
    """`ledger.lead_times`."""

    def finished(self, since: Any = None) -> Iterator[Case]: ...  # noqa: ANN401 - as Case.mark
    def latest(self, count: int) -> Iterator[Case]: ...
    def unfinished(self) -> Iterator[Case]: ...


class OldLog(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def offering(self) -> str: ...
    @property
    def provider(self) -> str: ...
    @property
    def plan(self) -> str: ...
    @property
    def imported_at(self) -> datetime: ...


class OldCase(Protocol):
    @property
    def log(self) -> OldLog: ...
    @property
    def id(self) -> str: ...
    @property
    def placed_at(self) -> datetime: ...
    @property
    def ended_at(self) -> datetime: ...


class OldCases(Protocol):
    """`ledger.old_orders`."""

    def logs(self) -> Sequence[OldLog]: ...
    def cases(self, since: datetime) -> Iterator[OldCase]: ...


class Learning:
    """Promises, and all that they are learned from. Nothing is read before the first question."""

    def __init__(self, cases: Cases, old: OldCases, calendar: Calendar = OSLO) -> None:
        self._cases, self._old, self._calendar = cases, old, calendar
        self._lock = Lock()
        self._promises = Promises(calendar)
        self._read_at: datetime | None = None
        self._mark: Any = None
        self._logs: Sequence[tuple[str, datetime]] = ()

    def promise(self, sort: Sort, stated: timedelta, at: datetime) -> Promise:
        """What is said of one ordered at `at`, which is also now."""
        with self._lock:
            self._refresh(at)
            return self._promises.promise(sort, stated, at)

    def lateness(self, case: Case, promised: datetime, at: datetime) -> float | None:
        """The chance that an open item comes after `promised`; None while too little is known."""
        with self._lock:
            self._refresh(at)
            return self._promises.lateness(delivery(case), promised, at)

    def again(self, case: Case, stated: timedelta, at: datetime) -> Promise:
        """What is said of an open item now that it has not kept what was said of it."""
        with self._lock:
            self._refresh(at)
            return self._promises.again(delivery(case), stated, at)

    def _refresh(self, now: datetime) -> None:
        if self._read_at is not None and timedelta() <= now - self._read_at < FRESH:
            return
        logs = [(log.name, log.imported_at) for log in self._old.logs()]
        if logs != self._logs:
            # a log came or went: all is learned anew, as it would have been with or without it
            promises = Promises(self._calendar)
            promises.learn(map(imported, self._old.cases(now - REACH)))
            self._promises, self._mark, self._logs = promises, None, logs
        self._mark = self._learn_ended(now)
        self._promises.learn(map(delivery, filter(_new, self._cases.unfinished())))
        self._read_at = now

    def _learn_ended(self, now: datetime) -> Any:  # noqa: ANN401 - as Case.mark
        """Up to where it need not be read again. All is learned, or nothing when reading fails."""
        mark = self._mark

        def ended() -> Iterator[Case]:
            nonlocal mark
            seen = self._cases.latest(LATEST) if mark is None else self._cases.finished(mark)
            for case in seen:
                if case.ended_at is None:
                    continue
                if case.ended_at < now - OVERLAP:
                    mark = case.mark
                if case.ended_at >= now - REACH:
                    yield case

        self._promises.learn(map(delivery, filter(_new, ended())))
        return mark


def delivery(case: Case) -> Delivery:
    """A case of the ledger. Of an open one only the stage that it is in is known."""
    sort = Sort(
        offering=case.offering,
        provider=case.provider,
        plan=case.plan,
        approval=case.approval_path,
    )
    return Delivery(
        key=f"{case.order}/{case.item}",
        sort=sort,
        placed=case.placed_at,
        ended=case.ended_at,
        delivered=case.state is State.COMPLETED or case.ended_at is None,
        stages=_reached(case),
    )


def imported(case: OldCase) -> Delivery:
    """A case of an old system's log."""
    log = case.log
    return Delivery(
        key=f"{log.name}:{case.id}",
        sort=Sort(offering=log.offering, provider=log.provider, plan=log.plan),
        placed=case.placed_at,
        ended=case.ended_at,
        imported=True,
    )


def _new(case: Case) -> bool:
    """Changes and removals are another thing than what is ordered."""
    return case.action is Action.PROVISION


def _reached(case: Case) -> tuple[Reached, ...]:
    if case.ended_at is None:
        label = case.stage if case.state is State.IN_PROGRESS and case.stage else case.state
        return (Reached(label=str(label), at=case.changed_at),)
    first: dict[str, datetime] = {}
    for span in case.spans:
        first.setdefault(span.label, span.start)
    return tuple(Reached(label=label, at=at) for label, at in first.items())
