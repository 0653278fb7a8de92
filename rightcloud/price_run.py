"""Everything with a price, as it was at one time. Immutable: another price is another run."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from functools import cached_property

import numpy as np

from rightcloud.errors import Refused
from rightcloud.exchange import HOME, Exchange
from rightcloud.offers import Offers, offers_of
from rightcloud.rate_card import RateCard
from rightcloud.rates import Rates
from rightcloud.table import day_of


@dataclass(frozen=True, eq=False, kw_only=True)
class PriceRun:
    """Offers and rates in their own currencies, and what those cost in kroner.

    checked: by provider, the last day its prices were read and found to stand. A price is as old
    as the later of that day and its own.
    """

    offers: Offers
    rates: Rates
    exchange: Exchange
    checked: Mapping[str, date]
    _seen: dict[tuple[str, str], date | None] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        used = {*self.offers.currency.words, *(rate.currency for rate in self.rates.values())}
        if unknown := used - {HOME, *self.exchange}:
            raise Refused(f"there are prices in {min(unknown)} but no exchange rate for it")

    @cached_property
    def id(self) -> str:
        """Of the content: two runs with one id hold the same prices."""
        rates = sorted(self.rates.values(), key=lambda rate: (rate.place, rate.charged))
        rest = {
            "offers": self.offers.digest,
            "rates": [asdict(rate) for rate in rates],
            "exchange": [asdict(self.exchange[name]) for name in sorted(self.exchange)],
            "checked": dict(sorted(self.checked.items())),
        }
        text = json.dumps(rest, default=str, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def nok(self, currency: str) -> float:
        """Kroner for one unit of a currency that the run has prices in."""
        return 1.0 if currency == HOME else self.exchange[currency].nok

    def seen(self, provider: str, as_of: str) -> date | None:
        """The last day a price was known to stand; None for a price that has no day at all."""
        key = provider, as_of
        if key not in self._seen:
            days = [day_of(as_of), self.checked.get(provider)]
            self._seen[key] = max((day for day in days if day is not None), default=None)
        return self._seen[key]

    def with_card(self, card: RateCard) -> PriceRun:
        """The run with all prices of the card's places replaced by the card's."""
        gone = np.array([place in card.places for place in self.offers.places.words])
        kept = self.offers.taken(np.flatnonzero(~gone[self.offers.places.codes]))
        rates = {key: rate for key, rate in self.rates.items() if rate.place not in card.places}
        rates |= {(rate.place, rate.charged): rate for rate in card.rates}
        return replace(self, offers=kept.with_others(offers_of(card.offers)), rates=rates)
