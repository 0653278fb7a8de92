"""What besides machines costs money at a place: storage, traffic, connection, database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from rightcloud.flaws import Flaw
from rightcloud.table import table_of
from rightcloud.words import Mark, Text

COLUMNS = ("provider", "region", "service", "price", "currency", "as_of", "source", "mark")


class Charged(StrEnum):
    """What a rate is for. Its unit stands in UNITS."""

    BLOCK = "block"
    OBJECT = "object"
    EGRESS = "egress"
    CONNECTION = "connection"
    DATABASE_VCPU = "database_vcpu"
    DATABASE_GB = "database_gb"


UNITS = {
    Charged.BLOCK: Text("GB i en måned", "GB for a month"),
    Charged.OBJECT: Text("GB i en måned", "GB for a month"),
    Charged.EGRESS: Text("GB", "GB"),
    Charged.CONNECTION: Text("måned", "month"),
    Charged.DATABASE_VCPU: Text("vCPU-time", "vCPU hour"),
    Charged.DATABASE_GB: Text("GB i en måned", "GB for a month"),
}
CHARGED = frozenset(charged.value for charged in Charged)
MARKS = frozenset(mark.value for mark in Mark)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """The price of one unit at one place, in `currency`; as_of and seen as on an offer."""

    place: str
    charged: Charged
    price: float
    currency: str
    as_of: str
    seen: str
    source: str
    mark: Mark


Rates = Mapping[tuple[str, Charged], Rate]


def read_rates(content: bytes, name: str) -> Rates:
    """Every rate by place and what is charged; Refused with `name:line: column: reason`."""
    table = table_of(content, name, COLUMNS)
    columns = table.columns
    services, marks = table.known("service", CHARGED), table.known("mark", MARKS)
    providers, regions = table.said("provider"), table.said("region")
    prices = table.numbers("price").tolist()
    found: dict[tuple[str, Charged], Rate] = {}
    for row in range(len(table)):
        rate = Rate(
            place=f"{providers[row]}/{regions[row]}",
            charged=Charged(services[row]),
            price=prices[row],
            currency=columns["currency"][row],
            as_of=columns["as_of"][row],
            seen=columns.get("seen", columns["as_of"])[row],
            source=columns["source"][row],
            mark=Mark(marks[row]),
        )
        if found.setdefault((rate.place, rate.charged), rate) is not rate:
            raise table.refused(row, "service", Flaw.TWICE, what=f"{rate.place} {rate.charged}")
    return found
