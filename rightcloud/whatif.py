"""What would it cost if something were otherwise? Answers are hypothetical and never orderable."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rightcloud.advisor import Advisor
from rightcloud.decision import Candidate, Decision
from rightcloud.words import Text
from rightcloud.workload import Workload


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """`field` set to `value`: the first candidate then, None when there is none."""

    field: str
    value: object
    best: Candidate | None
    places: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """A wish given up, what that leads to, and how much less a month costs (negative: more).

    saves is None when there was no candidate to compare with.
    """

    wish: Text
    best: Candidate
    saves: float | None


def sweep(
    advisor: Advisor, decision: Decision, changes: Mapping[str, Sequence[object]]
) -> Iterator[WhatIf]:
    """One answer for each value of each field; fields and values as in a workload's JSON.

    Raises pydantic's ValidationError for a value that no workload may have, Refused for an
    unknown name.
    """
    asked = decision.workload.model_dump(mode="json")
    for field, values in changes.items():
        for value in values:
            need = Workload.model_validate_json(json.dumps({**asked, field: value}))
            other = advisor.decide(need, decision.today, decision.deliveries)
            yield WhatIf(
                field=field, value=value, best=other.recommended, places=len(other.candidates)
            )


# Wishes that an agency may give up by itself. The data's tags are not among them: they are facts.
_WISHES: Mapping[str, tuple[object, Text]] = {
    "country_group": (
        None,
        Text("Uten krav til land", "Without the wish for certain countries"),
    ),
    "max_latency_ms": (None, Text("Uten grense for svartid", "Without a limit to latency")),
    "architecture": ("any", Text("Med alle prosessortyper", "With every type of processor")),
    "burstable": (
        True,
        Text(
            "Med maskiner som går for fullt i korte perioder",
            "With machines at full speed for short periods",
        ),
    ),
    "availability": ("single", Text("I én sone", "In a single zone")),
    "private_connection": (
        False,
        Text("Uten ønsket om privat forbindelse", "Without the wish for a private connection"),
    ),
    "needed_by": (None, Text("Uten frist", "Without a date")),
}


def alternatives(advisor: Advisor, decision: Decision) -> tuple[Alternative, ...]:
    """What giving up one wish at a time would change, the largest saving first."""
    found: list[Alternative] = []
    now = decision.recommended
    asked = decision.workload.model_dump(mode="json")
    for field, (value, wish) in _WISHES.items():
        if asked[field] == value:
            continue
        for answer in sweep(advisor, decision, {field: [value]}):
            best = answer.best
            if best is None or (now is not None and _same(best, now)):
                continue
            saves = None if now is None else round(now.monthly_nok - best.monthly_nok, 2)
            found.append(Alternative(wish=wish, best=best, saves=saves))
    found.sort(key=lambda each: (each.saves is not None, -(each.saves or 0)))
    return tuple(found)


def _same(one: Candidate, other: Candidate) -> bool:
    return one.place.id == other.place.id and one.monthly_nok == other.monthly_nok
