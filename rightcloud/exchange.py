"""What a currency costs in Norwegian kroner, on which day, according to whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from rightcloud.flaws import Flaw
from rightcloud.rates import MARKS
from rightcloud.table import table_of
from rightcloud.words import Mark

HOME = "NOK"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeRate:
    """`nok` kroner for one unit of `currency` on `day`."""

    currency: str
    nok: float
    day: date
    source: str
    mark: Mark


Exchange = Mapping[str, ExchangeRate]


def read_exchange(content: bytes, name: str) -> Exchange:
    """The rates by currency; Refused with `name:line: column: reason`."""
    table = table_of(content, name, ("currency", "nok", "date", "source", "mark"))
    currencies, marks = table.said("currency"), table.known("mark", MARKS)
    amounts, days = table.numbers("nok", above=True).tolist(), table.days("date")
    found: dict[str, ExchangeRate] = {}
    for row, (currency, day) in enumerate(zip(currencies, days, strict=True)):
        if day is None:
            raise table.refused(row, "date", Flaw.NO_RATE_DAY)
        if currency in found:
            raise table.refused(row, "currency", Flaw.TWICE, what=currency)
        found[currency] = ExchangeRate(
            currency=currency,
            nok=amounts[row],
            day=day,
            source=table.columns["source"][row],
            mark=Mark(marks[row]),
        )
    return found
