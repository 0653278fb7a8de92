"""What an agency needs: what the data are, how much, how near, how soon. Checked when read."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rightcloud.countries import CountryGroup
from rightcloud.documents import text_of
from rightcloud.errors import Refused
from rightcloud.policy import Policy

Amount = Annotated[float, Field(ge=0, le=1e9, allow_inf_nan=False)]
Size = Annotated[float, Field(gt=0, le=1e6, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Database(_Asked):
    """A managed database."""

    vcpus: Size
    storage_gb: Amount = 0.0


class Asked(_Asked):
    """How much each consideration counts; what is left out counts nothing."""

    price: Share = 0.0
    latency: Share = 0.0
    carbon: Share = 0.0
    delivery: Share = 0.0
    control: Share = 0.0


class Workload(_Asked):
    """One thing to be placed.

    machines     of this size each; with availability `zones` at least two are counted. 0 when
                 only storage is needed: a place must still sell such machines
    hours        a machine runs in a month
    block_gb, object_gb   stored in all; egress_gb: sent to the internet in a month
    growth_percent        a year, of what is stored and sent
    burstable    whether machines that run at full speed only for short periods will do
    """

    agency: Annotated[str, Field(max_length=100)] = ""
    tags: Annotated[tuple[str, ...], Field(min_length=1, max_length=50)]
    vcpus: Size
    memory_gib: Amount
    machines: Annotated[int, Field(ge=0, le=10_000)] = 1
    architecture: Literal["any", "x86_64", "arm64"] = "x86_64"
    burstable: bool = False
    gpus: Annotated[int, Field(ge=0, le=64)] = 0
    hours: Annotated[float, Field(gt=0, le=744, allow_inf_nan=False)] = 730.0
    block_gb: Amount = 0.0
    object_gb: Amount = 0.0
    egress_gb: Amount = 0.0
    database: Database | None = None
    growth_percent: Annotated[float, Field(ge=0, le=1000, allow_inf_nan=False)] = 0.0
    availability: Literal["single", "zones"] = "single"
    max_latency_ms: Annotated[float, Field(gt=0, le=10_000, allow_inf_nan=False)] | None = None
    country_group: str | None = None
    private_connection: bool = False
    needed_by: date | None = None
    weights: Asked | None = None


def read_workload(
    content: bytes, name: str, policy: Policy, groups: Mapping[str, CountryGroup]
) -> Workload:
    """The workload in a JSON document; Refused with `name:line: field: reason` for each flaw."""
    text = text_of(content, name)
    try:
        workload = Workload.model_validate_json(text)
    except ValidationError as error:
        flaws = [_flaw(text, name, detail) for detail in error.errors(include_url=False)]
        raise Refused(*flaws, *_unknown_tags(text, name, policy)) from None
    if flaws := [
        f"{_place(text, name, (field,))}: {reason}"
        for field, reason in unknown(workload, policy, groups)
    ]:
        raise Refused(*flaws)
    return workload


def _unknown_tags(text: str, name: str, policy: Policy) -> list[str]:
    """Those of a workload that has other flaws, so that all is told at once."""
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return []
    tags = said.get("tags") if isinstance(said, dict) else None
    named = [tag for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else []
    place = _place(text, name, ("tags",))
    return [f"{place}: {_no_tag(tag, policy)}" for tag in named if tag not in policy.tags]


def _no_tag(tag: str, policy: Policy) -> str:
    return f"unknown tag `{tag:.40}`; known are: {', '.join(policy.tags)}"


def unknown(
    workload: Workload, policy: Policy, groups: Mapping[str, CountryGroup]
) -> list[tuple[str, str]]:
    """The names in a workload that lead nowhere: field and reason."""
    flaws = [("tags", _no_tag(tag, policy)) for tag in workload.tags if tag not in policy.tags]
    if workload.country_group is not None and workload.country_group not in groups:
        listed = ", ".join(groups)
        reason = f"unknown group `{workload.country_group:.40}`; known are: {listed}"
        flaws.append(("country_group", reason))
    if workload.weights is not None and not any(workload.weights.model_dump().values()):
        flaws.append(("weights", "at least one must be more than 0"))
    return flaws


def _flaw(text: str, name: str, detail: Mapping[str, object]) -> str:
    path, message = detail["loc"], str(detail["msg"])
    steps = path if isinstance(path, tuple) else ()
    if detail["type"] == "json_invalid":
        found = re.search(r"line (\d+)", message)
        return (
            f"{name}:{found[1] if found else 1}: not JSON: {message.removeprefix('Invalid JSON: ')}"
        )
    reasons = {"missing": "is missing", "extra_forbidden": "unknown field"}
    reason = reasons.get(str(detail["type"]), message[:1].lower() + message[1:])
    return f"{_place(text, name, steps)}: {reason}"


def _place(text: str, name: str, path: tuple[object, ...]) -> str:
    """`name:line: field`, the line of the innermost field that stands in the text."""
    at = 0
    for step in path:
        found = re.compile(rf'"{re.escape(str(step))}"\s*:').search(text, at)
        at = found.start() if found else at
    line = text.count("\n", 0, at) + 1
    return f"{name}:{line}: {'.'.join(map(str, path)) or 'the file'}"
