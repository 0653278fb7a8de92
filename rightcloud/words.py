"""What people read, in both languages, and how sure a figure is."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Literal, NamedTuple

Language = Literal["nb", "en"]


class Text(NamedTuple):
    nb: str
    en: str

    def get(self, language: Language) -> str:
        return self.nb if language == "nb" else self.en


def figure(number: float) -> Text:
    """A number as it is written: no more digits than it has, and the language's own comma."""
    written = f"{number:.10g}"
    return Text(written.replace(".", ","), written)


def written(day: date) -> Text:
    """A date as it is written."""
    return Text(f"{day.day}.{day.month}.{day.year}", day.isoformat())


class Mark(StrEnum):
    """How sure a figure is. Carried from the file to the page; never dropped on the way."""

    VERIFIED = "verified"
    PUBLISHED = "published"
    DERIVED = "derived"
    PROXY = "proxy"
    ASSUMED = "assumed"
    UNVERIFIED = "unverified"
    STALE = "stale"
    UNDATED = "undated"
    PLACEHOLDER = "placeholder"
    MISSING = "missing"


class Confidence(StrEnum):
    """How far a candidate can be trusted; red asks for work before anybody relies on it."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"


MARK_TEXTS = {
    Mark.VERIFIED: Text("kontrollert", "verified"),
    Mark.PUBLISHED: Text("fra leverandørens prisliste", "from the provider's price list"),
    Mark.DERIVED: Text("beregnet fra publiserte tall", "derived from published figures"),
    Mark.PROXY: Text("målt et annet sted i nærheten", "measured at another place nearby"),
    Mark.ASSUMED: Text("antatt, ikke kontrollert", "assumed, not checked"),
    Mark.UNVERIFIED: Text("ikke kontrollert", "not verified"),
    Mark.STALE: Text(
        "eldre enn grensen for ferske priser", "older than the limit for fresh prices"
    ),
    Mark.UNDATED: Text("uten dato", "without a date"),
    Mark.PLACEHOLDER: Text("plassholder, må erstattes", "a placeholder, to be replaced"),
    Mark.MISSING: Text("mangler", "missing"),
}

_SURE = frozenset({Mark.VERIFIED, Mark.PUBLISHED})
_UNUSABLE = frozenset({Mark.UNDATED, Mark.PLACEHOLDER, Mark.MISSING})


def confidence_in(mark: Mark) -> Confidence:
    if mark in _SURE:
        return Confidence.GREEN
    return Confidence.RED if mark in _UNUSABLE else Confidence.YELLOW
