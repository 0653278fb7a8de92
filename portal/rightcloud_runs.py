"""Price runs, feeds and rate cards in words, and what a rate card would change. No HTML here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from portal.rightcloud_words import SOURCES, day, kroner, place_title, said
from portal.speech import N_, Speech
from rightcloud.advisor import Advisor
from rightcloud.bundled import Facts
from rightcloud.decision import Candidate
from rightcloud.exchange import HOME
from rightcloud.journal import (
    CardDropped,
    CardUploaded,
    Entry,
    Happened,
    PricesQuarantined,
    PricesRefused,
    PricesTaken,
    QuarantineDropped,
)
from rightcloud.rate_card import RateCard
from rightcloud.standing import CARD
from rightcloud.workload import Workload

SHOWN = 50
HAPPENED: Mapping[type[Happened], str] = {
    PricesTaken: N_("In force"),
    PricesQuarantined: N_("In quarantine"),
    PricesRefused: N_("Could not be read"),
    QuarantineDropped: N_("Dropped from quarantine"),
    CardUploaded: N_("Uploaded"),
    CardDropped: N_("Dropped"),
}
# What the effect of a rate card is shown on: open data, so that the law leaves every place in.
SAMPLES: Mapping[str, Workload] = {
    N_("A small server: 2 vCPU, 8 GiB, 100 GB"): Workload(
        tags=("apen",), vcpus=2.0, memory_gib=8.0, block_gb=100.0
    ),
    N_("A larger one: 8 vCPU, 32 GiB, 500 GB"): Workload(
        tags=("apen",), vcpus=8.0, memory_gib=32.0, block_gb=500.0
    ),
    N_("An archive: 5 TB of object storage"): Workload(
        tags=("apen",), vcpus=1.0, memory_gib=1.0, machines=0, object_gb=5000.0
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """Where one provider's prices come from, how old they are, and what happened last."""

    source: str
    title: str
    count: str
    seen: str
    old: bool
    last: Happened | None
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of the history of prices."""

    entry: Happened
    what: str
    source: str
    details: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """One sample at one place: price and rank before and after. Empty: left out."""

    sample: str
    place: str
    before: str
    after: str
    rank_before: str
    rank_after: str


def feeds(facts: Facts, last: Mapping[str, Happened], today: date, speech: Speech) -> list[Feed]:
    """One for each provider whose prices are in force, and for each feed that failed."""
    offers = facts.run.offers
    limit = facts.policy.ages.mark_after
    found: list[Feed] = []
    for code, provider in enumerate(offers.provider.words):
        mine = offers.provider.codes == code
        days = sorted({offers.seen.words[one] for one in set(offers.seen.codes[mine].tolist())})
        newest = _day(days[-1])
        title = facts.atlas.providers.get(provider)
        entry = last.get(provider)
        found.append(
            Feed(
                source=provider,
                title=said(title.title, speech) if title else provider,
                count=speech.number(int(mine.sum())),
                seen=day(speech, newest) if newest else days[-1],
                old=newest is None or (today - newest).days > limit,
                last=entry,
                outcome=speech.gettext(HAPPENED[type(entry)]) if entry else "",
            )
        )
    return found


def rates(facts: Facts, speech: Speech) -> list[tuple[str, str, str, str]]:
    """Currency, kroner, day and source of every exchange rate in force."""
    return [
        (
            one.currency,
            f"{one.nok:.4f}".replace(".", ",") if speech.language == "nb" else f"{one.nok:.4f}",
            day(speech, one.day),
            speech.gettext(one.source),
        )
        for one in facts.run.exchange.values()
        if one.currency != HOME
    ]


def history(entries: Sequence[Entry], speech: Speech) -> list[Line]:
    """What has happened to the prices, newest first."""
    files = {e.card: e.file for e in entries if isinstance(e, CardUploaded)}
    found = [
        Line(
            entry=entry,
            what=speech.gettext(HAPPENED[type(entry)]),
            source=_source(entry, files, speech),
            details=list(_details(entry, speech)),
        )
        for entry in reversed(entries)
        if type(entry) in HAPPENED
    ]
    return found[:SHOWN]


def _source(entry: Entry, files: Mapping[str, str], speech: Speech) -> str:
    match entry:
        case CardUploaded() | CardDropped():
            return files.get(entry.card, entry.card[:12])
        case PricesTaken() if entry.source.startswith(CARD):
            return files.get(entry.source.removeprefix(CARD), entry.source)
        case PricesTaken() | PricesQuarantined() | PricesRefused() | QuarantineDropped():
            return source_title(entry.source, speech)
        case _:
            return ""


def _details(entry: Entry, speech: Speech) -> Iterator[str]:
    if isinstance(entry, PricesTaken | PricesQuarantined):
        yield speech.gettext(
            "%(added)s new, %(changed)s with another price, %(gone)s gone",
            added=speech.number(entry.added),
            changed=speech.number(entry.changed),
            gone=speech.number(entry.gone),
        )
    if isinstance(entry, PricesQuarantined):
        yield from entry.reasons
    if isinstance(entry, PricesRefused):
        yield from entry.problems


def source_title(source: str, speech: Speech) -> str:
    return speech.gettext(SOURCES[source]) if source in SOURCES else source


def effect(advisor: Advisor, card: RateCard, today: date, speech: Speech) -> list[Effect]:
    """What each place of the card costs before and after, and where it would rank."""
    facts = advisor.facts
    then = Advisor(replace(facts, run=facts.run.with_card(card)))
    found: list[Effect] = []
    for title, need in SAMPLES.items():
        if not set(need.tags) <= set(facts.policy.tags):
            continue
        sides = [_ranked(one, need, today) for one in (advisor, then)]
        for place in sorted(card.places):
            before, after = (side.get(place) for side in sides)
            found.append(
                Effect(
                    sample=speech.gettext(title),
                    place=place_title(facts, place, speech),
                    before=_price(before, speech),
                    after=_price(after, speech),
                    rank_before=str(before.rank) if before else "",
                    rank_after=str(after.rank) if after else "",
                )
            )
    return found


def _ranked(advisor: Advisor, need: Workload, today: date) -> dict[str, Candidate]:
    return {one.place.id: one for one in advisor.decide(need, today).candidates}


def _price(candidate: Candidate | None, speech: Speech) -> str:
    if candidate is None:
        return ""
    return kroner(speech, candidate.monthly_nok) + ("" if candidate.complete else " + ?")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
