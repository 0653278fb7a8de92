"""Filters of EC2's listings: one takes so many values, and a call with more is refused."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from providers.aws.told import Told

MOST = 200


def several(name: str, values: Sequence[str]) -> Iterator[Told]:
    """As many filters as it takes, each for a call of its own."""
    for n in range(0, len(values), MOST):
        yield {"Name": name, "Values": list(values[n : n + MOST])}
