"""Own prices as a file: what an operator uploads for own servers, private cloud, IBM in Norway.

One line per machine and per service. A region that the atlas does not know is refused: a price
without a place cannot be judged by any law.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from rightcloud.flaws import Flaw
from rightcloud.offers import ARCHITECTURES, Offer
from rightcloud.rates import CHARGED, MARKS, Charged, Rate
from rightcloud.table import Table, number_of, table_of
from rightcloud.words import Mark

MACHINE: Final = "machine"
COLUMNS = (
    *("provider", "region", "item", "sku", "vcpu", "ram_gib", "arch"),
    *("price", "currency", "as_of", "mark"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RateCard:
    """All prices of the places it names: what it leaves out is no longer sold there."""

    name: str
    offers: tuple[Offer, ...]
    rates: tuple[Rate, ...]

    @property
    def places(self) -> frozenset[str]:
        sold = {offer.place for offer in self.offers}
        return frozenset(sold | {rate.place for rate in self.rates})


def read_card(
    content: bytes, name: str, *, places: Collection[str], currencies: Collection[str]
) -> RateCard:
    """The card; Refused with `name:line: column: reason`.

    `places` are the known ones as provider/region, `currencies` those with an exchange rate.
    """
    table = table_of(content, name, COLUMNS)
    table.known("item", frozenset({MACHINE, *CHARGED}))
    table.known("mark", MARKS)
    table.known("currency", frozenset(currencies))
    _known_places(table, places)
    if None in (days := table.days("as_of")):
        raise table.refused(days.index(None), "as_of", Flaw.NO_DAY)
    prices = table.numbers("price").tolist()
    machines = [row for row, item in enumerate(table.columns["item"]) if item == MACHINE]
    others = [row for row, item in enumerate(table.columns["item"]) if item != MACHINE]
    card = RateCard(
        name=name,
        offers=tuple(_offer(table, row, prices[row]) for row in machines),
        rates=tuple(_rate(table, row, prices[row]) for row in others),
    )
    _each_once(table, machines + others, card)
    return card


def _known_places(table: Table, places: Collection[str]) -> None:
    providers, regions = table.said("provider"), table.said("region")
    for row, (provider, region) in enumerate(zip(providers, regions, strict=True)):
        if f"{provider}/{region}" not in places:
            raise table.refused(row, "region", Flaw.NO_PLACE, place=f"{provider}/{region}")


def _offer(table: Table, row: int, price: float) -> Offer:
    cell = {column: table.columns[column][row] for column in COLUMNS}
    if not cell["sku"]:
        raise table.refused(row, "sku", Flaw.NO_MACHINE)
    if cell["arch"] not in ARCHITECTURES:
        raise table.refused(
            row, "arch", Flaw.WANTS_ONE_OF, choices=", ".join(sorted(ARCHITECTURES))
        )
    if price <= 0:
        raise table.refused(row, "price", Flaw.FREE_MACHINE)
    return Offer(
        provider=cell["provider"],
        region=cell["region"],
        sku=cell["sku"],
        family="",
        vcpus=_size(table, row, "vcpu"),
        memory=_size(table, row, "ram_gib"),
        arch=cell["arch"],
        gpus=0,
        burstable=False,
        price=price,
        currency=cell["currency"],
        as_of=cell["as_of"],
        seen=cell["as_of"],
        source=f"rate card {table.name}",
        mark=Mark(cell["mark"]),
    )


def _size(table: Table, row: int, column: str) -> float:
    number = number_of(table.columns[column][row])
    if number is None or not 0 < number < float("inf"):
        raise table.refused(row, column, Flaw.NO_SIZE)
    return number


def _rate(table: Table, row: int, price: float) -> Rate:
    cell = {column: table.columns[column][row] for column in COLUMNS}
    return Rate(
        place=f"{cell['provider']}/{cell['region']}",
        charged=Charged(cell["item"]),
        price=price,
        currency=cell["currency"],
        as_of=cell["as_of"],
        seen=cell["as_of"],
        source=f"rate card {table.name}",
        mark=Mark(cell["mark"]),
    )


def _each_once(table: Table, rows: list[int], card: RateCard) -> None:
    names = [(offer.place, offer.sku) for offer in card.offers]
    names += [(rate.place, rate.charged) for rate in card.rates]
    seen: set[tuple[str, str]] = set()
    for row, name in zip(rows, names, strict=True):
        if name in seen:
            raise table.refused(row, "item", Flaw.TWICE, what=f"{name[0]} {name[1]}")
        seen.add(name)
