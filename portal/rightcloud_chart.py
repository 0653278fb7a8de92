"""A scatter chart as SVG: two figures of each place, the front marked. Style is in the sheet."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup, escape

WIDTH, HEIGHT = 640, 360
LEFT, RIGHT, TOP, BOTTOM = 64, 20, 16, 56
RADIUS = 11
STEPS = (1, 2, 2.5, 5, 10)
TICKS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """`label` is what the mark says, `told` what a pointer that rests on it reads."""

    x: float
    y: float
    label: str
    told: str
    front: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """`ticks` are the values that are written; the first and last are the ends."""

    label: str
    ticks: Sequence[float]
    texts: Sequence[str]

    def share(self, value: float) -> float:
        """Where a value is between the ends: 0 to 1."""
        low, high = self.ticks[0], self.ticks[-1]
        return (value - low) / (high - low)


def ticks(values: Sequence[float]) -> list[float]:
    """Round numbers from 0 to beyond the largest, about TICKS of them."""
    most = max(values, default=0) or TICKS  # where all are nothing, a scale of whole numbers
    rough = most / TICKS
    scale = 10 ** math.floor(math.log10(rough))
    step = next(scale * one for one in STEPS if scale * one >= rough)
    return [step * number for number in range(math.ceil(most / step) + 1)]


def scatter(points: Sequence[Point], x: Axis, y: Axis, title: str) -> Markup:
    """The chart; to those who do not see it, `title`: a table tells them the same."""
    body = "".join((*_grid(x, y), _front(points, x, y), *_marks(points, x, y)))
    head = f'<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img"'
    label = escape(title)
    return Markup(f'{head} aria-label="{label}">{body}</svg>')  # noqa: S704 - escaped part by part


def _grid(x: Axis, y: Axis) -> Iterator[str]:
    floor, end = HEIGHT - BOTTOM, WIDTH - RIGHT
    for value, text in zip(y.ticks, y.texts, strict=True):
        at = _down(y, value)
        yield f'<line class="chart__line" x1="{LEFT}" x2="{end}" y1="{at}" y2="{at}"/>'
        yield _text("chart__text chart__text--y", f'x="{LEFT - 8}" y="{at + 5}"', text)
    for value, text in zip(x.ticks, x.texts, strict=True):
        at = _across(x, value)
        yield f'<line class="chart__line" x1="{at}" x2="{at}" y1="{TOP}" y2="{floor}"/>'
        yield _text("chart__text", f'x="{at}" y="{floor + 20}"', text)
    middle = f'x="{(LEFT + end) / 2}" y="{HEIGHT - 8}"'
    yield _text("chart__text chart__text--title", middle, x.label)
    turned = f'transform="translate(16 {(TOP + floor) / 2}) rotate(-90)"'
    yield _text("chart__text chart__text--title", turned, y.label)


def _text(kind: str, place: str, text: str) -> str:
    return f'<text class="{kind}" {place}>{escape(text)}</text>'


def _front(points: Sequence[Point], x: Axis, y: Axis) -> str:
    """Steps along the places that no other beats in these two figures."""
    front = sorted((point.x, point.y) for point in points if point.front)
    lower: list[tuple[float, float]] = []
    for one in front:
        if not lower or one[1] < lower[-1][1]:
            lower.append(one)
    if len(lower) < 2:  # noqa: PLR2004 - a line has two ends
        return ""
    way = f"M{_across(x, lower[0][0])} {_down(y, lower[0][1])}"
    for _, (to, down) in pairwise(lower):
        way += f" H{_across(x, to)} V{_down(y, down)}"
    return f'<path class="chart__front" d="{way}"/>'


def _marks(points: Sequence[Point], x: Axis, y: Axis) -> Iterator[str]:
    """The best last, so that it lies on top where marks cover each other."""
    for point in reversed(points):
        across, down = _across(x, point.x), _down(y, point.y)
        kind = "chart__mark chart__mark--front" if point.front else "chart__mark"
        yield (
            f'<g class="{kind}"><title>{escape(point.told)}</title>'
            f'<circle cx="{across}" cy="{down}" r="{RADIUS}"/>'
            f'<text x="{across}" y="{down + 4}">{escape(point.label)}</text></g>'
        )


def _across(axis: Axis, value: float) -> float:
    return round(LEFT + axis.share(value) * (WIDTH - LEFT - RIGHT), 1)


def _down(axis: Axis, value: float) -> float:
    return round(HEIGHT - BOTTOM - axis.share(value) * (HEIGHT - TOP - BOTTOM), 1)
