"""How far a resource is from a plan, by what decides the size; and what of it stays as it is."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from catalog.offering import Offering

# As clouds name sizes, the smallest first.
STEPS = ("nano", "micro", "small", "medium", "large", "xlarge")
OTHER_FAMILY = 0.25
OTHER = 2.0
SIZING = ("size", "disk_gb", "storage_class", "version", "redundancy", "high_availability")


def told(parameters: Mapping[str, Any]) -> list[Any]:
    """What of `parameters` decides the size."""
    return [parameters[name] for name in SIZING if name in parameters]


def distance(have: Mapping[str, Any], plan: Mapping[str, Any]) -> float:
    """0 when a plan asks for just this; of what either does not say nothing is known."""
    shared = [name for name in SIZING if name in have and name in plan]
    return sum(_apart(have[name], plan[name]) for name in shared)


def decided(offering: Offering, place: str) -> set[str]:
    """The provider parameters that a change of plan or of an answer changes."""
    terms = [offering.terms(name, place).fixed for name in offering.plans]
    names = {name for fixed in terms for name in fixed}
    differ = {name for name in names if len({str(one.get(name)) for one in terms}) > 1}
    return differ | {one.maps_to for one in offering.parameters.values() if one.maps_to}


def _apart(one: object, other: object) -> float:
    if one == other:
        return 0.0
    if _number(one) and _number(other):
        return abs(math.log2(max(float(str(one)), 0.5) / max(float(str(other)), 0.5)))
    steps = list(_steps(one, other))
    return abs(steps[0] - steps[1]) + OTHER_FAMILY if len(steps) == 2 else OTHER  # noqa: PLR2004 - both


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _steps(*sizes: object) -> Iterator[float]:
    """Where on the ladder each stands: `t3.large` is 4, `m5.4xlarge` is 7."""
    for size in sizes:
        word = str(size).rpartition(".")[2]
        times = word.removesuffix("xlarge")
        if word in STEPS:
            yield float(STEPS.index(word))
        elif times.isdecimal() and word != times and int(times):
            yield len(STEPS) - 1 + math.log2(int(times))
