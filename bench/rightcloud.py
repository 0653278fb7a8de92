"""One whole decision over all offers, beside plain SQLite and plain Python on the same question.

`python -m bench.rightcloud`. The other two answer less: the cheapest fitting machine of every
place, priced and sorted, for the places that the decision found open. They know no law, give no
reason, and rank by price alone. All must name the same places and sums. SQLite with an index
made for this one question is faster than the whole decision: what the index cannot know is the
law, the agreements, the reasons and the next question. Offers at places that nobody has assessed
are loaded but laid aside before any question comes: the decision says so of each such place.
"""

from __future__ import annotations

import sqlite3
import statistics
from collections.abc import Callable, Sequence
from datetime import date
from time import perf_counter

from rightcloud.advisor import Advisor
from rightcloud.bundled import load
from rightcloud.price_run import PriceRun
from rightcloud.rates import Charged
from rightcloud.workload import Workload

ROUNDS = 100
TURN = 10  # of one way before the next
ROUNDING = 0.015  # kroner: a half øre may be rounded up by one and down by another
TODAY = date(2026, 11, 24)
NEED = Workload(tags=("person",), vcpus=4, memory_gib=16, block_gb=200, egress_gb=100)

Row = tuple[str, float, float, bool, bool, float, float]
Answer = list[tuple[str, float]]  # place, kroner a month; cheapest first

MONTH = "round(round(hourly * 730, 2) + round(block * 200, 2) + round(egress * 100, 2), 2) as sum"
FITS = "vcpus >= 4 and memory >= 16 and x86 and not bursts and gpus = 0"
GROUPED = f"""
select place, {MONTH} from
(select place, min(hourly) as hourly from offers where {FITS} group by place)
join places using (place) order by sum, place
"""  # noqa: S608 - constants of this file
WALKED = f"""
select place, {MONTH} from
(select place, block, egress, (select hourly from offers where offers.place = places.place
 and {FITS} order by hourly limit 1) as hourly from places)
order by sum, place
"""  # noqa: S608 - constants of this file


def run(rounds: int = ROUNDS) -> None:
    began = perf_counter()
    advisor = Advisor(load())
    print(f"\nRightCloud, {len(advisor.facts.run.offers):,} offers", end="")
    print(f", loaded in {perf_counter() - began:.2f} s", end="")
    rows = _rows(advisor.facts.run)
    open_ = [each.place.id for each in advisor.decide(NEED, TODAY).candidates]
    extra = {place: _extra(advisor.facts.run, place) for place in open_}
    plain, indexed = _database(rows, extra), _database(rows, extra)
    indexed.execute(
        "create index cheap on offers (place, hourly, vcpus, memory, x86, bursts, gpus)"
    )
    ways: dict[str, Callable[[], Answer]] = {
        "whole decision, explained": lambda: _decided(advisor),
        "SQLite, index made for it": lambda: indexed.execute(WALKED).fetchall(),
        "SQLite, plain": lambda: plain.execute(GROUPED).fetchall(),
        "Python, plain": lambda: _scanned(rows, extra),
    }
    _agree({name: way() for name, way in ways.items()})
    _print(_timed(ways, rounds), len(open_))


def _decided(advisor: Advisor) -> Answer:
    found = advisor.decide(NEED, TODAY).candidates
    return sorted(
        ((each.place.id, each.monthly_nok) for each in found), key=lambda one: (one[1], one[0])
    )


def _rows(prices: PriceRun) -> list[Row]:
    return [
        (
            offer.place,
            offer.vcpus,
            offer.memory,
            offer.arch == "x86_64",
            offer.burstable,
            offer.gpus,
            offer.price * prices.nok(offer.currency),
        )
        for offer in prices.offers
    ]


def _extra(prices: PriceRun, place: str) -> tuple[float, float]:
    """Kroner for a GB of disk a month, and for a GB sent."""
    found = [prices.rates[place, charged] for charged in (Charged.BLOCK, Charged.EGRESS)]
    block, egress = (rate.price * prices.nok(rate.currency) for rate in found)
    return block, egress


def _database(rows: Sequence[Row], extra: dict[str, tuple[float, float]]) -> sqlite3.Connection:
    database = sqlite3.connect(":memory:")
    database.execute(
        "create table offers (place, vcpus real, memory real, x86, bursts, gpus, hourly real)"
    )
    database.execute("create table places (place primary key, block real, egress real)")
    database.executemany("insert into offers values (?, ?, ?, ?, ?, ?, ?)", rows)
    priced = [(place, *prices) for place, prices in extra.items()]
    database.executemany("insert into places values (?, ?, ?)", priced)
    return database


def _scanned(rows: Sequence[Row], extra: dict[str, tuple[float, float]]) -> Answer:
    best: dict[str, float] = {}
    for place, vcpus, memory, x86, bursts, gpus, hourly in rows:
        fits = x86 and not bursts and not gpus and vcpus >= NEED.vcpus
        if fits and memory >= NEED.memory_gib and place in extra:
            best[place] = min(hourly, best.get(place, hourly))
    answer: Answer = []
    for place, hourly in best.items():
        block, egress = extra[place]
        sums = (hourly * NEED.hours, block * NEED.block_gb, egress * NEED.egress_gb)
        answer.append((place, round(sum(round(one, 2) for one in sums), 2)))
    return sorted(answer, key=lambda one: (one[1], one[0]))


def _agree(answers: dict[str, Answer]) -> None:
    """A benchmark of two answers to two questions says nothing."""
    first = next(iter(answers.values()))
    for name, answer in answers.items():
        same = [place for place, _ in answer] == [place for place, _ in first]
        sums = zip(answer, first, strict=True) if same else []
        if not same or any(abs(one[1] - other[1]) > ROUNDING for one, other in sums):
            raise SystemExit(f"{name} gives another answer: {answer[:3]} and not {first[:3]}")


def _timed(ways: dict[str, Callable[[], Answer]], rounds: int) -> dict[str, list[float]]:
    """In turns, so that whatever else the machine does hits all alike."""
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(max(rounds // TURN, 1)):
        for name, way in ways.items():
            for _ in range(TURN):
                began = perf_counter()
                way()
                times[name].append(perf_counter() - began)
    return times


def _print(times: dict[str, list[float]], places: int) -> None:
    print(f"; {places} open places, {len(next(iter(times.values())))} rounds in turns")
    base = statistics.median(next(iter(times.values())))
    for name, spent in times.items():
        median = statistics.median(spent)
        least, most = min(spent), statistics.quantiles(spent, n=20)[-1]
        print(
            f"  {name:<28}{median * 1e3:8.2f} ms median {least * 1e3:8.2f} least"
            f" {most * 1e3:8.2f} P95   x {median / base:.1f}"
        )


if __name__ == "__main__":
    run()
