"""Google's Cloud Billing catalogue: no machines, only their parts. Core and memory are composed.

A price does not mean that the machine is sold there, so only what is known to be sold is priced.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final

from rightcloud.feeds.entry import Entry
from rightcloud.feeds.reading import Collected, Reading
from rightcloud.offers import Offer
from rightcloud.words import Mark

PROVIDER: Final = "gcp"
SOURCE: Final = "Google Cloud Billing catalogue"
_PART = re.compile(
    r"(?P<family>[A-Z]\d[A-Z]?)(?: (?:AMD|Arm|Predefined|Memory-optimized))? Instance "
    r"(?P<part>Core|Ram) running in .+"
)
_COMPUTE_OPTIMISED = re.compile(r"Compute optimized (?P<part>Core|Ram) running in .+")  # C2
_UNITS = {"Core": "h", "Ram": "GiBy.h"}
# sold with parts whose price is not in core and memory
_WITH_MORE = re.compile(r"lssd|^z3-|^[ag]\d|^[fg]1-")

Parts = dict[tuple[str, str, str], tuple[float, date]]  # family, region, part → price, since


def read_google(
    pages: Iterable[Mapping[str, Any]], *, currency: str, sold: Iterable[Offer], day: date
) -> Reading:
    """The machines of `sold` at today's prices; Refused with page and SKU.

    `sold` are the offers that were known to be sold before. The last page must name no next one.
    """
    parts: Parts = {}
    following: object = "the first page"
    for number, page in enumerate(pages, 1):
        document = Entry(f"gcp page {number}", page)
        for sku in document.at("skus").each():
            _read_part(sku, currency, day, parts)
        following = page.get("nextPageToken")
    if following:
        raise Entry("gcp", None).refused("the last page says that there are more: cut short")
    return _composed(parts, currency, sold, day)


def _read_part(sku: Entry, currency: str, day: date, parts: Parts) -> None:
    category = sku.at("category")
    description = sku.at("description").text()
    match = _PART.fullmatch(description) or _COMPUTE_OPTIMISED.fullmatch(description)
    if match is None or category.at("usageType").text() != "OnDemand":
        return
    family = match.groupdict().get("family", "C2").lower()
    priced = _price(sku, match["part"], currency, day)
    if priced is None:
        return
    for region in sku.at("serviceRegions").each():
        key = family, region.text(), match["part"]
        if parts.setdefault(key, priced) != priced:
            raise sku.refused(f"a second price for {' '.join(key)}: {description}")


def _price(sku: Entry, part: str, currency: str, day: date) -> tuple[float, date] | None:
    """The price in force on the day, and since when; None when there is none yet."""
    in_force = [
        pricing
        for pricing in sku.at("pricingInfo").each()
        if pricing.at("effectiveTime").day() <= day
    ]
    if not in_force:
        return None
    expression = in_force[-1].at("pricingExpression")  # in the order of time
    if (unit := expression.at("usageUnit")).text() != _UNITS[part]:
        raise unit.refused(f"must be {_UNITS[part]} for {part}")
    *_, rate = expression.at("tieredRates").each()
    price = rate.at("unitPrice")
    if (found := price.at("currencyCode")).text() != currency:
        raise found.refused(f"{found.text()} where {currency} was asked for")
    units = price.find("units")
    nanos = price.find("nanos")
    amount = (units.number() if units else 0) + (nanos.number() if nanos else 0) / 1e9
    return amount, in_force[-1].at("effectiveTime").day()


def _composed(parts: Parts, currency: str, sold: Iterable[Offer], day: date) -> Reading:
    collected = Collected(PROVIDER, day)
    for offer in sold:
        core = parts.get((offer.family, offer.region, "Core"))
        memory = parts.get((offer.family, offer.region, "Ram"))
        if _WITH_MORE.search(offer.sku):
            collected.skip("has parts besides core and memory")
        elif core is None or memory is None or not core[0]:
            collected.skip("core or memory has no price there")
        else:
            collected.add(
                replace(
                    offer,
                    price=round(offer.vcpus * core[0] + offer.memory * memory[0], 6),
                    currency=currency,
                    as_of=max(core[1], memory[1]).isoformat(),
                    seen=day.isoformat(),
                    source=SOURCE,
                    mark=Mark.DERIVED,
                )
            )
    return collected.reading(families=frozenset(family for family, _, _ in parts))
