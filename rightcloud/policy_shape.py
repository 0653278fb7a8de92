"""The shape of the policy file. Unknown keys are errors, every text stands in two languages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rightcloud.documents import Path, Toml
from rightcloud.policy import Basis, Outcome
from rightcloud.table import LAST_DAY
from rightcloud.words import Text

Said = Annotated[str, Field(min_length=1, pattern=r"\S")]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False, strict=False)]
Days = Annotated[int, Field(ge=1, le=3660)]
Day = Annotated[date, Field(le=LAST_DAY)]
Owner = Annotated[str, Field(pattern=r"^(own|eea|us)$")]


class Written(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class WrittenText(Written):
    nb: Said
    en: Said

    @property
    def text(self) -> Text:
        return Text(self.nb, self.en)


class WrittenAges(Written):
    mark_after_days: Days
    refuse_after_days: Days


class WrittenWeights(Written):
    price: Share
    latency: Share
    carbon: Share
    delivery: Share
    control: Share


class WrittenZone(Written):
    title: WrittenText
    owners: Annotated[list[Owner], Field(min_length=1)]
    countries: str | list[str]
    distance: Share


class WrittenMeasure(Written):
    title: WrittenText
    control: Annotated[str, Field(pattern=r"^(form|contract|provision|check):[a-z_]+$")]


class WrittenSwitch(Written):
    title: WrittenText
    stands: bool
    zones: Annotated[list[str], Field(min_length=1)]
    why: WrittenText
    basis: Annotated[Basis, Field(strict=False)]
    reference: Said
    checked: Day
    recheck_days: Days


class WrittenRule(Written):
    outcome: Annotated[Outcome, Field(strict=False)]
    measures: list[str] = []
    why: WrittenText
    basis: Annotated[Basis, Field(strict=False)] | None = None
    reference: Said | None = None
    checked: Day | None = None
    recheck_days: Days | None = None


class WrittenTag(Written):
    title: WrittenText
    examples: WrittenText
    basis: Annotated[Basis, Field(strict=False)]
    reference: Said
    checked: Day
    recheck_days: Days
    default: WrittenRule | None = None
    zone: dict[str, WrittenRule] = {}


class WrittenPolicy(Written):
    version: Said
    status: WrittenText
    prices: WrittenAges
    weights: WrittenWeights
    zones: Annotated[dict[str, WrittenZone], Field(min_length=1)]
    measures: dict[str, WrittenMeasure]
    switches: dict[str, WrittenSwitch] = {}
    tags: Annotated[dict[str, WrittenTag], Field(min_length=1)]
    classifications: dict[str, Annotated[list[str], Field(min_length=1)]] = {}


def shaped(source: Toml, flaw: Callable[[Path, str], None]) -> WrittenPolicy | None:
    """The document in this shape; None after telling `flaw` everything that does not fit."""
    try:
        return WrittenPolicy.model_validate(source.data)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            path = tuple(str(step) for step in detail["loc"])
            flaw(path, _plain(detail["type"], detail["msg"], path))
        return None


def _plain(kind: str, message: str, path: Path) -> str:
    if kind == "missing":
        return f"`{path[-1]}` is missing"
    if kind == "extra_forbidden":
        return "unknown key"
    return message[:1].lower() + message[1:]
