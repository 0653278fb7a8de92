"""The shape of the policy file. Unknown keys are errors, every text stands in two languages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from rightcloud.documents import Path, Toml
from rightcloud.errors import Told
from rightcloud.flaws import Flaw
from rightcloud.policy import Basis, Outcome
from rightcloud.table import LAST_DAY
from rightcloud.words import Text

CONTROL = r"^(form|contract|provision|check):[a-z_]+$"
Said = Annotated[str, Field(min_length=1, pattern=r"\S")]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False, strict=False)]
Days = Annotated[int, Field(ge=1, le=3660)]
Day = Annotated[date, Field(le=LAST_DAY)]
Owner = Literal["own", "eea", "us"]


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
    control: Annotated[str, Field(pattern=CONTROL)]


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


def shaped(source: Toml, flaw: Callable[[Path, Told], None]) -> WrittenPolicy | None:
    """The document in this shape; None after telling `flaw` everything that does not fit."""
    try:
        return WrittenPolicy.model_validate(source.data)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            path = tuple(str(step) for step in detail["loc"])
            flaw(path, _plain(detail, path))
        return None


# What pydantic finds, by its word for it, in our words.
_PLAIN: Mapping[str, Flaw] = {
    "extra_forbidden": Flaw.UNKNOWN_KEY,
    "string_type": Flaw.WANTS_TEXT,
    "string_too_short": Flaw.WANTS_WORDS,
    "too_short": Flaw.WANTS_WORDS,
    "float_type": Flaw.WANTS_NUMBER,
    "finite_number": Flaw.WANTS_NUMBER,
    "int_type": Flaw.WANTS_INTEGER,
    "bool_type": Flaw.WANTS_BOOLEAN,
    "date_type": Flaw.WANTS_DATE,
    "dict_type": Flaw.WANTS_KEYS,
    "model_type": Flaw.WANTS_KEYS,
    "list_type": Flaw.WANTS_LIST,
}


# The same for what has a limit or a choice, from what pydantic knows of it.
_LIMITS: Mapping[str, Callable[[Mapping[str, Any]], Told]] = {
    "greater_than_equal": lambda known: Told(Flaw.LEAST, limit=str(known["ge"])),
    "less_than_equal": lambda known: Told(Flaw.MOST, limit=str(known["le"])),
    "enum": lambda known: _one_of(known["expected"]),
    "literal_error": lambda known: _one_of(known["expected"]),
    "string_pattern_mismatch": lambda known: Told(
        Flaw.WANTS_CONTROL if known["pattern"] == CONTROL else Flaw.WANTS_WORDS
    ),
}


def _plain(detail: ErrorDetails, path: Path) -> Told:
    kind = detail["type"]
    if kind == "missing":
        return Told(Flaw.KEY_MISSING, key=path[-1])
    if kind in _PLAIN:
        return Told(_PLAIN[kind])
    if kind in _LIMITS:
        return _LIMITS[kind](detail.get("ctx", {}))
    return Told(Flaw.MISFIT, why=detail["msg"])


def _one_of(expected: str) -> Told:
    return Told(Flaw.WANTS_ONE_OF, choices=expected.replace(" or ", ", "))
