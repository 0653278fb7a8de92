"""Readings of feeds into force or into quarantine, and what an operator does about a doubt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rightcloud.counsel import Counsel
from rightcloud.errors import Refusal, Refused, Told
from rightcloud.exchange import ExchangeRate
from rightcloud.feeds.reading import Reading
from rightcloud.feeds.refresh import BOUNDS, Bounds, Outcome, Refreshed, exchange, refresh
from rightcloud.journal import Hand, PricesQuarantined, PricesRefused, QuarantineDropped
from rightcloud.office import Decided, decide, kept, taken
from rightcloud.run_file import OFFERS, SEEN, parts_of, provider_parts, run_of

EXCHANGE = "exchange"
BELIEVED = Bounds(gone=2, changed=2, jumps=2)  # shares that nothing reaches


def take_reading(
    counsel: Counsel, reading: Reading, hand: Hand, bounds: Bounds = BOUNDS
) -> Refreshed:
    """A feed's reading into force or into quarantine; the same reading again changes nothing."""
    done: list[Refreshed] = []

    def judge() -> Decided:
        found = refresh(counsel.facts().run, reading, bounds)
        done.append(found)
        if found.outcome is Outcome.UNCHANGED:
            return (), {}
        if found.outcome is Outcome.TAKEN:
            return taken(found.run, reading.provider, hand, _counts(found))
        believed = refresh(counsel.facts().run, reading, BELIEVED)
        parts, documents = kept(provider_parts(believed.run, reading.provider))
        former = counsel.standing().quarantine.get(reading.provider)
        if former is not None and former.parts == parts:
            return (), {}
        entry = PricesQuarantined(
            hand=hand,
            source=reading.provider,
            parts=parts,
            reasons=found.reasons,
            **_counts(found),
        )
        return [entry], documents

    decide(counsel, judge)
    return done[-1]


def take_exchange(counsel: Counsel, rates: Mapping[str, ExchangeRate], hand: Hand) -> bool:
    """Younger exchange rates into force; False when these are known already."""

    def judge() -> Decided:
        former = counsel.facts().run
        known = {name: rate for name, rate in rates.items() if name in former.exchange}
        run = exchange(former, known)
        if run.id == former.id:
            return (), {}
        changed = sum(run.exchange[name] != former.exchange[name] for name in known)
        return taken(run, EXCHANGE, hand, {"added": 0, "changed": changed, "gone": 0})

    return bool(decide(counsel, judge))


def tell_refused(counsel: Counsel, source: str, problems: Sequence[str], hand: Hand) -> None:
    """A feed could not be read: kept for the operator, once for the same problems in a row."""

    def judge() -> Decided:
        last = counsel.standing().last.get(source)
        if isinstance(last, PricesRefused) and last.problems == tuple(problems):
            return (), {}
        entry = PricesRefused(hand=hand, source=source, problems=tuple(problems))
        return [entry], {}

    decide(counsel, judge)


def release_quarantine(counsel: Counsel, source: str, hand: Hand) -> None:
    """An operator believes a reading after all. Refused when it is not there any more."""

    def judge() -> Decided:
        held = counsel.standing().quarantine.get(source)
        if held is None:
            raise Refused(Told(Refusal.NO_QUARANTINE, source=source))
        known = parts_of(counsel.facts().run)
        rest = {k: v for k, v in known.items() if k not in {f"{OFFERS}{source}", f"{SEEN}{source}"}}
        bodies = counsel.archive.documents(list(held.parts.values()))
        run = run_of(rest | {name: bodies[digest] for name, digest in held.parts.items()})
        counts = {"added": held.added, "changed": held.changed, "gone": held.gone}
        return taken(run, source, hand, counts)

    decide(counsel, judge)


def drop_quarantine(counsel: Counsel, source: str, hand: Hand) -> None:
    """An operator does not believe it: the prices in force stay until the next reading."""

    def judge() -> Decided:
        if source not in counsel.standing().quarantine:
            raise Refused(Told(Refusal.NO_QUARANTINE, source=source))
        return [QuarantineDropped(source=source, hand=hand)], {}

    decide(counsel, judge)


def _counts(found: Refreshed) -> dict[str, int]:
    return {"added": found.added, "changed": found.changed, "gone": found.gone}
