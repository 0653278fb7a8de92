"""What a month costs at one place, line by line, in kroner."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from rightcloud.decision import Line
from rightcloud.offers import Offer
from rightcloud.price_run import PriceRun
from rightcloud.rates import Charged
from rightcloud.table import day_of
from rightcloud.words import Mark
from rightcloud.workload import Workload

GROWN_YEARS = 3
_GROWS = frozenset({Charged.BLOCK, Charged.OBJECT, Charged.EGRESS, Charged.DATABASE_GB})


@dataclass(frozen=True)
class Pricing:
    """The prices in force, and how old one may be on the day of the decision."""

    run: PriceRun
    today: date
    mark_after: int
    _marks: dict[tuple[Mark, str], tuple[Mark, ...]] = field(default_factory=dict, init=False)
    _fresh: dict[tuple[str, str, bool], date | None] = field(default_factory=dict, init=False)

    @cached_property
    def limit(self) -> timedelta:
        """How old a price may be before it is marked."""
        return timedelta(self.mark_after)

    def marks(self, mark: Mark, seen: str) -> tuple[Mark, ...]:
        """How sure a price is, and whether it has no day or is older than it should be."""
        key = mark, seen
        if key not in self._marks:
            self._marks[key] = (mark, *self._age(day_of(seen)))
        return self._marks[key]

    def _age(self, seen: date | None) -> tuple[Mark, ...]:
        if seen is None:
            return (Mark.UNDATED,)
        return (Mark.STALE,) if self.today - seen > self.limit else ()

    def fresh_until(self, line: Line) -> date | None:
        """The last day on which a line's price and exchange rate are fresh; None if today is past.

        None too for a line that has no price, or a price that has no day.
        """
        key = line.seen, line.currency, line.nok is None
        if key not in self._fresh:
            self._fresh[key] = self._fresh_until(line)
        return self._fresh[key]

    def _fresh_until(self, line: Line) -> date | None:
        seen = day_of(line.seen)
        if seen is None or line.nok is None:
            return None
        exchanged = self.run.exchange.get(line.currency)
        last = (seen if exchanged is None else min(seen, exchanged.day)) + self.limit
        return last if last >= self.today else None


def machine_line(pricing: Pricing, offer: Offer, need: Workload) -> Line:
    rate, quantity = pricing.run.nok(offer.currency), need.hours * machines(need)
    return Line(
        charged=None,
        quantity=quantity,
        unit_price=offer.price,
        currency=offer.currency,
        rate=rate,
        nok=round(quantity * offer.price * rate, 2),
        as_of=offer.as_of,
        seen=offer.seen,
        source=offer.source,
        marks=pricing.marks(offer.mark, offer.seen),
    )


def rate_line(pricing: Pricing, place: str, charged: Charged, quantity: float) -> Line:
    """A rate that is not there makes a line without a sum, never a sum of nothing."""
    found = pricing.run.rates.get((place, charged))
    if found is None:
        return Line(
            charged=charged,
            quantity=quantity,
            unit_price=None,
            currency="NOK",
            rate=1.0,
            nok=None,
            as_of="",
            seen="",
            source="",
            marks=(Mark.MISSING,),
        )
    rate = pricing.run.nok(found.currency)
    return Line(
        charged=charged,
        quantity=quantity,
        unit_price=found.price,
        currency=found.currency,
        rate=rate,
        nok=round(quantity * found.price * rate, 2),
        as_of=found.as_of,
        seen=found.seen,
        source=found.source,
        marks=pricing.marks(found.mark, found.seen),
    )


def machines(need: Workload) -> int:
    """Two at least when a zone may fail."""
    return (
        max(need.machines, 2) if need.machines and need.availability == "zones" else need.machines
    )


def quantities(need: Workload, *, connected: bool) -> Iterator[tuple[Charged, float]]:
    """What is charged besides machines, and how much of it in a month."""
    stored = (
        (Charged.BLOCK, need.block_gb),
        (Charged.OBJECT, need.object_gb),
        (Charged.EGRESS, need.egress_gb),
    )
    yield from ((charged, amount) for charged, amount in stored if amount)
    if connected:
        yield Charged.CONNECTION, 1
    if need.database is not None:
        yield Charged.DATABASE_VCPU, need.database.vcpus * need.hours
        if need.database.storage_gb:
            yield Charged.DATABASE_GB, need.database.storage_gb


def total(lines: tuple[Line, ...]) -> float:
    """The sum of the lines that have a price: exactly what the lines show."""
    return round(sum(line.nok or 0.0 for line in lines), 2)


def grown(lines: tuple[Line, ...], percent: float) -> float:
    """The same sum with what is stored and sent as large as it will be in GROWN_YEARS."""
    if not percent:
        return total(lines)
    factor = (1 + percent / 100) ** GROWN_YEARS
    sums = ((line.nok or 0.0) * (factor if line.charged in _GROWS else 1.0) for line in lines)
    return round(sum(sums), 2)
