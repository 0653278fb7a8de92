"""Everything with a price, as it was at one time. Immutable: another price is another run."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from functools import cached_property

import numpy as np

from rightcloud.errors import Refused
from rightcloud.exchange import HOME, Exchange
from rightcloud.offers import Offers, offers_of
from rightcloud.rate_card import RateCard
from rightcloud.rates import Rates


@dataclass(frozen=True, eq=False, kw_only=True)
class PriceRun:
    """Offers and rates in their own currencies, and what those cost in kroner."""

    offers: Offers
    rates: Rates
    exchange: Exchange

    def __post_init__(self) -> None:
        used = {*self.offers.currency.words, *(rate.currency for rate in self.rates.values())}
        for currency in sorted(used):
            self.nok(currency)

    @cached_property
    def id(self) -> str:
        """Of the content: two runs with one id hold the same prices."""
        rates = sorted(self.rates.values(), key=lambda rate: (rate.place, rate.charged))
        rest = {
            "offers": self.offers.digest,
            "rates": [asdict(rate) for rate in rates],
            "exchange": [asdict(self.exchange[name]) for name in sorted(self.exchange)],
        }
        text = json.dumps(rest, default=str, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def nok(self, currency: str) -> float:
        """Kroner for one unit of a currency; Refused when the run has no rate of it."""
        if currency == HOME:
            return 1.0
        if currency not in self.exchange:
            raise Refused(f"there are prices in {currency} but no exchange rate for it")
        return self.exchange[currency].nok

    def with_card(self, card: RateCard) -> PriceRun:
        """The run with all prices of the card's places replaced by the card's."""
        gone = np.array([place in card.places for place in self.offers.places.words])
        kept = self.offers.taken(np.flatnonzero(~gone[self.offers.places.codes]))
        rates = {key: rate for key, rate in self.rates.items() if rate.place not in card.places}
        rates |= {(rate.place, rate.charged): rate for rate in card.rates}
        return replace(self, offers=kept.with_others(offers_of(card.offers)), rates=rates)
