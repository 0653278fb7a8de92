"""A file of offers in, columns out, and back. A bad row refuses the whole file, by line."""

from __future__ import annotations

import csv
import gzip
import io
import re
from collections.abc import Mapping

import numpy as np

from rightcloud.columns import frozen, words
from rightcloud.documents import toml_of
from rightcloud.errors import Refused
from rightcloud.flaws import Flaw
from rightcloud.offers import ARCHITECTURES, Offers
from rightcloud.table import Table, table_of
from rightcloud.words import Mark

COLUMNS = (
    *("provider", "region", "sku", "family", "vcpu", "ram_gib", "arch", "gpu", "burstable"),
    *("as_of", "source"),
)
PRICE_IN_USD = ("usd_h",)
PRICE = ("price_h", "currency")

_MARKS = frozenset(mark.value for mark in Mark)
_CURRENCY = re.compile(r"[A-Z]{3}")


def read_offers(content: bytes, name: str, marks: Mapping[str, Mark]) -> Offers:
    """The offers of a CSV file, gzip or plain; Refused with `name:line: column: reason`.

    The price stands in `usd_h`, or in `price_h` with `currency`. Without a column `seen` a price
    was last seen on the day of `as_of`. Without a column `mark` the mark follows from the source;
    a source that `marks` does not name is unverified.
    """
    table = table_of(content, name, COLUMNS)
    price = "usd_h" if "usd_h" in table.columns else "price_h"
    if missing := [
        column for column in PRICE if price == "price_h" and column not in table.columns
    ]:
        raise Refused(f"{name}:1: the header lacks usd_h, or {' and '.join(missing)} in its place")
    table.known("burstable", frozenset("01"))
    offers = Offers(
        provider=words(table.said("provider")),
        region=words(table.said("region")),
        sku=words(table.said("sku")),
        family=words(table.columns["family"]),
        vcpus=table.numbers("vcpu", above=True),
        memory=table.numbers("ram_gib"),
        arch=words(table.known("arch", ARCHITECTURES)),
        gpus=table.numbers("gpu"),
        burstable=frozen(table.numbers("burstable") > 0),
        price=table.numbers(price, above=True),
        currency=words(_currencies(table)),
        as_of=words(table.columns["as_of"]),
        seen=words(table.columns.get("seen", table.columns["as_of"])),
        source=words(table.said("source")),
        mark=words(_marks(table, marks)),
    )
    return _sorted(offers, table)


def _currencies(table: Table) -> list[str]:
    if "usd_h" in table.columns:
        return ["USD"] * len(table)
    found = table.columns["currency"]
    for word in set(found):
        if not _CURRENCY.fullmatch(word):
            raise table.refused(found.index(word), "currency", Flaw.NO_CURRENCY, text=word[:20])
    return found


def _marks(table: Table, marks: Mapping[str, Mark]) -> list[str]:
    if "mark" in table.columns:
        return table.known("mark", _MARKS)
    sources = table.columns["source"]
    of = {source: marks.get(source, Mark.UNVERIFIED).value for source in set(sources)}
    return [of[source] for source in sources]


def _sorted(offers: Offers, table: Table) -> Offers:
    order = offers.order()
    same = np.ones(max(len(offers) - 1, 0), dtype=np.bool_)
    for key in (offers.sku.codes, offers.region.codes, offers.provider.codes):
        same &= np.diff(key[order]) == 0
    if np.any(same):
        row = int(max(order[int(np.argmax(same)) : int(np.argmax(same)) + 2]))
        offer = offers[row]
        raise table.refused(row, "sku", Flaw.TWICE, what=f"{offer.place} {offer.sku}")
    return offers if np.all(np.diff(order) == 1) else offers.taken(order)


def write_offers(offers: Offers) -> bytes:
    """The offers as a gzip CSV that `read_offers` reads back to the same digest."""
    plain = io.StringIO(newline="")
    writer = csv.writer(plain, lineterminator="\n")
    writer.writerow([*COLUMNS[:9], *PRICE, "as_of", "seen", "source", "mark"])
    texts = [offers.provider, offers.region, offers.sku, offers.family]
    about = [offers.currency, offers.as_of, offers.seen, offers.source, offers.mark]
    writer.writerows(
        zip(
            *(text.spelt() for text in texts),
            offers.vcpus.tolist(),
            offers.memory.tolist(),
            offers.arch.spelt(),
            offers.gpus.astype(int).tolist(),
            offers.burstable.astype(int).tolist(),
            offers.price.tolist(),
            *(text.spelt() for text in about),
            strict=True,
        )
    )
    return gzip.compress(plain.getvalue().encode(), mtime=0)


def read_sources(content: bytes, name: str) -> Mapping[str, Mark]:
    """How sure the prices of each source are. Every source states its title and licence."""
    source = toml_of(content, name)
    found: dict[str, Mark] = {}
    flaws: list[str] = []
    for key, entry in source.data.items():
        if not isinstance(entry, dict) or set(entry) != {"title", "licence", "mark"}:
            flaws.append(source.flaw((key,), "needs title, licence and mark, and nothing else"))
        elif entry["mark"] not in _MARKS:
            flaws.append(source.flaw((key, "mark"), f"`{entry['mark']}` is no mark"))
        else:
            found[key] = Mark(entry["mark"])
    if flaws:
        raise Refused(*flaws)
    return found
