"""Delivery times in a JSON file: by place or provider, when half and when nine in ten arrive."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, TypeAdapter, ValidationError

from rightcloud.decision import Delivery
from rightcloud.documents import text_of
from rightcloud.errors import Refused


def _zoned(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("needs a time zone, as in 2026-12-24T12:00:00+01:00")
    return moment


class _Written(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    p50: Annotated[datetime, AfterValidator(_zoned)]
    p90: Annotated[datetime, AfterValidator(_zoned)]


_FILE = TypeAdapter(dict[str, _Written])


def read_deliveries(content: bytes, name: str) -> Mapping[str, Delivery]:
    """`{"azure": {"p50": ..., "p90": ...}}`; Refused with the key of what is wrong."""
    try:
        found = _FILE.validate_json(text_of(content, name))
    except ValidationError as error:
        flaws = error.errors(include_url=False)
        raise Refused(
            *(f"{name}: {'.'.join(map(str, flaw['loc']))}: {flaw['msg']}" for flaw in flaws)
        ) from None
    wrong = [key for key, each in found.items() if each.p90 < each.p50]
    if wrong:
        raise Refused(*(f"{name}: {key}: p90 is before p50" for key in wrong))
    return {key: Delivery(p50=each.p50, p90=each.p90) for key, each in found.items()}
