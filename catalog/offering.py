"""The shape of an offering file. If it loads, the portal can show it and a flow can deliver it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, JsonValue
from pydantic_core import PydanticCustomError

ParameterType = Literal["string", "integer", "boolean", "choice", "date"]
Value = str | int | bool

LONGEST = 4000  # characters; no answer may be longer, whatever its file says
LARGEST = 2**53 - 1  # what every JSON reader keeps exactly
LONGEST_LEAD = timedelta(hours=2000)  # about one year of business time

_DURATION = re.compile(r"PT(?=[0-9])(?:([0-9]{1,4})H)?(?:([0-9]{1,4})M)?")


def _business_time(raw: object) -> timedelta:
    """`PT4H`, `PT1H30M`. No days: a day is 24 hours to some and a working day to others."""
    match = _DURATION.fullmatch(raw) if isinstance(raw, str) else None
    if match is None:
        raise PydanticCustomError(
            "duration",
            "write business time in hours and minutes, like PT4H or PT1H30M; a working day is PT8H",
        )
    length = timedelta(hours=int(match[1] or 0), minutes=int(match[2] or 0))
    if not timedelta() < length <= LONGEST_LEAD:
        raise PydanticCustomError("duration", "must be more than zero and at most PT2000H")
    return length


def _expression(raw: str) -> str:
    try:
        re.compile(raw)
    except (re.error, OverflowError, RecursionError) as error:
        raise PydanticCustomError(
            "pattern", "no regular expression: {why}", {"why": str(error)}
        ) from None
    return raw


def _said(raw: str) -> str:
    if not raw.strip() or raw != raw.strip():
        raise PydanticCustomError("words", "write something, without spaces around it")
    return raw


Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=40)]
FieldId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$", max_length=40)]
Region = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]
Words = Annotated[str, AfterValidator(_said), Field(max_length=2000)]
Expression = Annotated[str, AfterValidator(_expression), Field(min_length=1, max_length=200)]
BusinessTime = Annotated[timedelta, BeforeValidator(_business_time)]


class Strict(BaseModel):
    """No unknown keys, no guessing of types, no change after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Text(Strict):
    """The same words in Bokmål and English."""

    nb: Words
    en: Words

    def get(self, language: str) -> str:
        """English for `en`, `en-GB` and so on; Bokmål for everything else."""
        return self.en if language.lower().startswith("en") else self.nb


class Choice(Strict):
    title: Text
    hint: Text | None = None


class Parameter(Strict):
    """One question the order form asks.

    pattern     must match the whole answer; goes with an example that it matches
    multiline   a string that may have several lines
    maps_to     the provider parameter that gets the answer; without it the answer stays with us
    """

    type: ParameterType
    title: Text
    section: Text
    hint: Text | None = None
    help: Text | None = None
    required: bool = True
    default: Value | None = None
    choices: Mapping[Slug, Choice] = Field(default_factory=dict[str, Choice])
    pattern: Expression | None = None
    min_length: int | None = Field(default=None, ge=1, le=LONGEST)
    max_length: int | None = Field(default=None, ge=1, le=LONGEST)
    multiline: bool = False
    minimum: int | None = Field(default=None, ge=-LARGEST, le=LARGEST)
    maximum: int | None = Field(default=None, ge=-LARGEST, le=LARGEST)
    example: Words | None = None
    maps_to: FieldId | None = None


class Plan(Strict):
    """A size and price of an offering. `monthly_price` is NOK without VAT, indicative."""

    title: Text
    description: Text | None = None
    monthly_price: int = Field(ge=0, le=10_000_000)
    fixed: Mapping[FieldId, JsonValue] = Field(default_factory=dict[str, JsonValue])


class Offering(Strict):
    """A thing that can be ordered.

    version     one more for every change that customers can see
    account     alias of the provider account it is delivered in
    lead_time   what the catalogue states, in business time
    """

    id: Slug
    version: int = Field(ge=1)
    title: Text
    summary: Text
    help: Text | None = None
    icon: Slug
    provider: Slug
    account: Slug
    kind: Slug
    region: Region
    lead_time: BusinessTime
    plans: Mapping[Slug, Plan] = Field(min_length=1)
    parameters: Mapping[FieldId, Parameter] = Field(min_length=1)
