"""Offers arranged so that the cheapest machine of every place is found at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

import numpy as np

from rightcloud.columns import Codes, Flags, Numbers, Rows
from rightcloud.price_run import PriceRun
from rightcloud.table import day_of
from rightcloud.workload import Workload

Wanted = tuple[str, bool, bool]  # architecture, burstable too, with a GPU


class _Fit(NamedTuple):
    """The shelf's machines of one sort, in its order."""

    positions: Rows
    places: Codes
    vcpus: Numbers
    memory: Numbers
    gpus: Numbers


@dataclass(frozen=True, eq=False, kw_only=True)
class Shelf:
    """Rows sorted by place, then by price in kroner, then by name: ties end the same everywhere.

    rows     of each in the run's offers
    places   position of each row's place in the list that the shelf was made for
    seen     position in `days` of the last day the price was found to hold
    """

    rows: Rows
    places: Codes
    vcpus: Numbers
    memory: Numbers
    gpus: Numbers
    burstable: Flags
    arm: Flags
    nok: Numbers
    seen: Codes
    days: Sequence[date | None]
    count: int
    _fits: dict[Wanted, _Fit] = field(default_factory=dict, init=False)

    def cheapest(self, need: Workload, oldest: date) -> Sequence[int]:
        """For each place the position of its cheapest machine that fits, or -1.

        Prices that were last seen before `oldest` are passed over.
        """
        fit = self._fitting((need.architecture, need.burstable, need.gpus > 0))
        enough = fit.vcpus >= need.vcpus
        enough &= fit.memory >= need.memory_gib
        if need.gpus > 1:
            enough &= fit.gpus >= need.gpus
        old = [day is not None and day < oldest for day in self.days]
        if any(old):
            enough &= ~np.array(old)[self.seen[fit.positions]]
        found = np.flatnonzero(enough)
        places = fit.places[found]
        first = np.ones(len(found), dtype=np.bool_)
        np.not_equal(places[1:], places[:-1], out=first[1:])
        best = np.full(self.count, -1, dtype=np.intp)
        best[places[first]] = fit.positions[found[first]]
        answer: list[int] = best.tolist()
        return answer

    def _fitting(self, wanted: Wanted) -> _Fit:
        """The machines of a sort, set aside at first use: there are a dozen sorts."""
        if wanted not in self._fits:
            architecture, burstable, gpu = wanted
            fits = (self.gpus > 0) == gpu
            if architecture != "any":
                fits &= self.arm == (architecture == "arm64")
            if not burstable:
                fits &= ~self.burstable
            at = np.flatnonzero(fits)
            self._fits[wanted] = _Fit(
                at, self.places[at], self.vcpus[at], self.memory[at], self.gpus[at]
            )
        return self._fits[wanted]


def shelve(run: PriceRun, places: Sequence[str | None]) -> Shelf:
    """The run's offers at these places; those elsewhere are not on the shelf.

    None is a place that cannot be chosen whatever is asked: it keeps its position, and no offers.
    """
    offers = run.offers
    position = {place: at for at, place in enumerate(places)}
    codes = np.array([position.get(place, -1) for place in offers.places.words], dtype=np.int32)
    at = codes[offers.places.codes]
    worth = np.array([run.nok(currency) for currency in offers.currency.words])
    nok = offers.price * worth[offers.currency.codes]
    order = np.lexsort((offers.sku.codes, nok, at))
    order = order[at[order] >= 0]
    return Shelf(
        rows=order,
        places=at[order],
        vcpus=offers.vcpus[order],
        memory=offers.memory[order],
        gpus=offers.gpus[order],
        burstable=offers.burstable[order],
        arm=(np.array([word == "arm64" for word in offers.arch.words]))[offers.arch.codes[order]],
        nok=nok[order],
        seen=offers.seen.codes[order],
        days=[day_of(word) for word in offers.seen.words],
        count=len(places),
    )
