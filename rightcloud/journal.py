"""What has happened to prices and policy: one frozen class per kind of line in the journal.

Documents are named by their digest; `files` and `parts` are name → digest.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import get_args

from pydantic import TypeAdapter, ValidationError

from rightcloud.archive import Row
from rightcloud.errors import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """When, who (`by` is the sign-in's id, `name` what people call them) and why."""

    at: datetime
    by: str
    name: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    hand: Hand


@dataclass(frozen=True, slots=True, kw_only=True)
class FactsBundled(Happened):
    """The files that the product came with, kept so that decisions made from them replay."""

    files: Mapping[str, str]
    run: str
    atlas: str
    policy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PricesTaken(Happened):
    """A new run is in force. `source` is a feed, or the rate card that was taken."""

    source: str
    run: str
    parts: Mapping[str, str]
    added: int
    changed: int
    gone: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PricesQuarantined(Happened):
    """A reading that is not believed. `parts` are those of its provider alone."""

    source: str
    parts: Mapping[str, str]
    added: int
    changed: int
    gone: int
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PricesRefused(Happened):
    """A feed that could not be read; what was in force stays."""

    source: str
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarantineDropped(Happened):
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CardUploaded(Happened):
    """A rate card waits for an operator to see its effect. `card` is its digest."""

    card: str
    file: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CardDropped(Happened):
    card: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyProposed(Happened):
    """A change that waits for a second person: a file by its digest, or switches.

    base   the id of the policy that it was made from
    """

    proposal: str
    base: str
    document: str = ""
    switches: Mapping[str, bool] = field(default_factory=dict[str, bool])
    summary: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyApproved(Happened):
    """In force from then on; `policy` is its id."""

    proposal: str
    policy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyRejected(Happened):
    proposal: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchClosed(Happened):
    """What some zones stand on has fallen. One person closes at once; opening takes two."""

    switch: str


Entry = (
    FactsBundled
    | PricesTaken
    | PricesQuarantined
    | PricesRefused
    | QuarantineDropped
    | CardUploaded
    | CardDropped
    | PolicyProposed
    | PolicyApproved
    | PolicyRejected
    | SwitchClosed
)
_ADAPTERS: Mapping[str, TypeAdapter[Entry]] = {
    kind.__name__: TypeAdapter(kind) for kind in get_args(Entry)
}


@dataclass(frozen=True, slots=True)
class Written:
    """An entry as a line of the journal."""

    at: datetime
    by: str
    kind: str
    body: str


def written(entries: Iterable[Entry]) -> Sequence[Written]:
    return [
        Written(
            at=entry.hand.at,
            by=entry.hand.by,
            kind=type(entry).__name__,
            body=_ADAPTERS[type(entry).__name__].dump_json(entry).decode(),
        )
        for entry in entries
    ]


def read(row: Row) -> Entry:
    """The entry; Refused for a line that this version does not know."""
    adapter = _ADAPTERS.get(row.kind)
    if adapter is None:
        raise Refused(f"journal line {row.seq} is a {row.kind:.40}, written by a newer version")
    try:
        return adapter.validate_json(row.body)
    except ValidationError as error:
        fields = ", ".join(".".join(map(str, one["loc"])) for one in error.errors())
        raise Refused(f"journal line {row.seq} cannot be read back: {fields}") from None
