"""The bare question: the cheapest machine of a size in some countries. No law, no ranking."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rightcloud.countries import CountryGroup
from rightcloud.errors import Refused
from rightcloud.exchange import HOME, Exchange
from rightcloud.offers import Offer, Offers
from rightcloud.places import Atlas


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """At least so many vCPUs and so much memory in GiB, in a country of the group.

    Every offer counts, whatever its processor, and whether it has a GPU or bursts.
    """

    vcpus: float
    memory: float
    group: CountryGroup


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Cheapest first; nok: kroner an hour, by the same position.

    fitting: how many offers fit in all. unplaced: places in the offers that no atlas knows, so
    that their country cannot be told; they were not considered.
    """

    offers: tuple[Offer, ...]
    nok: tuple[float, ...]
    fitting: int
    unplaced: tuple[str, ...]


def cheapest(offers: Offers, asked: Asked, atlas: Atlas, exchange: Exchange, top: int = 5) -> Found:
    """The `top` cheapest. Equal prices: provider, region and name in alphabetical order.

    Raises Refused for a currency without an exchange rate.
    """
    if lost := set(offers.currency.words) - {HOME, *exchange}:
        raise Refused(f"there is no exchange rate for {min(lost)}: price the offers in USD or NOK")
    worth = np.array([1.0 if c == HOME else exchange[c].nok for c in offers.currency.words])
    inside = np.array([_inside(place, asked.group, atlas) for place in offers.places.words])
    fits = inside[offers.places.codes]
    fits &= (offers.vcpus >= asked.vcpus) & (offers.memory >= asked.memory)
    rows = np.flatnonzero(fits)
    nok = offers.price[rows] * worth[offers.currency.codes[rows]]
    # rows run by provider, region and name already: a stable sort keeps that among equals
    order = np.argsort(nok, kind="stable")[:top]
    return Found(
        offers=tuple(offers[int(row)] for row in rows[order]),
        nok=tuple(nok[order].tolist()),
        fitting=len(rows),
        unplaced=tuple(place for place in offers.places.words if place not in atlas.places),
    )


def _inside(place: str, group: CountryGroup, atlas: Atlas) -> bool:
    found = atlas.places.get(place)
    return found is not None and found.country in group.countries
