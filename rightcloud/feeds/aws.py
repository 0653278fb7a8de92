"""The AWS price list of EC2 in one region: products, and their terms beside them.

One machine has dozens of products. All that tells them apart is pinned; a price that is off by
the cost of dedicated tenancy looks quite plausible.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from rightcloud.feeds.entry import Entry
from rightcloud.feeds.reading import Collected, Reading
from rightcloud.offers import Offer
from rightcloud.words import Mark

PROVIDER: Final = "aws"
SOURCE: Final = "AWS price list"
CURRENCY: Final = "USD"
PINNED: Final = {
    "tenancy": "Shared",
    "operatingSystem": "Linux",
    "preInstalledSw": "NA",
    "capacitystatus": "Used",
    "licenseModel": "No License required",
    "locationType": "AWS Region",
}
_GIB = re.compile(r"([0-9][0-9,]*(?:\.[0-9]+)?) GiB")
_BURSTS = re.compile(r"t[0-9]")


def read_aws(document: Mapping[str, Any], *, day: date) -> Reading:
    """Linux machines on demand; Refused with the product and its key."""
    source = Entry("aws", document)
    if source.at("offerCode").text() != "AmazonEC2":
        raise source.at("offerCode").refused("must be AmazonEC2")
    on_demand = source.at("terms").at("OnDemand")
    collected = Collected(PROVIDER, day)
    for key, product in source.at("products").items():
        if product.said("productFamily") != "Compute Instance":
            collected.skip("not a machine")
            continue
        attributes = product.at("attributes")
        aside = next(_unpinned(attributes), None)
        term = on_demand.find(key)
        if aside or term is None:
            collected.skip(aside or "without a price on demand")
        elif not collected.add(_offer(attributes, _price(term), day)):
            raise product.refused("a second price for the same machine: something is not pinned")
    return collected.reading(regions=collected.regions)


def _unpinned(attributes: Entry) -> Iterator[str]:
    for name, wanted in PINNED.items():
        if attributes.at(name).text() != wanted:
            yield f"another {name}"


def _price(term: Entry) -> tuple[float, date]:
    """The price of an hour, and since when."""
    (_, offered), *others = term.items()
    dimensions = [dimension for _, dimension in offered.at("priceDimensions").items()]
    if others or len(dimensions) != 1:
        raise term.refused("must hold one term with one price: it has changed its form")
    if (unit := dimensions[0].at("unit")).text() != "Hrs":
        raise unit.refused("must be Hrs")
    amount = dimensions[0].at("pricePerUnit")
    if (price := amount.find(CURRENCY)) is None:
        raise amount.refused(f"holds no {CURRENCY}, but {', '.join(amount.data)}")
    return price.number(), offered.at("effectiveDate").day()


def _offer(attributes: Entry, priced: tuple[float, date], day: date) -> Offer:
    price, since = priced
    sku = attributes.at("instanceType").text()
    arm = attributes.at("physicalProcessor").text().startswith("AWS Graviton")
    gpus = attributes.find("gpu")
    if price == 0:
        raise attributes.refused(f"{sku} is free of charge: that is not the price on demand")
    return Offer(
        provider=PROVIDER,
        region=attributes.at("regionCode").text(),
        sku=sku,
        family=sku.partition(".")[0],
        vcpus=attributes.at("vcpu").number(),
        memory=_gib(attributes.at("memory")),
        arch="arm64" if arm else "x86_64",
        gpus=0 if gpus is None else int(gpus.number()),
        burstable=_BURSTS.match(sku) is not None,
        price=price,
        currency=CURRENCY,
        as_of=since.isoformat(),
        seen=day.isoformat(),
        source=SOURCE,
        mark=Mark.PUBLISHED,
    )


def _gib(memory: Entry) -> float:
    found = _GIB.fullmatch(memory.text())
    if found is None:
        raise memory.refused(f"must be like `16 GiB`, not {memory.data!r:.40}")
    return float(found[1].replace(",", ""))
