"""Which items need a run: judged by whether their leases still beat, on one's own clock. Pure.

A lease whose process is known to have ended is silent already.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from ledger import Ready

Key = tuple[str, str]

# A lease whose beat has not changed for so long belongs to nobody any more.
SILENCE_SECONDS = 5.0
# Who has not looked for so long (asleep, or the ledger was away) begins to count anew.
BLIND_SECONDS = 2.0
# So many runs of one item may follow each other at once; then each waits twice as long.
FREE_STARTS = 3
LONGEST_BRAKE = 60.0
# An item that had no new run for so long begins with none on its account.
FORGIVEN_SECONDS = 300.0


def key_of(item: Ready) -> Key:
    return item.order, item.item


@dataclass(frozen=True, slots=True)
class _Seen:
    generation: int
    beat: int
    since: float


@dataclass(slots=True)
class Pulses:
    """What was seen of each lease, and when it last changed.

    `gone` says whether an owner has ended beyond doubt.
    """

    gone: Callable[[str], bool] = lambda _owner: False
    _seen: dict[Key, _Seen] = field(default_factory=dict[Key, _Seen])
    _last: float | None = None

    def needy(self, now: float, items: Sequence[Ready]) -> list[Ready]:
        """Those of `items` (all that need a run) that no living run holds; `now` in seconds."""
        blind = self._last is None or now - self._last > BLIND_SECONDS
        self._last = now
        before = {} if blind else self._seen
        self._seen = {}
        found = []
        for item in items:
            lease = item.lease
            if lease is None or lease.free:
                found.append(item)
                continue
            key = key_of(item)
            seen = before.get(key)
            if seen is None or (seen.generation, seen.beat) != (lease.generation, lease.beat):
                seen = _Seen(lease.generation, lease.beat, now)
            self._seen[key] = seen
            if now - seen.since >= SILENCE_SECONDS or self.gone(lease.owner):
                found.append(item)
        return found


@dataclass(slots=True)
class _Account:
    starts: int
    last: float


@dataclass(slots=True)
class Brake:
    """Keeps an item whose runs all die at once from being run as fast as the machine can."""

    _accounts: dict[Key, _Account] = field(default_factory=dict[Key, _Account])

    def working(self, keys: Collection[Key]) -> None:
        """Told all that need a run. Whose item is held, or done, did not die: that is forgotten."""
        for well in self._accounts.keys() - keys:
            del self._accounts[well]

    def free(self, key: Key, now: float) -> bool:
        """Whether the item may have another run now."""
        account = self._accounts.get(key)
        if account is None or account.starts < FREE_STARTS:
            return True
        wait = min(2.0 ** (account.starts - FREE_STARTS), LONGEST_BRAKE)
        return now - account.last >= wait

    def started(self, key: Key, now: float) -> None:
        for old in [k for k, a in self._accounts.items() if now - a.last > FORGIVEN_SECONDS]:
            del self._accounts[old]
        account = self._accounts.setdefault(key, _Account(0, now))
        account.starts += 1
        account.last = now
