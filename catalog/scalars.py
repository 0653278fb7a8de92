"""The values an offering file is made of: ids, words, lengths of time, text in two languages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, JsonValue
from pydantic_core import PydanticCustomError

from catalog.complaints import Complaint
from catalog.expressions import linear

LONGEST_LEAD = timedelta(hours=2000)  # about one year of business time
LONGEST_LIFE = timedelta(days=3650)

# Also the names by which `catalog.shape` knows what was not followed.
SLUG = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"
CODE = r"^[a-z0-9]+(-[a-z0-9]+)*$"
FIELD_ID = r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$"
PLACE_ID = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*/[a-z0-9]+(-[a-z0-9]+)*$"
OUTPUT = r"^[a-z][a-z0-9-]*\.[a-z][a-z0-9_]*$"
ENDING = r"^(-[a-z0-9]+)*$"

_DURATION = re.compile(r"PT(?=[0-9])(?:([0-9]{1,4})H)?(?:([0-9]{1,4})M)?")
_DAYS = re.compile(r"P([0-9]{1,4})D")


def _refused(complaint: Complaint, **gaps: str) -> PydanticCustomError:
    """Pydantic's own kind of error, by the complaint's name; `catalog.shape` knows it again."""
    return PydanticCustomError(complaint.name, complaint.value, gaps)


def _business_time(raw: object) -> timedelta:
    """`PT4H`, `PT1H30M`. No days: a day is 24 hours to some and a working day to others."""
    match = _DURATION.fullmatch(raw) if isinstance(raw, str) else None
    if match is None:
        raise _refused(Complaint.NO_DURATION)
    length = timedelta(hours=int(match[1] or 0), minutes=int(match[2] or 0))
    if not timedelta() < length <= LONGEST_LEAD:
        raise _refused(Complaint.DURATION_LIMITS)
    return length


def _days(raw: object) -> timedelta:
    """`P30D`: whole days of the calendar, working or not."""
    match = _DAYS.fullmatch(raw) if isinstance(raw, str) else None
    if match is None:
        raise _refused(Complaint.NO_DAYS)
    length = timedelta(days=int(match[1]))
    if not timedelta() < length <= LONGEST_LIFE:
        raise _refused(Complaint.DAYS_LIMITS)
    return length


def _expression(raw: str) -> str:
    try:
        re.compile(raw)
    except (re.error, OverflowError, RecursionError) as error:
        raise _refused(Complaint.NO_EXPRESSION, why=str(error)) from None
    if not linear(raw):
        why = "it looks around, refers back or is too large"
        raise _refused(Complaint.NO_EXPRESSION, why=why)
    return raw


def _said(raw: str) -> str:
    if not raw.strip() or raw != raw.strip():
        raise _refused(Complaint.NO_WORDS)
    return raw


Slug = Annotated[str, Field(pattern=SLUG, max_length=40)]
ChoiceId = Annotated[str, Field(pattern=CODE, max_length=40)]
FieldId = Annotated[str, Field(pattern=FIELD_ID, max_length=40)]
Region = Annotated[str, Field(pattern=CODE, max_length=40)]
Words = Annotated[str, AfterValidator(_said), Field(max_length=2000)]
Expression = Annotated[str, AfterValidator(_expression), Field(min_length=1, max_length=200)]
BusinessTime = Annotated[timedelta, BeforeValidator(_business_time)]
Days = Annotated[timedelta, BeforeValidator(_days)]
PlaceId = Annotated[str, Field(pattern=PLACE_ID, max_length=81)]
Output = Annotated[str, Field(pattern=OUTPUT, max_length=81)]
Ending = Annotated[str, Field(pattern=ENDING, max_length=20)]
Kroner = Annotated[int, Field(ge=0, le=10_000_000)]
Fixed = Mapping[FieldId, JsonValue]


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
