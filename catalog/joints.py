"""What one thing of an order can hand on to another: the wires that bundles have between them."""

from __future__ import annotations

from collections.abc import Iterable

from catalog.offering import Offering


def handed_on(offerings: Iterable[Offering], to: str, of: str, provider: str) -> dict[str, str]:
    """Provider parameter of an item of `to` -> output of one of `of`; empty where nothing is.

    Both are ids of offerings. The first bundle that has the two side by side says it.
    """
    for bundle in offerings:
        for part in bundle.items.values():
            needed = [need for need in part.needs if bundle.items[need].offering == of]
            if part.offering == to and needed:
                return _from(part.wires_at(provider), needed[0])
    return {}


def _from(wires: dict[str, str], source: str) -> dict[str, str]:
    split = {parameter: wire.partition(".") for parameter, wire in wires.items()}
    return {parameter: output for parameter, (item, _, output) in split.items() if item == source}
