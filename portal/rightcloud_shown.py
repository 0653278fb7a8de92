"""What the panel of "Which cloud?" shows, in words already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from rightcloud.decision import Candidate, Cause, Decision, Reason

CARDS = 4  # places told in full; the table has them all


@dataclass(frozen=True, slots=True, kw_only=True)
class BillLine:
    title: str
    quantity: str
    unit: str
    price: str
    sum: str
    since: str
    source: str
    marks: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One place that may be chosen, in words. `missing`: the sum lacks something."""

    candidate: Candidate
    title: str
    where: str
    machine: str
    price: str
    grown: str
    missing: bool
    delivery: str
    latency: str
    carbon: str
    latency_brief: str
    carbon_brief: str
    measures: Sequence[str]
    why: Sequence[str]
    reasons: Sequence[str]
    doubts: Sequence[str]
    until: str
    lines: Sequence[BillLine]

    @property
    def id(self) -> str:
        return self.candidate.place.id


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """Places with the same reasons. `law` is the whole reason of those the law keeps out."""

    places: Sequence[str]
    reasons: Sequence[tuple[Reason, str]]

    @property
    def causes(self) -> Sequence[Cause]:
        return list(dict.fromkeys(reason.cause for reason, _ in self.reasons))


@dataclass(frozen=True, slots=True, kw_only=True)
class Otherwise:
    """What a change would lead to. `best` is empty when no place would be left."""

    change: str
    best: str
    price: str
    saves: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """The panel. `charts` are pairs of title and chart."""

    decision: Decision
    shown: Sequence[Shown]
    left_out: Sequence[LeftOut]
    otherwise: Sequence[Otherwise]
    charts: Sequence[tuple[str, Markup]]
    status: str
    past_due: int

    @property
    def cards(self) -> Sequence[Shown]:
        return self.shown[:CARDS]

    @property
    def excluded(self) -> int:
        return len(self.decision.exclusions)
