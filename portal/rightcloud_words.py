"""How RightCloud's words and figures are said on the pages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date

from babel.dates import format_date
from babel.numbers import format_decimal
from fastapi import Request

from portal.house import House
from portal.speech import N_, Speech
from rightcloud.bundled import Facts
from rightcloud.decision import Cause
from rightcloud.errors import Told
from rightcloud.policy import Basis, Outcome, Policy
from rightcloud.words import Confidence, Text

CONFIDENCE: Mapping[Confidence, str] = {
    Confidence.GREEN: N_("Certain"),
    Confidence.YELLOW: N_("Fairly certain"),
    Confidence.RED: N_("Uncertain"),
}
TONES: Mapping[Confidence, str] = {
    Confidence.GREEN: "green",
    Confidence.YELLOW: "yellow",
    Confidence.RED: "red",
}
OUTCOMES: Mapping[Outcome, str] = {
    Outcome.ALLOW: N_("Allowed"),
    Outcome.MEASURES: N_("With measures"),
    Outcome.DENY: N_("Not allowed"),
}
OUTCOME_TONES: Mapping[Outcome, str] = {
    Outcome.ALLOW: "green",
    Outcome.MEASURES: "yellow",
    Outcome.DENY: "red",
}
BASES: Mapping[Basis, str] = {
    Basis.LAW: N_("law"),
    Basis.POLICY: N_("the municipality's own choice"),
    Basis.ADVICE: N_("advice from an authority"),
}
CAUSES: Mapping[Cause, str] = {
    Cause.LAW: N_("What may be there"),
    Cause.AGREEMENT: N_("No framework agreement"),
    Cause.NOT_ASSESSED: N_("Not assessed"),
    Cause.COUNTRY: N_("The country"),
    Cause.LATENCY: N_("Too far away"),
    Cause.SERVICE: N_("Something is not offered there"),
    Cause.AVAILABILITY: N_("Too few zones"),
    Cause.SIZE: N_("No machine that fits"),
    Cause.DELIVERY: N_("Too late"),
}
DIRECTIONS: Mapping[str, str] = {
    "tighter": N_("stricter"),
    "looser": N_("less strict"),
    "as strict": N_("as strict as before"),
    "mixed": N_("stricter in some ways, less strict in others"),
}
ASSUMED = N_("assumption until the first reading from Norges Bank")  # in the seed's own words
SOURCES: Mapping[str, str] = {
    "aws": N_("Amazon Web Services"),
    "azure": N_("Microsoft Azure"),
    "gcp": N_("Google Cloud"),
    "ibm": N_("IBM Cloud"),
    "openstack": N_("The municipality's own cloud"),
    "exchange": N_("Norges Bank, exchange rates"),
}


class Spoken(str):
    """A problem that is in the reader's language already."""

    __slots__ = ()


NO_FILE = N_("Choose a file first.")


def no_file(house: House, request: Request) -> list[str]:
    """The problem of a form that was sent without its file."""
    return [Spoken(house.pages.speech(request).gettext(NO_FILE))]


def told(problems: Iterable[str], speech: Speech) -> list[tuple[str, str]]:
    """What is wrong, and the language it is in when that is not the reader's."""
    found: list[tuple[str, str]] = []
    for one in problems:
        if isinstance(one, Told):
            found.append((one.where + speech.gettext(one.refusal.value, **one.gaps), ""))
        else:
            found.append((one, "" if isinstance(one, Spoken) else "en"))
    return found


_PLACE = re.compile(r"[a-z-]+/[a-z0-9-]+")
_CELL = re.compile(rf"(\S+) x (\S+): ({'|'.join(DIRECTIONS)})")
_OPENED = re.compile(r"open (\S+)")
PARTS: Mapping[str, str] = {
    "status": N_("how far the rules have come"),
    "prices": N_("how old prices may be"),
    "weights": N_("what counts how much"),
    "zones": N_("the zones"),
    "measures": N_("the measures"),
    "switches": N_("the switches"),
    "tags": N_("the kinds of data"),
    "classifications": N_("the classifications"),
}


def summary_said(summary: Iterable[str], policy: Policy, speech: Speech) -> list[str]:
    """What a proposal changes, as its journal has it, in the reader's words."""
    return [_line_said(one, policy, speech) for one in summary]


def _line_said(line: str, policy: Policy, speech: Speech) -> str:
    if match := _CELL.fullmatch(line):
        tag, zone = policy.tags.get(match[1]), policy.zones.get(match[2])
        where = [said(tag.title, speech) if tag else match[1]]
        where.append(said(zone.title, speech) if zone else match[2])
        return f"{', '.join(where)}: {speech.gettext(DIRECTIONS[match[3]])}"
    if match := _OPENED.fullmatch(line):
        switch = policy.switches.get(match[1])
        title = said(switch.title, speech) if switch else match[1]
        return speech.gettext("opens: %(switch)s", switch=title)
    return speech.gettext(PARTS[line]) if line in PARTS else line


def said(text: Text, speech: Speech) -> str:
    return text.nb if speech.language == "nb" else text.en


def decimal(speech: Speech, value: float) -> str:
    """A number with no more digits than it has, in the language's own manner."""
    return str(format_decimal(round(value, 6), locale=speech.locale))


def kroner(speech: Speech, value: float) -> str:
    """Whole kroner, as prices are said."""
    return speech.price(round(value))


def exact(speech: Speech, value: float) -> str:
    """Kroner and øre, for a line of a bill."""
    return str(format_decimal(value, format="#,##0.00", locale=speech.locale))


def day(speech: Speech, value: date) -> str:
    """`24. nov. 2026`."""
    return str(format_date(value, "medium", locale=speech.locale))


def place_title(facts: Facts, place: str, speech: Speech) -> str:
    """`Microsoft Azure, Norway East`; the bare id of a place that is not known."""
    found = facts.atlas.places.get(place)
    if found is None:
        return place
    provider = said(facts.atlas.providers[found.provider].title, speech)
    return f"{provider}, {found.title or found.region}"


def said_of_places(facts: Facts, text: Text, speech: Speech) -> str:
    """A sentence that names places by their ids, with what they are called in their stead."""
    return _PLACE.sub(lambda found: place_title(facts, found[0], speech), said(text, speech))
