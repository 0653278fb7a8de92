"""What was read from one provider's price list, and what it speaks of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from rightcloud.errors import Refused
from rightcloud.offers import Offer


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """What a price list does not say about a machine, known from elsewhere."""

    family: str
    vcpus: float
    memory: float
    arch: str
    gpus: int
    burstable: bool


def sizes(offers: Iterable[Offer]) -> Mapping[str, Size]:
    """The size of every machine among the offers, by its name."""
    return {
        offer.sku: Size(
            family=offer.family,
            vcpus=offer.vcpus,
            memory=offer.memory,
            arch=offer.arch,
            gpus=offer.gpus,
            burstable=offer.burstable,
        )
        for offer in offers
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Offers of one provider as of `day`.

    regions, families   that the list speaks of: what it no longer names there is no longer sold.
                        None is all of them
    skipped   how many entries were left aside, by the reason
    """

    provider: str
    day: date
    offers: tuple[Offer, ...]
    regions: frozenset[str] | None = None
    families: frozenset[str] | None = None
    skipped: Mapping[str, int] = field(default_factory=dict[str, int])

    def speaks_of(self, offer: Offer) -> bool:
        """Whether an offer of before should be in this list too."""
        there = self.regions is None or offer.region in self.regions
        known = self.families is None or offer.family in self.families
        return offer.provider == self.provider and there and known


def together(readings: Sequence[Reading]) -> Reading:
    """Readings of one provider's regions as one. Refused when there is none."""
    if not readings:
        raise Refused("no region's price list was found: there is nothing to read")
    first = readings[0]
    skipped: Counter[str] = Counter()
    for reading in readings:
        skipped.update(reading.skipped)
    return Reading(
        provider=first.provider,
        day=first.day,
        offers=tuple(offer for reading in readings for offer in reading.offers),
        regions=frozenset(region for reading in readings for region in reading.regions or ()),
        families=first.families,
        skipped=dict(skipped),
    )


class Collected:
    """Offers under way into a reading. Of one machine at one place the last price in force wins."""

    def __init__(self, provider: str, day: date) -> None:
        self.provider, self.day = provider, day
        self.skipped: Counter[str] = Counter()
        self._found: dict[tuple[str, str], Offer] = {}

    def skip(self, reason: str) -> None:
        self.skipped[reason] += 1

    def add(self, offer: Offer) -> bool:
        """False when another price of the same machine, place and day is there already."""
        key = offer.region, offer.sku
        former = self._found.get(key)
        if former is not None and former.as_of == offer.as_of and former.price != offer.price:
            return False
        if former is None or former.as_of <= offer.as_of:
            self._found[key] = offer
        return True

    @property
    def regions(self) -> frozenset[str]:
        return frozenset(region for region, _ in self._found)

    def reading(
        self, *, regions: frozenset[str] | None = None, families: frozenset[str] | None = None
    ) -> Reading:
        """Refused when nothing was found: an empty price list is a fault, not a sale."""
        if not self._found:
            left = ", ".join(f"{count} {reason}" for reason, count in self.skipped.items())
            raise Refused(f"{self.provider}: no offer in the price list ({left or 'it is empty'})")
        return Reading(
            provider=self.provider,
            day=self.day,
            offers=tuple(self._found.values()),
            regions=regions,
            families=families,
            skipped=dict(self.skipped),
        )
