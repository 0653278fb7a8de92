"""IBM's global catalogue: profiles say their size, deployments the price of a vCPU and a GiB.

IBM prices a family with factors upon those prices, which the catalogue does not tell.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from rightcloud.feeds.entry import Entry
from rightcloud.feeds.reading import Collected, Reading
from rightcloud.offers import Offer
from rightcloud.table import table_of
from rightcloud.words import Mark

PROVIDER: Final = "ibm"
SOURCE: Final = "IBM global catalogue"
_METRICS = {"VCPU_HOURS": "vcpu", "MEMORY_HOURS": "memory"}


@dataclass(frozen=True, slots=True)
class Factors:
    """What the price of a vCPU hour and of a GiB hour is multiplied with in a family."""

    vcpu: float
    memory: float


def read_factors(content: bytes, name: str) -> Mapping[str, Factors]:
    """By family; Refused with `name:line: column: reason`."""
    table = table_of(content, name, ("family", "vcpu", "memory"))
    vcpu, memory = table.numbers("vcpu", above=True), table.numbers("memory", above=True)
    pairs = zip(vcpu.tolist(), memory.tolist(), strict=True)
    return dict(zip(table.said("family"), (Factors(*pair) for pair in pairs), strict=True))


def read_ibm(
    profiles: Iterable[Mapping[str, Any]],
    prices: Iterable[Mapping[str, Any]],
    *,
    factors: Mapping[str, Factors],
    currency: str,
    day: date,
) -> Reading:
    """Every profile in every deployment; Refused with the document and its key.

    profiles: catalogue entries with their metadata. prices: the pricing of each deployment of the
    plan for machines. Families without factors are left aside.
    """
    collected = Collected(PROVIDER, day)
    known = [Entry(f"ibm profile {number}", each) for number, each in enumerate(profiles, 1)]
    for number, each in enumerate(prices, 1):
        document = Entry(f"ibm deployment {number}", each)
        region = document.at("deployment_location").text()
        found, since = _prices(document, currency, day)
        for profile in known:
            family = profile.at("name").text().partition("-")[0]
            if family in factors:
                collected.add(
                    _offer(profile, region, (found, since), (factors[family], currency, day))
                )
            else:
                collected.skip("of a family without factors")
    return collected.reading(families=frozenset(factors))


def _prices(document: Entry, currency: str, day: date) -> tuple[Mapping[str, float], date]:
    """The price of a vCPU hour and of a GiB hour, and since when the younger one holds."""
    found: dict[str, float] = {}
    since: list[date] = []
    for metric in document.at("metrics").each():
        part = _METRICS.get(metric.said("charge_unit_name"))
        if part is None or metric.at("effective_from").day() > day:
            continue
        amounts = {each.at("currency").text(): each for each in metric.at("amounts").each()}
        if currency not in amounts:
            raise metric.refused(f"holds no {currency}, but {', '.join(sorted(amounts))}")
        first, *_ = amounts[currency].at("prices").each()
        found[part] = first.at("price").number()
        since.append(metric.at("effective_from").day())
    if missing := {"vcpu", "memory"} - set(found):
        raise document.refused(f"has no price for {min(missing)}: it is cut short or has changed")
    return found, max(since)


def _offer(
    profile: Entry,
    region: str,
    priced: tuple[Mapping[str, float], date],
    terms: tuple[Factors, str, date],
) -> Offer:
    (prices, since), (factors, currency, day) = priced, terms
    sku = profile.at("name").text()
    config = profile.at("metadata").at("other").at("profile").at("default_config")
    vcpus, memory = config.at("cpu").number(), config.at("ram").number()
    if (arch := config.at("vcpu_architecture")).text() != "amd64":
        raise arch.refused(f"{sku} must be amd64")
    gpus = config.find("gpu_count")
    price = vcpus * prices["vcpu"] * factors.vcpu + memory * prices["memory"] * factors.memory
    return Offer(
        provider=PROVIDER,
        region=region,
        sku=sku,
        family=sku.partition("-")[0],
        vcpus=vcpus,
        memory=memory,
        arch="x86_64",
        gpus=0 if gpus is None else int(gpus.number()),
        burstable=False,
        price=round(price, 6),
        currency=currency,
        as_of=since.isoformat(),
        seen=day.isoformat(),
        source=SOURCE,
        mark=Mark.DERIVED,
    )
