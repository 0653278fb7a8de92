"""How anything comes into the journal: read it, decide, add; who loses a race decides anew."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from rightcloud import bundled
from rightcloud.archive import digest_of
from rightcloud.counsel import Counsel
from rightcloud.errors import Refusal, Refused, Told
from rightcloud.journal import Entry, FactsBundled, Hand, PricesTaken, written
from rightcloud.price_run import PriceRun
from rightcloud.run_file import parts_of

TRIES = 20

Decided = tuple[Sequence[Entry], Mapping[str, bytes]]


def decide(counsel: Counsel, judge: Callable[[], Decided]) -> Sequence[Entry]:
    """What `judge` says becomes lines of the journal; it is asked again when others were faster."""
    for _ in range(TRIES):
        seq = counsel.standing().seq
        entries, documents = judge()
        if not entries or counsel.archive.add(written(entries), documents, expected=seq):
            return entries
    raise Refused(Told(Refusal.BUSY))


def keep_facts(counsel: Counsel, hand: Hand) -> None:
    """Keep what the product came with, so that a decision made from it can be replayed for good."""

    def judge() -> Decided:
        seed = counsel.seed()
        mine = (seed.run.id, seed.atlas.id, seed.policy.id)
        if any((one.run, one.atlas, one.policy) == mine for one in counsel.standing().bundles):
            return (), {}
        files = {name: (digest_of(body), body) for name, body in bundled.read_files().items()}
        entry = FactsBundled(
            hand=hand,
            files={name: digest for name, (digest, _) in files.items()},
            run=seed.run.id,
            atlas=seed.atlas.id,
            policy=seed.policy.id,
        )
        return [entry], dict(files.values())

    decide(counsel, judge)


def taken(run: PriceRun, source: str, hand: Hand, counts: Mapping[str, int]) -> Decided:
    parts, documents = kept(parts_of(run))
    entry = PricesTaken(
        hand=hand,
        source=source,
        run=run.id,
        parts=parts,
        added=counts["added"],
        changed=counts["changed"],
        gone=counts["gone"],
    )
    return [entry], documents


def kept(parts: Mapping[str, bytes]) -> tuple[dict[str, str], dict[str, bytes]]:
    """The parts as digests, and the documents by digest."""
    digests = {name: digest_of(body) for name, body in parts.items()}
    return digests, {digests[name]: body for name, body in parts.items()}
