"""Columns and strips as SVG. Style is in the sheet; a table beside each tells the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

WIDTH, HEIGHT = 800, 330
LEFT, RIGHT, TOP, BOTTOM = 56, 8, 28, 34
FULL = 0.8  # of a month's width that its columns take
FINE = 1000  # parts that a strip is divided in


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """`value` None: there is nothing to show. `text` is written above it."""

    value: float | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """`ticks` from 0 up; `line` is a value that a line is drawn at, to compare with."""

    ticks: Sequence[float]
    texts: Sequence[str]
    line: float | None = None

    def down(self, value: float) -> float:
        share = min(value / self.ticks[-1], 1.0)
        return round(HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM), 1)


def columns(
    labels: Sequence[str], series: Sequence[Sequence[Column]], scale: Scale, title: str
) -> Markup:
    """One group of columns for each label, one column of it for each of the series."""
    room = (WIDTH - LEFT - RIGHT) / max(len(labels), 1)
    parts = [*_grid(scale)]
    for place, label in enumerate(labels):
        middle = round(LEFT + (place + 0.5) * room, 1)
        parts.append(_text("columns__text", middle, HEIGHT - 10, label))
        group = [one[place] for one in series]
        parts.extend(_group(group, scale, middle, room * FULL))
    head = f'<svg class="columns" viewBox="0 0 {WIDTH} {HEIGHT}" role="img"'
    return Markup(  # noqa: S704 - escaped part by part
        f'{head} aria-label="{escape(title)}">{"".join(parts)}</svg>'
    )


def _grid(scale: Scale) -> Iterator[str]:
    for value, text in zip(scale.ticks, scale.texts, strict=True):
        at = scale.down(value)
        yield f'<path class="columns__line" d="M{LEFT} {at} H{WIDTH - RIGHT}"/>'
        yield _text("columns__text columns__text--y", LEFT - 10, at + 5, text)
    if scale.line is not None:
        at = scale.down(scale.line)
        yield f'<path class="columns__goal" d="M{LEFT} {at} H{WIDTH - RIGHT}"/>'


def _group(group: Sequence[Column], scale: Scale, middle: float, room: float) -> Iterator[str]:
    width = round(room / len(group), 1)
    floor = HEIGHT - BOTTOM
    for place, one in enumerate(group):
        left = round(middle - room / 2 + place * width, 1)
        if one.value is not None:
            top = scale.down(one.value)
            size = f'width="{max(width - 4, 2):.1f}" height="{max(floor - top, 1):.1f}"'
            yield f'<rect class="columns__bar{place + 1}" x="{left + 2:.1f}" y="{top}" {size}/>'
        else:
            top = float(floor)
        yield _text("columns__value", left + width / 2, top - 7, one.text)


def _text(kind: str, x: float, y: float, text: str) -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}">{escape(text)}</text>'


def strip(begin: float, length: float, kind: str) -> Markup:
    """A bar from `begin`, as long as `length`, both shares of the whole; wide as its place is.

    For the eye: its row says the same.
    """
    left = round(min(max(begin, 0.0), 1.0) * FINE, 1)
    wide = round(min(max(length, 0.004), 1.0) * FINE, 1)  # a moment is still seen
    left = min(left, FINE - wide)
    return Markup(  # noqa: S704 - numbers and words of ours
        f'<svg class="strip" viewBox="0 0 {FINE} 10" preserveAspectRatio="none" '
        'aria-hidden="true" focusable="false"><rect class="strip__whole" '
        f'width="{FINE}" height="10"/><rect class="strip__{kind}" x="{left}" '
        f'width="{wide}" height="10"/></svg>'
    )
