"""Norges Bank's exchange rates as it publishes them: SDMX-JSON, series B.<currency>.NOK.SP."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from rightcloud.exchange import HOME, ExchangeRate
from rightcloud.feeds.entry import Entry
from rightcloud.words import Mark

SOURCE: Final = "Norges Bank"


def read_norges_bank(document: Mapping[str, Any]) -> Mapping[str, ExchangeRate]:
    """The youngest rate of each currency in the answer; Refused with the key.

    Some currencies are noted for 100 units: `nok` is always for one.
    """
    data = Entry("norges bank", document).at("data")
    structure = data.at("structure")
    names = _dimensions(structure.at("dimensions"), "series")
    (days,) = _dimensions(structure.at("dimensions"), "observation").values()
    powers = _attribute(structure, "UNIT_MULT")
    first, *_ = data.at("dataSets").each()
    found: dict[str, ExchangeRate] = {}
    for key, series in first.at("series").items():
        place = dict(zip(names, map(int, key.split(":")), strict=True))
        if names["QUOTE_CUR"][place["QUOTE_CUR"]].at("id").text() != HOME:
            raise series.refused(f"must be quoted in {HOME}")
        currency = names["BASE_CUR"][place["BASE_CUR"]].at("id").text()
        found[currency] = _youngest(series, currency, days, powers)
    return found


def _youngest(
    series: Entry, currency: str, days: list[Entry], powers: tuple[int, list[Entry]]
) -> ExchangeRate:
    observations = list(series.at("observations").items())
    dated = [(days[int(at)].at("id").day(), value) for at, value in observations]
    if not dated:
        raise series.refused(f"holds no rate of {currency}")
    day, observed = max(dated, key=lambda one: one[0])
    value, *_ = observed.each()
    position, exponents = powers
    chosen = list(series.at("attributes").each())[position]
    exponent = exponents[int(chosen.number())].at("id").number()
    nok = value.number() / 10**exponent
    if nok == 0:
        raise value.refused("a rate must be more than 0")
    return ExchangeRate(
        currency=currency, nok=round(nok, 8), day=day, source=SOURCE, mark=Mark.PUBLISHED
    )


def _dimensions(dimensions: Entry, level: str) -> dict[str, list[Entry]]:
    """The values that each dimension may have, by its id, in the order of the keys."""
    return {
        dimension.at("id").text(): list(dimension.at("values").each())
        for dimension in dimensions.at(level).each()
    }


def _attribute(structure: Entry, wanted: str) -> tuple[int, list[Entry]]:
    for position, name, values in _attributes(structure):
        if name == wanted:
            return position, values
    raise structure.refused(f"has no attribute {wanted}: the unit cannot be told")


def _attributes(structure: Entry) -> Iterator[tuple[int, str, list[Entry]]]:
    for position, attribute in enumerate(structure.at("attributes").at("series").each()):
        yield position, attribute.at("id").text(), list(attribute.at("values").each())
