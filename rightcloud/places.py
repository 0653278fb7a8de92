"""Where one can be: country, latency, carbon, services; who sells there, under what agreement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from rightcloud.words import Mark, Text

EVERYBODY = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A measured or estimated number and what it stands on; None when there is none."""

    value: float | None
    mark: Mark
    basis: str


@dataclass(frozen=True, kw_only=True)
class Place:
    """One region of one provider.

    zones     availability zones, None when not recorded
    latency   P95 of a round trip to Oslo in milliseconds
    carbon    grams of CO2 equivalents per kWh of the power there
    assessed  when its facts were recorded; None: nobody has looked at it yet
    """

    provider: str
    region: str
    title: str
    country: str
    zones: int | None
    services: frozenset[str]
    services_mark: Mark
    latency: Figure
    carbon: Figure
    assessed: date | None
    note: str

    @cached_property
    def id(self) -> str:
        return f"{self.provider}/{self.region}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """What lets agencies buy from a provider. Dates are inclusive, None is open."""

    reference: str
    agencies: frozenset[str]
    start: date | None
    end: date | None
    mark: Mark

    def covers(self, agency: str) -> bool:
        return EVERYBODY in self.agencies or agency in self.agencies


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """Who sells places. `owner`: own, eea or us, who controls it."""

    id: str
    title: Text
    owner: str
    agreement: Agreement | None


@dataclass(frozen=True, kw_only=True)
class Atlas:
    """All places and providers. `digest` is of the files they were read from."""

    places: Mapping[str, Place]
    providers: Mapping[str, Provider]
    digest: str

    @property
    def id(self) -> str:
        return self.digest[:12]
