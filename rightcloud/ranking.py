"""Which candidate first: a weighted score, and the Pareto front that no weights can hide."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rightcloud.policy import Weights

INFINITE = float("inf")
Point = tuple[float, float, float, float]  # price, latency, carbon, delivery


class Standing(NamedTuple):
    """What one candidate is compared by; less is better everywhere, None is unknown.

    missing: lines of the bill without a price; delivery: seconds since the epoch.
    """

    place: str
    missing: int
    price: float
    latency: float | None
    carbon: float | None
    delivery: float | None
    distance: float


class Ranked(NamedTuple):
    """`position` in what was given; `beaten_by` the position of one that is better, or None."""

    position: int
    score: float
    beaten_by: int | None


def rank(standings: Sequence[Standing], weights: Weights) -> list[Ranked]:
    """Best first. A bill with more gaps than another never comes before it.

    Ties are broken by price, then by the name of the place.
    """
    scores = _scores(standings, weights)
    order = sorted(
        range(len(standings)),
        key=lambda at: (
            standings[at].missing,
            scores[at],
            standings[at].price,
            standings[at].place,
        ),
    )
    fewest = min((standing.missing for standing in standings), default=0)
    points = [_point(standing, fewest) for standing in standings]
    cheap = sorted(range(len(points)), key=points.__getitem__)
    return [
        Ranked(position=at, score=scores[at], beaten_by=_beaten_by(points, cheap, at))
        for at in order
    ]


def _scores(standings: Sequence[Standing], weights: Weights) -> list[float]:
    parts = (
        (weights.price, _normal([standing.price for standing in standings])),
        (weights.latency, _normal([standing.latency for standing in standings])),
        (weights.carbon, _normal([standing.carbon for standing in standings])),
        (weights.delivery, _normal([standing.delivery for standing in standings])),
        (weights.control, [standing.distance for standing in standings]),
    )
    whole = sum(weight for weight, _ in parts)
    sums = [0.0] * len(standings)
    for weight, values in parts:
        if weight:
            sums = [so_far + weight * value for so_far, value in zip(sums, values, strict=True)]
    return [round(one / whole, 6) for one in sums]


def _normal(values: Sequence[float | None]) -> list[float]:
    """0 for the best, 1 for the worst and the unknown; all 0 when nobody's is known."""
    known = [value for value in values if value is not None]
    if not known:
        return [0.0] * len(values)
    least = min(known)
    width = max(known) - least or 1.0
    return [1.0 if value is None else (value - least) / width for value in values]


def _point(standing: Standing, fewest: int) -> Point:
    """A price with more gaps than others' says nothing, so it cannot win on price."""
    price = standing.price if standing.missing == fewest else INFINITE
    latency = INFINITE if standing.latency is None else standing.latency
    carbon = INFINITE if standing.carbon is None else standing.carbon
    delivery = INFINITE if standing.delivery is None else standing.delivery
    return (price, latency, carbon, delivery)


def _beaten_by(points: Sequence[Point], order: Sequence[int], at: int) -> int | None:
    """The cheapest that is at least as good in everything and better in something."""
    point = points[at]
    price, latency, carbon, delivery = point
    for other in order:
        rival = points[other]
        if rival[0] > price:
            return None
        if rival[1] <= latency and rival[2] <= carbon and rival[3] <= delivery and rival != point:
            return other
    return None
