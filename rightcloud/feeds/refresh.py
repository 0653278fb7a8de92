"""A reading into a new price run; or, when it looks wrong, into quarantine for an operator."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

import numpy as np

from rightcloud.exchange import ExchangeRate
from rightcloud.feeds.reading import Reading
from rightcloud.offers import Offer, offers_of
from rightcloud.price_run import PriceRun


class Outcome(StrEnum):
    """What became of a reading."""

    UNCHANGED = "unchanged"  # the same reading again: the former run stands
    TAKEN = "taken"
    QUARANTINED = "quarantined"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """Beyond these a reading is not believed. Shares of what it speaks of.

    gone      offers that have disappeared; changed: offers with another price
    jump      a single price so many times dearer or cheaper; jumps: how many such are let pass
    """

    gone: float = 0.10
    changed: float = 0.25
    jump: float = 3.0
    jumps: float = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Refreshed:
    """`run` is the one in force afterwards: the former unless the reading was taken."""

    outcome: Outcome
    run: PriceRun
    added: int
    changed: int
    gone: int
    reasons: tuple[str, ...]


BOUNDS: Final = Bounds()
_Offers = dict[tuple[str, str], Offer]


def refresh(former: PriceRun, reading: Reading, bounds: Bounds = BOUNDS) -> Refreshed:
    """What is in force after a reading. Raises Refused for a currency without an exchange rate.

    Former offers that the reading does not speak of stay and grow old.
    """
    mine = _positions(former, reading.provider)
    before = {at: former.offers[at] for at in mine}
    spoken: _Offers = {
        (offer.region, offer.sku): offer for offer in before.values() if reading.speaks_of(offer)
    }
    now: _Offers = {(offer.region, offer.sku): offer for offer in reading.offers}
    both = [(spoken[key], now[key]) for key in now if key in spoken]
    ratios = [_ratio(former, old, new) for old, new in both]
    counts = _Counts(
        former=len(spoken),
        added=len(now.keys() - spoken.keys()),
        changed=sum(abs(ratio - 1) > 1e-9 for ratio in ratios),  # noqa: PLR2004 - the grain of a float
        gone=len(spoken.keys() - now.keys()),
        jumps=sum(max(ratio, 1 / ratio) > bounds.jump for ratio in ratios),
    )
    if reasons := tuple(_incredible(counts, bounds)):
        return counts.refreshed(Outcome.QUARANTINED, former, reasons)
    kept = [offer for offer in before.values() if (offer.region, offer.sku) not in spoken]
    run = _merged(former, reading, [*kept, *now.values()])
    same = run.id == former.id
    return counts.refreshed(Outcome.UNCHANGED if same else Outcome.TAKEN, former if same else run)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Counts:
    former: int
    added: int
    changed: int
    gone: int
    jumps: int

    def refreshed(
        self, outcome: Outcome, run: PriceRun, reasons: tuple[str, ...] = ()
    ) -> Refreshed:
        return Refreshed(
            outcome=outcome,
            run=run,
            added=self.added,
            changed=self.changed,
            gone=self.gone,
            reasons=reasons,
        )


def _positions(run: PriceRun, provider: str) -> list[int]:
    words = run.offers.provider.words
    if provider not in words:
        return []
    found: list[int] = np.flatnonzero(run.offers.provider.codes == words.index(provider)).tolist()
    return found


def _ratio(run: PriceRun, old: Offer, new: Offer) -> float:
    """How many times dearer, in kroner: a feed may change its currency."""
    if old.currency == new.currency:
        return new.price / old.price
    return new.price * run.nok(new.currency) / (old.price * run.nok(old.currency))


def _incredible(counts: _Counts, bounds: Bounds) -> Iterator[str]:
    whole = counts.former
    if not whole:
        return
    if counts.gone > bounds.gone * whole:
        yield f"{counts.gone} of {whole} offers have disappeared, more than {bounds.gone:.0%}"
    if counts.changed > bounds.changed * whole:
        yield f"{counts.changed} of {whole} prices differ, more than {bounds.changed:.0%}"
    if counts.jumps > bounds.jumps * whole:
        yield (
            f"{counts.jumps} prices are more than {bounds.jump:g} times dearer or cheaper, "
            f"more than {bounds.jumps:.0%} of {whole}"
        )


def _merged(former: PriceRun, reading: Reading, offers: list[Offer]) -> PriceRun:
    words = former.offers.provider.words
    code = words.index(reading.provider) if reading.provider in words else -1
    others = former.offers.taken(np.flatnonzero(former.offers.provider.codes != code))
    return replace(former, offers=others.with_others(offers_of(offers)))


def exchange(former: PriceRun, rates: Mapping[str, ExchangeRate]) -> PriceRun:
    """The run with younger exchange rates. An older or equal one changes nothing."""
    known = former.exchange
    younger = {
        name: rate for name, rate in rates.items() if name not in known or _newer(rate, known[name])
    }
    return replace(former, exchange={**known, **younger}) if younger else former


def _newer(rate: ExchangeRate, known: ExchangeRate) -> bool:
    return rate.day > known.day or (rate.day == known.day and rate.source != known.source)
