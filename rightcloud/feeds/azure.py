"""Azure Retail Prices: pages of items, in the currency that was asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from rightcloud.feeds.entry import Entry
from rightcloud.feeds.reading import Collected, Reading, Size
from rightcloud.offers import Offer
from rightcloud.words import Mark

PROVIDER: Final = "azure"
SOURCE: Final = "Azure Retail Prices"
_OTHER_PRODUCTS = ("Windows", "Dedicated Host", "Cloud Services", "CloudServices")
_OTHER_TERMS = ("Spot", "Low Priority")


def read_azure(
    pages: Iterable[Mapping[str, Any]], *, currency: str, sizes: Mapping[str, Size], day: date
) -> Reading:
    """Linux machines on demand; Refused with page and item.

    `sizes` by armSkuName: the list has prices alone. Each page must lead to the next and the last
    one to none, else some are missing.
    """
    collected = Collected(PROVIDER, day)
    following: object = "the first page"
    for number, page in enumerate(pages, 1):
        document = Entry(f"azure page {number}", page)
        if following is None:
            raise document.refused("the page before said that it was the last one")
        _read_page(document, currency, sizes, collected)
        following = page.get("NextPageLink")
    if following is not None:
        raise Entry("azure", None).refused("the last page says that there are more: cut short")
    return collected.reading()


def _read_page(page: Entry, currency: str, sizes: Mapping[str, Size], collected: Collected) -> None:
    _in_currency(page.at("BillingCurrency"), currency)
    items = list(page.at("Items").each())
    if page.at("Count").number() != len(items):
        raise page.refused(f"Count is {page.at('Count').data}, but there are {len(items)} items")
    for item in items:
        _in_currency(item.at("currencyCode"), currency)
        reason = _aside(item, collected.day)
        if reason is None and item.said("armSkuName") not in sizes:
            reason = "of a size that is not known"
        if reason is not None:
            collected.skip(reason)
        elif not collected.add(_offer(item, sizes, currency, collected.day.isoformat())):
            raise item.refused("another price for the same machine, place and day came before")


def _in_currency(found: Entry, currency: str) -> None:
    if found.text() != currency:
        raise found.refused(f"{found.text()} where {currency} was asked for")


def _aside(item: Entry, day: date) -> str | None:
    """Why an item is not a Linux machine on demand with a price today; None when it is."""
    product = item.at("productName").text()
    names = item.at("skuName").text() + item.at("meterName").text()
    checks = (
        ("not a virtual machine", item.at("serviceName").text() != "Virtual Machines"),
        ("not on demand", item.at("type").text() != "Consumption"),
        ("not by the hour", item.at("unitOfMeasure").text() != "1 Hour"),
        ("another product", any(word in product for word in _OTHER_PRODUCTS)),
        ("spot or low priority", any(word in names for word in _OTHER_TERMS)),
        ("a second meter", item.at("isPrimaryMeterRegion").data is not True),
        ("without a place", not item.said("armRegionName")),
        ("not yet in force", item.at("effectiveStartDate").day() > day),
        ("free of charge", item.at("retailPrice").number() == 0),
    )
    return next((reason for reason, applies in checks if applies), None)


def _offer(item: Entry, sizes: Mapping[str, Size], currency: str, seen: str) -> Offer:
    sku = item.at("armSkuName").text()
    size = sizes[sku]
    return Offer(
        provider=PROVIDER,
        region=item.at("armRegionName").text(),
        sku=sku,
        family=size.family,
        vcpus=size.vcpus,
        memory=size.memory,
        arch=size.arch,
        gpus=size.gpus,
        burstable=size.burstable,
        price=item.at("retailPrice").number(),
        currency=currency,
        as_of=item.at("effectiveStartDate").day().isoformat(),
        seen=seen,
        source=SOURCE,
        mark=Mark.PUBLISHED,
    )
