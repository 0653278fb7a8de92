"""What a monitoring system reads: lead times, stages and promises as Prometheus writes them.

Drawn from the ledger at each reading, so several portals say the same. Never a name: an agency's
figures are on the lead-time page.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from hmac import compare_digest
from typing import Final

import numpy as np
from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response
from prometheus_client import CollectorRegistry
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector
from typing_extensions import override

from leadtime.deliveries import Book, Rows
from leadtime.figures import in_time, is_delivered, is_promised, split
from leadtime.survival import Flags, Numbers
from orders.model import State
from portal.house import House, InHouse

# Around the clock and in opening hours alike, from what a cloud takes to what a carrier takes.
_HOUR, _DAY = 3600, 86400
BUCKETS: Final = (
    *(10, 30, 60, 300, 900, 1800),
    *(hours * _HOUR for hours in (1, 2, 4, 8, 16)),
    *(days * _DAY for days in (1, 2, 5, 10, 20, 40)),
)
OF: Final = ("offering", "provider", "action")

router = APIRouter(include_in_schema=False)


@router.get("/metrics")
def metrics(request: Request, house: InHouse) -> Response:
    """For whoever shows the token of the settings; without one there is no such page."""
    token = house.settings.metrics_token
    shown = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
    if not token:
        raise HTTPException(404)
    if not compare_digest(shown.encode(), token.encode()):
        return Response("a token is needed\n", 401, headers={"WWW-Authenticate": "Bearer"})
    registry = CollectorRegistry()
    registry.register(_Reading(house))
    return Response(generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_LATEST})


class _Reading(Collector):
    def __init__(self, house: House) -> None:
        self._house = house

    @override
    def collect(self) -> Iterator[Metric]:
        now = self._house.now()
        book = self._house.deliveries.book(now)
        yield self._states()
        yield from self._danger(now)
        yield from _promises(book)
        yield from _lead_times(book)
        yield _stages(book)

    def _states(self) -> Metric:
        found = GaugeMetricFamily("grunnmur_orders", "Orders by state.", labels=["state"])
        counts = self._house.ledger.lead_times.by_state()
        for state in State:
            found.add_metric([state.value], counts.get(state, 0))
        return found

    def _danger(self, now: datetime) -> Iterator[Metric]:
        yield GaugeMetricFamily(
            "grunnmur_orders_in_jeopardy",
            "Open orders that will probably be late.",
            value=self._house.ledger.desk.tally().jeopardy,
        )
        yield GaugeMetricFamily(
            "grunnmur_orders_overdue",
            "Open orders past their first promise.",
            value=self._house.ledger.lead_times.overdue(now),
        )


def _promises(book: Book) -> Iterator[Metric]:
    found = CounterMetricFamily(
        "grunnmur_promises",
        "First promises of what was delivered or failed, kept or broken.",
        labels=[*OF, "outcome"],
    )
    for labels, mine in _grouped(book, is_promised(book, book.rows)):
        kept = int(in_time(book, mine).sum())
        found.add_metric([*labels, "kept"], kept)
        found.add_metric([*labels, "broken"], len(mine) - kept)
    yield found


def _lead_times(book: Book) -> Iterator[Metric]:
    said: Mapping[str, str] = {"wall": "around the clock", "business": "in opening hours"}
    for clock, words in said.items():
        name = "grunnmur_lead_time" + ("_business" if clock == "business" else "")
        found = HistogramMetricFamily(
            f"{name}_seconds", f"From order to delivery, {words}.", labels=OF
        )
        for labels, mine in _grouped(book, is_delivered(book, book.rows)):
            found.add_metric(labels, _buckets(mine[clock]), float(mine[clock].sum()))
        yield found


def _stages(book: Book) -> Metric:
    """Of what was delivered: how long each stay at a stage, or wait, was."""
    found = HistogramMetricFamily(
        "grunnmur_stage_seconds",
        "Each stay of a delivered item at a stage, or in a wait, around the clock.",
        labels=("stage", "side"),
    )
    stretches = book.stretches[is_delivered(book, book.rows)[book.stretches["row"]]]
    for numbers, mine in split(stretches, ("label", "side")):
        labels = [book.labels.word(number) for number in numbers]
        found.add_metric(labels, _buckets(mine["wall"]), float(mine["wall"].sum()))
    return found


def _grouped(book: Book, among: Flags) -> Iterator[tuple[list[str], Rows]]:
    for numbers, mine in split(book.rows[among], OF):
        yield [book.words.word(number) for number in numbers], mine


def _buckets(lengths: Numbers) -> list[tuple[str, float]]:
    """How many are no longer than each edge: they add up."""
    places = np.searchsorted(np.array(BUCKETS, float), lengths, side="left")
    counts = np.cumsum(np.bincount(places, minlength=len(BUCKETS) + 1))
    edges = [*(f"{float(edge)}" for edge in BUCKETS), "+Inf"]
    return [(edge, float(count)) for edge, count in zip(edges, counts, strict=True)]
