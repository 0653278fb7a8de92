"""What is promised when an order is placed: learned from orders like it, in business time.

With too few orders like it, from what is learned of the offering; with too few of these, the time
that the catalogue states. What it rests on is told with it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

import numpy as np

from leadtime.branch import Branch
from leadtime.business import OSLO, Calendar
from leadtime.history import Delivery, Sort
from leadtime.learner import FAITH, Learner

QUANTILES: Final = (0.5, 0.9)  # "probably", and "promised"
ENOUGH: Final = 20  # orders, before nine of ten of them can be told from all
SHORTEST: Final = timedelta(minutes=5)  # no promise is finer than this
SCORED: Final = 300  # of each offering, the last of a long history: who promised well before is old

# Lengths are hours of business time since then: so nights and holidays take no time at all.
EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)

Level = Literal["alike", "provider", "offering", "stated"]
_LEVELS: Final[tuple[Level, ...]] = ("offering", "provider", "alike", "alike")


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What a promise rests on: how many orders, how many of them of an old system, and how like.

    `alike`: same offering, provider and plan. `stated`: no orders, but the catalogue's own time.
    """

    level: Level
    orders: int = 0
    imported: int = 0

    def told(self) -> dict[str, object]:
        """As the ledger keeps it."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """`probable_at` (P50), only when it is learned; `promised_at` (P90). In UTC."""

    probable_at: datetime | None
    promised_at: datetime
    basis: Basis


class Promises:
    """Learns from deliveries as they are told of, and promises."""

    def __init__(self, calendar: Calendar = OSLO) -> None:
        self._calendar = calendar
        self._learners: dict[str, Learner] = {}
        self._imported: dict[str, int] = {}
        self._stages: dict[tuple[str, str], Branch] = {}
        self._open: dict[str, str] = {}  # key to offering
        self._ended: set[str] = set()

    def learn(self, told: Iterable[Delivery]) -> None:
        """Take in what is new of `told`: what started, and what ended, in the order of time.

        What is known already may be told of again; an open one is to be, once it has ended.
        """
        moments = [moment for delivery in told for moment in self._moments(delivery)]
        moments.sort(key=lambda one: (one[0], one[1]))
        scored = _scored(delivery for _, ends, delivery in moments if ends)
        for at, ends, delivery in moments:
            if ends:
                self._end(delivery, at)
            else:
                self._start(delivery, at, scored=delivery.ended is None or delivery.key in scored)

    def promise(self, sort: Sort, stated: timedelta, at: datetime) -> Promise:
        """What is said of one ordered at `at`. `stated` is the catalogue's own business time."""
        learner = self._learners.get(sort.offering)
        forecast = learner.forecast(sort.path, self._hours(at)) if learner else None
        if forecast is None or forecast.endings[0] < ENOUGH:
            promised = self._calendar.add(at, stated)
            return Promise(probable_at=None, promised_at=promised, basis=Basis(level="stated"))
        depth = max(place for place, seen in enumerate(forecast.endings) if seen >= ENOUGH)
        orders = forecast.endings[depth]
        imported = min(orders, self._imported.get(sort.offering, 0))
        probable, promised = (self._after(at, hours) for hours in forecast.lengths)
        return Promise(
            probable_at=probable,
            promised_at=promised,
            basis=Basis(level=_LEVELS[depth], orders=orders, imported=imported),
        )

    def again(self, delivery: Delivery, stated: timedelta, at: datetime) -> Promise:
        """What is said of an open delivery now, by how long others took from where it stands.

        When it is older than all that was seen, or too few were, the catalogue's time from now.
        """
        branch, since = self._standing(delivery)
        now = self._hours(at)
        levels = np.array(QUANTILES)
        left = branch.remaining(now, age=now - since, levels=levels) if branch else None
        if branch is None or left is None:
            promised = self._calendar.add(at, stated)
            return Promise(probable_at=None, promised_at=promised, basis=Basis(level="stated"))
        probable, promised = (self._after(at, hours) for hours in left)
        basis = Basis(level="offering", orders=branch.endings)
        return Promise(probable_at=probable, promised_at=promised, basis=basis)

    def _standing(self, delivery: Delivery) -> tuple[Branch | None, float]:
        """Who got as far as it has, and since when it is there; else all orders of the offering."""
        here = delivery.stages[-1] if delivery.stages else None
        branch = self._stages.get((delivery.sort.offering, here.label)) if here else None
        if here and branch and branch.endings >= FAITH:
            return branch, self._hours(here.at)
        learner = self._learners.get(delivery.sort.offering)
        widest = learner.widest() if learner else None
        known = widest if widest and widest.endings >= ENOUGH else None
        return known, self._hours(delivery.placed)

    def lateness(self, delivery: Delivery, promised: datetime, at: datetime) -> float | None:
        """The chance, 0 to 1, that an open delivery comes after `promised`, as it stands at `at`.

        By how long others took from the stage that it is in, or from the order when too few got
        there. None while too little is known.
        """
        if promised <= at:
            return 1.0
        here = delivery.stages[-1] if delivery.stages else None
        branch = self._stages.get((delivery.sort.offering, here.label)) if here else None
        if here and branch and branch.endings >= FAITH:
            since, now = self._hours(here.at), self._hours(at)
            length = self._hours(promised) - since
            return branch.lasting(now, age=now - since, length=length)
        learner = self._learners.get(delivery.sort.offering)
        if learner is None:
            return None
        since, now = self._hours(delivery.placed), self._hours(at)
        length = self._hours(promised) - since
        return learner.lasting(delivery.sort.path, now, age=now - since, length=length)

    def _moments(self, delivery: Delivery) -> Iterable[tuple[datetime, bool, Delivery]]:
        if delivery.key in self._ended:
            return
        if delivery.key not in self._open:
            yield delivery.placed, False, delivery
        if delivery.ended is not None:
            yield delivery.ended, True, delivery

    def _start(self, delivery: Delivery, at: datetime, *, scored: bool) -> None:
        if delivery.key in self._open:
            return
        self._open[delivery.key] = delivery.sort.offering
        learner = self._learners.setdefault(delivery.sort.offering, Learner(QUANTILES))
        learner.started(delivery.key, delivery.sort.path, self._hours(at), scored=scored)

    def _end(self, delivery: Delivery, at: datetime) -> None:
        self._ended.add(delivery.key)
        learner = self._learners[self._open.pop(delivery.key)]
        if not delivery.delivered:
            learner.dropped(delivery.key)
            return
        learner.ended(delivery.key, self._hours(at))
        offering = delivery.sort.offering
        self._imported[offering] = self._imported.get(offering, 0) + delivery.imported
        for stage in delivery.stages:
            branch = self._stages.setdefault((offering, stage.label), Branch())
            branch.started(delivery.key, self._hours(stage.at))
            branch.ended(delivery.key, self._hours(at))

    def _after(self, at: datetime, hours: float) -> datetime:
        """That much business time later, on whole steps of the shortest promise, rounded up."""
        seconds = timedelta(seconds=round(hours * 3600))  # whole ones: lengths are differences
        steps = -(-seconds // SHORTEST)
        return self._calendar.add(at, max(1, steps) * SHORTEST)

    def _hours(self, at: datetime) -> float:
        return self._calendar.between(EPOCH, at) / timedelta(hours=1)


def _scored(ended: Iterable[Delivery]) -> set[str]:
    """The last SCORED of each offering, of those that ended in this order."""
    last: dict[str, deque[str]] = {}
    for delivery in ended:
        last.setdefault(delivery.sort.offering, deque(maxlen=SCORED)).append(delivery.key)
    return {key for keys in last.values() for key in keys}
