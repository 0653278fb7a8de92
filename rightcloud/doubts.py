"""How far a candidate can be trusted, why not further, and until when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache

from rightcloud.bill import Pricing
from rightcloud.decision import Line
from rightcloud.exchange import HOME, ExchangeRate
from rightcloud.places import Place, Provider
from rightcloud.policy import Cell
from rightcloud.rates import Charged
from rightcloud.words import (
    MARK_TEXTS,
    Confidence,
    Mark,
    Text,
    confidence_in,
    figure,
    written,
)

Doubt = tuple[Confidence, Text]

TITLES: dict[Charged | None, Text] = {
    None: Text("maskiner", "machines"),
    Charged.BLOCK: Text("disk", "block storage"),
    Charged.OBJECT: Text("objektlager", "object storage"),
    Charged.EGRESS: Text("trafikk ut", "traffic out"),
    Charged.CONNECTION: Text("privat forbindelse", "private connection"),
    Charged.DATABASE_VCPU: Text("database", "database"),
    Charged.DATABASE_GB: Text("lagring i databasen", "database storage"),
}
_LATENCY = Text("Svartid", "Latency")
_CARBON = Text("Klimatall", "Carbon figure")
_SERVICES = Text("Tjenester på stedet", "Services at the place")
_AGREEMENT = Text("Rammeavtale", "Framework agreement")
_ORDER = (Confidence.RED, Confidence.YELLOW, Confidence.GREEN)


def of_lines(lines: Sequence[Line]) -> tuple[Doubt, ...]:
    return _of_marks(tuple((line.charged, line.marks) for line in lines))


@lru_cache(maxsize=1024)
def _of_marks(marked: tuple[tuple[Charged | None, tuple[Mark, ...]], ...]) -> tuple[Doubt, ...]:
    """One sentence for each mark, naming the lines that carry it."""
    titles: dict[Mark, list[Text]] = {}
    for charged, marks in marked:
        for mark in marks:
            titles.setdefault(mark, []).append(TITLES[charged])
    return tuple(
        doubt for mark, named in titles.items() for doubt in _doubt(_price_of(named), mark)
    )


def _price_of(titles: Sequence[Text]) -> Text:
    nb, en = ", ".join(title.nb for title in titles), ", ".join(title.en for title in titles)
    return Text(f"Pris på {nb}", f"Price of {en}")


def of_exchange(currencies: Iterable[str], pricing: Pricing) -> tuple[Doubt, ...]:
    found: tuple[Doubt, ...] = ()
    for currency in sorted(currencies):
        if currency != HOME:
            rate = pricing.run.exchange[currency]
            stale = pricing.today - rate.day > pricing.limit
            found += _of_rate(rate, Mark.STALE if stale else rate.mark)
    return found


@lru_cache(maxsize=64)
def _of_rate(rate: ExchangeRate, mark: Mark) -> tuple[Doubt, ...]:
    nok, day = figure(rate.nok), written(rate.day)
    return _doubt(
        Text(
            f"Valutakurs {rate.currency} {nok.nb} fra {day.nb}",
            f"Exchange rate {rate.currency} {nok.en} of {day.en}",
        ),
        mark,
    )


def of_place(place: Place, provider: Provider) -> tuple[Doubt, ...]:
    """About the figures of a place and the agreement with its provider."""
    found = _doubt(_LATENCY, place.latency.mark) + _doubt(_CARBON, place.carbon.mark)
    agreement = provider.agreement
    return found if agreement is None else found + _doubt(_AGREEMENT, agreement.mark)


def of_services(place: Place) -> tuple[Doubt, ...]:
    return _doubt(_SERVICES, place.services_mark)


def of_policy(cells: Iterable[Cell], today: date) -> tuple[Doubt, ...]:
    return tuple(_overdue(cell) for cell in cells if cell.past_due(today))


def _overdue(cell: Cell) -> Doubt:
    day = written(cell.recheck)
    return Confidence.RED, Text(
        f"Regelen for {cell.tag} skulle vært kontrollert på nytt innen {day.nb}.",
        f"The rule for {cell.tag} should have been checked again by {day.en}.",
    )


UNKNOWN_DELIVERY: Doubt = (
    Confidence.YELLOW,
    Text(
        "Leveringstiden er ikke kjent, så det er usikkert om fristen holder.",
        "The delivery time is not known, so it is uncertain whether the date can be met.",
    ),
)


def level(doubts: Iterable[Doubt]) -> Confidence:
    found = {confidence for confidence, _ in doubts}
    return next((confidence for confidence in _ORDER if confidence in found), Confidence.GREEN)


def last_day(lines: Sequence[Line], pricing: Pricing) -> date | None:
    """The last day on which every price of a bill is fresh; None when one is not, or is missing.

    A bill without lines is fresh for ever.
    """
    days = [pricing.fresh_until(line) for line in lines]
    known = [day for day in days if day is not None]
    return min(known, default=date.max) if len(known) == len(days) else None


@lru_cache(maxsize=1024)
def _doubt(title: Text, mark: Mark) -> tuple[Doubt, ...]:
    if (found := confidence_in(mark)) is Confidence.GREEN:
        return ()
    text = MARK_TEXTS[mark]
    return ((found, Text(f"{title.nb}: {text.nb}.", f"{title.en}: {text.en}.")),)
