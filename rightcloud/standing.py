"""What is in force, and what waits for somebody: all that the journal's lines add up to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from rightcloud.journal import (
    CardDropped,
    CardUploaded,
    Entry,
    FactsBundled,
    PolicyApproved,
    PolicyProposed,
    PolicyRejected,
    PricesQuarantined,
    PricesRefused,
    PricesTaken,
    QuarantineDropped,
    SwitchClosed,
)

Feeds = PricesTaken | PricesQuarantined | PricesRefused
Value = TypeVar("Value")

CARD = "card "  # what the source of prices from a rate card begins with; its digest follows


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """As of line `seq` of the journal. Empty means that the product's own facts are in force.

    prices      the newest run that was taken; runs: every one, by its id
    document    digest of the policy file in force; documents: of every one that ever was, by
                the digest's beginning, as a policy's id names it
    switches    those that stand otherwise than their file says
    proposals, cards, quarantine   what waits for somebody
    last        what became of each feed the last time something happened to it
    bundles     the facts of every version of the product that a decision was made from
    """

    seq: int = 0
    prices: PricesTaken | None = None
    runs: Mapping[str, PricesTaken] = field(default_factory=dict[str, PricesTaken])
    document: str = ""
    documents: frozenset[str] = frozenset()
    switches: Mapping[str, bool] = field(default_factory=dict[str, bool])
    proposals: Mapping[str, PolicyProposed] = field(default_factory=dict[str, PolicyProposed])
    cards: Mapping[str, CardUploaded] = field(default_factory=dict[str, CardUploaded])
    quarantine: Mapping[str, PricesQuarantined] = field(
        default_factory=dict[str, PricesQuarantined]
    )
    last: Mapping[str, Feeds] = field(default_factory=dict[str, Feeds])
    bundles: Sequence[FactsBundled] = ()

    def after(self, seq: int, entries: Iterable[Entry]) -> Standing:
        """The standing when these have happened; `seq` is the last one's number."""
        standing = self
        for entry in entries:
            standing = _after(standing, entry)
        return replace(standing, seq=seq)


def _after(standing: Standing, entry: Entry) -> Standing:
    match entry:
        case FactsBundled():
            return replace(standing, bundles=(*standing.bundles, entry))
        case PricesTaken() | PricesQuarantined() | PricesRefused() | QuarantineDropped():
            return _after_prices(standing, entry)
        case CardUploaded():
            return replace(standing, cards={**standing.cards, entry.card: entry})
        case CardDropped():
            return replace(standing, cards=_without(standing.cards, entry.card))
        case _:
            return _after_policy(standing, entry)


def _after_prices(standing: Standing, entry: Feeds | QuarantineDropped) -> Standing:
    if isinstance(entry, QuarantineDropped):
        return replace(standing, quarantine=_without(standing.quarantine, entry.source))
    standing = replace(standing, last={**standing.last, entry.source: entry})
    match entry:
        case PricesQuarantined():
            return replace(standing, quarantine={**standing.quarantine, entry.source: entry})
        case PricesTaken():
            return replace(
                standing,
                prices=entry,
                runs={**standing.runs, entry.run: entry},
                quarantine=_without(standing.quarantine, entry.source),
                cards=_without(standing.cards, entry.source.removeprefix(CARD)),
            )
        case PricesRefused():
            return standing


def _after_policy(
    standing: Standing, entry: PolicyProposed | PolicyApproved | PolicyRejected | SwitchClosed
) -> Standing:
    match entry:
        case PolicyProposed():
            return replace(standing, proposals={**standing.proposals, entry.proposal: entry})
        case PolicyRejected():
            return replace(standing, proposals=_without(standing.proposals, entry.proposal))
        case SwitchClosed():
            return replace(standing, switches={**standing.switches, entry.switch: False})
        case PolicyApproved():
            proposed = standing.proposals[entry.proposal]
            return replace(
                standing,
                document=proposed.document or standing.document,
                documents=standing.documents | ({proposed.document} - {""}),
                switches={**standing.switches, **proposed.switches},
                proposals=_without(standing.proposals, entry.proposal),
            )


def _without(found: Mapping[str, Value], key: str) -> dict[str, Value]:
    return {name: value for name, value in found.items() if name != key}
