"""The answer: ranked candidates, each explained, and for every place left out the reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from rightcloud.offers import Offer
from rightcloud.places import Place
from rightcloud.policy import Basis
from rightcloud.rates import Charged
from rightcloud.words import Confidence, Mark, Text
from rightcloud.workload import Workload


class Cause(StrEnum):
    """Why a place is left out."""

    LAW = "law"
    AGREEMENT = "agreement"
    NOT_ASSESSED = "notAssessed"
    COUNTRY = "country"
    LATENCY = "latency"
    SERVICE = "service"
    AVAILABILITY = "availability"
    SIZE = "size"
    DELIVERY = "delivery"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One reason, in words; a reason from the policy says what it stands on."""

    cause: Cause
    text: Text
    tag: str = ""
    basis: Basis | None = None
    reference: str = ""


class Exclusion(NamedTuple):
    """A place left out; always with at least one reason."""

    place: str
    zone: str
    reasons: tuple[Reason, ...]


class Line(NamedTuple):
    """One line of the bill for a month. `charged` None is the machines.

    quantity x unit_price in `currency`, at `rate` kroner each. nok is None when there is no
    price: the total is then incomplete. marks: how sure, and whether too old or without a day.
    """

    charged: Charged | None
    quantity: float
    unit_price: float | None
    currency: str
    rate: float
    nok: float | None
    as_of: str
    seen: str
    source: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """When it would be delivered if ordered now: half of the orders by p50, nine in ten by p90."""

    p50: datetime
    p90: datetime


class Candidate(NamedTuple):
    """A place that may be chosen, first rank is recommended.

    monthly_nok   sum of the lines that have a price; grown_nok the same in three years' size
    score         0 is best in everything, 1 is worst
    pareto        no other candidate is at least as good in price, latency, carbon and delivery
                  and better in one of them
    measures      ids of what must be in place; why: the policy's words for this place
    guaranteed_until  last day on which prices, rules and agreement all hold, None when that has
                  passed already
    """

    rank: int
    place: Place
    zone: str
    offer: Offer
    lines: tuple[Line, ...]
    monthly_nok: float
    grown_nok: float
    score: float
    pareto: bool
    delivery: Delivery | None
    measures: tuple[str, ...]
    why: tuple[Text, ...]
    reasons: tuple[Text, ...]
    confidence: Confidence
    doubts: tuple[Text, ...]
    guaranteed_until: date | None

    @property
    def complete(self) -> bool:
        return all(line.nok is not None for line in self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Candidates and exclusions, and everything they follow from: same inputs, same answer."""

    workload: Workload
    today: date
    deliveries: Mapping[str, Delivery]
    policy: str
    atlas: str
    run: str
    candidates: tuple[Candidate, ...]
    exclusions: tuple[Exclusion, ...]

    @property
    def recommended(self) -> Candidate | None:
        return self.candidates[0] if self.candidates else None
