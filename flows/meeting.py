"""What a provider tells of strangers, and what the ledger knows of the place they are in."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from tempfile import TemporaryFile
from typing import Any

from catalog.adopting import Surroundings
from flows import runtime
from flows.calls import patiently
from orders.adoption import Met
from orders.findings import Scope
from providers import Provider
from providers.types import Stranger

NETWORK = "network"  # the kind whose outputs others stand in


@contextmanager
def strangers(there: Provider, scope: Scope) -> Generator[Iterator[Met]]:
    """All of them, read to the end before the first is given, through a file nobody else sees.

    A listing that breaks off is begun anew: nothing is said to be gone on the word of half of one.
    """
    with TemporaryFile("w+", encoding="utf-8") as file:

        def read() -> None:
            file.seek(0)
            file.truncate()
            for one in there.strangers():
                file.write(json.dumps(asdict(_met(one, scope))) + "\n")

        patiently(read)
        file.seek(0)
        yield (
            Met(**(told := json.loads(line)) | {"networks": tuple(told["networks"])})
            for line in file
        )


def surroundings(scope: Scope) -> Surroundings:
    """Memory grows with the networks and cost centres of an account, not with its things."""
    house = runtime.house()
    networks: dict[str, set[str]] = defaultdict(set)
    centres: dict[str, set[str]] = defaultdict(set)
    for one in house.ledger.candidates.neighbours(scope):
        for network in _stands_in(one):
            networks[network].add(one["agency"])
        if centre := str(one["answers"].get("cost_centre", "")):
            centres[centre].add(one["agency"])
    agencies = house.ledger.candidates.agencies() | set(house.zones.zones) - {"*"}
    return Surroundings(
        agencies=frozenset(agencies),
        networks={name: frozenset(whose) for name, whose in networks.items()},
        cost_centres={name: frozenset(whose) for name, whose in centres.items()},
        zones=house.zones,
        tags=house.tag_names,
    )


def _stands_in(one: Mapping[str, Any]) -> Iterator[str]:
    """The ids of the network that a thing is, or of those that it was placed in."""
    if one["kind"] == NETWORK:
        yield str(one["resource_id"])
        told = (one["outputs"].get(name, "") for name in ("network", "network_id", "subnet"))
    else:
        told = (one["parameters"].get(name, "") for name in ("network", "subnet"))
    for text in told:
        yield from filter(None, (part.strip() for part in str(text or "").split(",")))


def _met(one: Stranger, scope: Scope) -> Met:
    return Met(
        provider=scope.provider,
        account=scope.account,
        region=one.ref.region,
        kind=one.ref.kind,
        resource=one.ref.id,
        name=one.name,
        tags=one.tags,
        parameters=one.parameters,
        networks=one.networks,
    )
