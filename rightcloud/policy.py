"""What data may live where: tags x zones, strictest outcome wins, measures are united."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property

from rightcloud.errors import Refused
from rightcloud.words import Text


class Outcome(StrEnum):
    """From loose to strict."""

    ALLOW = "allow"
    MEASURES = "measures"
    DENY = "deny"


PRIVATE_LINK = "privlink"  # the measure that the bill must know: it costs money everywhere
STRICTNESS = {outcome: place for place, outcome in enumerate(Outcome)}


class Basis(StrEnum):
    """What an outcome stands on: an act, the municipality's own choice, an authority's advice."""

    LAW = "law"
    POLICY = "policy"
    ADVICE = "advice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What holds for one tag in one zone, why, and until when that was looked at."""

    tag: str
    zone: str
    outcome: Outcome
    measures: tuple[str, ...]
    why: Text
    basis: Basis
    reference: str
    checked: date
    recheck_days: int

    @property
    def recheck(self) -> date:
        """The day by which it must be checked again."""
        return self.checked + timedelta(days=self.recheck_days)

    def past_due(self, today: date) -> bool:
        return today > self.recheck


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    id: str
    title: Text
    examples: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """A jurisdiction and who owns the provider. `countries` None means every country.

    distance: from own control, 0 to 1.
    """

    id: str
    title: Text
    owners: frozenset[str]
    countries: frozenset[str] | None
    distance: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """Something that must be in place; `control` names what can check or provide it."""

    id: str
    title: Text
    control: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """What some zones stand on. While it does not stand they are closed, whatever the data."""

    id: str
    title: Text
    stands: bool
    zones: frozenset[str]
    why: Text
    basis: Basis
    reference: str
    checked: date
    recheck_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """How much each consideration counts in the ranking, each 0 to 1, not all 0."""

    price: float
    latency: float
    carbon: float
    delivery: float
    control: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceAges:
    """Days after which a price is marked as stale, and after which it is not used."""

    mark_after: int
    refuse_after: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a set of tags may in one zone, and the cells that say so, in the order of the file."""

    outcome: Outcome
    measures: tuple[str, ...]
    cells: tuple[Cell, ...]

    @property
    def denied(self) -> bool:
        return self.outcome is Outcome.DENY

    @property
    def private(self) -> bool:
        """Whether a private connection is among the measures."""
        return PRIVATE_LINK in self.measures


@dataclass(frozen=True, kw_only=True)
class Policy:
    """The whole table. `digest` is of the file, so that a version cannot change unseen.

    classifications   the tags that stand for an answer where a form asks for a class, not for tags
    """

    version: str
    digest: str
    status: Text
    ages: PriceAges
    weights: Weights
    zones: Mapping[str, Zone]
    measures: Mapping[str, Measure]
    switches: Mapping[str, Switch]
    tags: Mapping[str, Tag]
    written: Mapping[tuple[str, str], Cell]
    classifications: Mapping[str, tuple[str, ...]] = field(
        default_factory=dict[str, tuple[str, ...]]
    )

    @property
    def id(self) -> str:
        """Names content and switches: two policies with one id decide alike."""
        closed = sorted(switch.id for switch in self.switches.values() if not switch.stands)
        return "-".join([self.version, self.digest[:12], *(f"without-{name}" for name in closed)])

    @cached_property
    def cells(self) -> Mapping[tuple[str, str], Cell]:
        """What holds, by (tag, zone): as written, unless a switch has closed the zone."""
        closed = {
            zone: switch
            for switch in self.switches.values()
            if not switch.stands
            for zone in switch.zones
        }
        return {
            (tag, zone): _closed(cell, closed[zone]) if zone in closed else cell
            for (tag, zone), cell in self.written.items()
        }

    def zone_of(self, owner: str, country: str) -> str:
        """The first zone that fits; the last one takes every country, so there always is one."""
        return next(
            zone.id
            for zone in self.zones.values()
            if owner in zone.owners and (zone.countries is None or country in zone.countries)
        )

    def judge(self, tags: Collection[str], zone: str) -> Verdict:
        """Strictest outcome and united measures. `tags` must be known, and not be empty.

        For a denial only the denying cells are given: they are the reasons.
        """
        cells = [self.cells[tag, zone] for tag in self.tags if tag in tags]
        outcome = max((cell.outcome for cell in cells), key=STRICTNESS.__getitem__)
        if outcome is Outcome.DENY:
            return Verdict(outcome, (), tuple(cell for cell in cells if cell.outcome is outcome))
        measures = dict.fromkeys(measure for cell in cells for measure in cell.measures)
        return Verdict(outcome, tuple(measures), tuple(cells))

    def past_due(self, today: date) -> tuple[Cell, ...]:
        """The cells that should have been checked again before `today`."""
        return tuple(cell for cell in self.cells.values() if cell.past_due(today))

    def switched(self, **stands: bool) -> Policy:
        """The same policy with these switches set. Refused for a switch that there is not."""
        if unknown := set(stands) - set(self.switches):
            raise Refused(f"no switch `{min(unknown)}`; there are: {', '.join(self.switches)}")
        return replace(
            self,
            switches={
                name: replace(switch, stands=stands.get(name, switch.stands))
                for name, switch in self.switches.items()
            },
        )


def _closed(cell: Cell, switch: Switch) -> Cell:
    """A cell that denies already keeps its own reason."""
    if cell.outcome is Outcome.DENY:
        return cell
    return replace(
        cell,
        outcome=Outcome.DENY,
        measures=(),
        why=switch.why,
        basis=switch.basis,
        reference=switch.reference,
        checked=switch.checked,
        recheck_days=switch.recheck_days,
    )
