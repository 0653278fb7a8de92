"""Objects on their way from one place to another, checked, in flat memory, and fine to repeat.

What is on both sides with the same size and checksum is left alone: a copy that was killed goes on
from what it finds. Names are merged from two sorted listings; a large object lies on the disk while
it passes through. Where a provider keeps no checksum of an object, both are read.
"""

from __future__ import annotations

import json
from collections.abc import Generator, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from hashlib import md5
from tempfile import SpooledTemporaryFile
from typing import IO

from flows import calls
from flows.calls import NotAsOrdered, patiently
from flows.listing import sorted_lines
from flows.sides import Side, check_there, gone
from providers.objects import PIECE, Content, MovesObjects, Stored

IN_MEMORY = 8 << 20  # bytes of an object before it goes to the disk
NAMED = 3  # objects that differ, by name; the others are counted
SKEW = 300.0  # seconds by which two clocks may differ


@dataclass(slots=True)
class Tally:
    """What a pass over the objects came to."""

    objects: int = 0
    size: int = 0
    carried: int = 0
    removed: int = 0

    def count(self, one: Stored) -> None:
        self.objects += 1
        self.size += one.size


Pair = tuple[Stored | None, Stored | None]


def copy(source: Side, goal: Side) -> Tally:
    """Make `goal` as `source` is; raises what calls to them raise."""
    tally = Tally()
    with _pairs(source, goal) as pairs:
        for old, new in pairs:
            if old is not None:
                tally.count(old)
                tally.carried += not _alike(old, new) and _carry(source, goal, old.name)
            elif new is not None:
                _remove(goal, new.name)
                tally.removed += 1
    return tally


def compare(source: Side, goal: Side) -> Tally:
    """Both hold the same; raises NotAsOrdered, which says what does not."""
    tally, wrong = Tally(), list[str]()
    with _pairs(source, goal) as pairs:
        for old, new in pairs:
            if old is not None:
                tally.count(old)
            if differs := _difference(source, goal, (old, new)):
                wrong.append(differs)
    _complain(wrong, f"{source.ref.id} and its copy differ")
    return tally


def carry_back(source: Side, goal: Side, since: float) -> Tally:
    """What was written at `source` since (epoch seconds), unless `goal` has a later one."""
    tally = Tally()
    if gone(source):
        return tally
    with _pairs(source, goal) as pairs:
        for new, old in pairs:
            if new is None or new.changed_at < since - SKEW or _alike(new, old):
                continue
            if old is None or new.changed_at >= old.changed_at:
                tally.count(new)
                tally.carried += _carry(source, goal, new.name)
    return tally


def check_saved(source: Side, goal: Side, since: float) -> None:
    """Nothing was written at `source` since that would be lost with it."""
    wrong = list[str]()
    if gone(source):
        return
    with _pairs(source, goal) as pairs:
        for old, new in pairs:
            if old is None or old.changed_at < since - SKEW or _alike(old, new):
                continue
            later = new is None or old.changed_at > new.changed_at
            if later and _difference(source, goal, (old, new)):
                wrong.append(old.name)
    _complain(wrong, f"{source.ref.id} was written to after the switch")


def empty(side: Side) -> None:
    """Page by page until nothing is left; nothing to do where nothing is held."""
    found = calls.provider(side.target)
    if not isinstance(found, MovesObjects) or not found.holds_objects(side.ref.kind):
        return
    if not gone(side):
        while not patiently(lambda: found.empty(side.ref)):
            continue


def _complain(wrong: list[str], what: str) -> None:
    if wrong:
        more = f" and {len(wrong) - NAMED} more" if len(wrong) > NAMED else ""
        raise NotAsOrdered(f"{what}: {'; '.join(wrong[:NAMED])}{more}")


def _alike(one: Stored, other: Stored | None) -> bool:
    """As far as the listings tell."""
    known = other is not None and one.size == other.size and one.checksum == other.checksum
    return known and bool(one.checksum)


def _difference(source: Side, goal: Side, pair: Pair) -> str:
    """What differs, in words; empty when nothing does. Reads both where listings do not tell."""
    old, new = pair
    if old is None:
        return f"{new.name if new else ''} is only in the copy"
    if new is None:
        return f"{old.name} is missing in the copy"
    if _alike(old, new):
        return ""
    if old.size != new.size:
        return f"{old.name} has {old.size} bytes, its copy {new.size}"
    sums = [_digest(side, old.name) for side in (source, goal)]
    return "" if sums[0] == sums[1] else f"{old.name} has another content than its copy"


def _digest(side: Side, name: str) -> str:
    with _read(side, name) as found:
        return "" if found is None else found.checksum


def _carry(source: Side, goal: Side, name: str) -> bool:
    """One object; False when it is gone meanwhile."""
    with _read(source, name) as found:
        if found is None:
            return False
        patiently(lambda: _write(goal, found))
        return True


def _write(goal: Side, content: Content) -> None:
    content.file.seek(0)
    goal.there.write_object(goal.ref, content)


def _remove(side: Side, name: str) -> None:
    patiently(lambda: side.there.remove_object(side.ref, name))


@contextmanager
def _read(side: Side, name: str) -> Generator[Content | None]:
    with SpooledTemporaryFile(IN_MEMORY) as file:
        media_type = patiently(lambda: _fetch(side, name, file))
        if media_type is None:
            yield None
            return
        size = file.tell()
        file.seek(0)
        yield Content(
            name=name,
            size=size,
            checksum=_sum(file),
            media_type=media_type,
            file=file,  # type: ignore[arg-type]  # a file in all but its class
        )


def _fetch(side: Side, name: str, file: SpooledTemporaryFile[bytes]) -> str | None:
    """From the start, whatever an earlier try has left."""
    file.seek(0)
    file.truncate()
    return side.there.read_object(side.ref, name, file)  # type: ignore[arg-type]  # as above


def _sum(file: IO[bytes]) -> str:
    """The MD5 that clouds keep: it finds what went wrong on the way, not what somebody forged."""
    digest = md5(usedforsecurity=False)
    while piece := file.read(PIECE):
        digest.update(piece)
    return digest.hexdigest()


@contextmanager
def _pairs(one: Side, other: Side) -> Generator[Iterator[Pair]]:
    """Each name once, with the object on either side. Raises InvalidSpec for one that is gone."""
    for side in (one, other):
        check_there(side)
    with ExitStack() as files:
        left = patiently(lambda: files.enter_context(_sorted(one)))
        right = patiently(lambda: files.enter_context(_sorted(other)))
        yield _merged(map(_stored, left), map(_stored, right))


@contextmanager
def _sorted(side: Side) -> Generator[Iterator[str]]:
    with sorted_lines(map(_line, side.there.objects(side.ref))) as lines:
        yield lines


def _merged(left: Iterable[Stored], right: Iterable[Stored]) -> Iterator[Pair]:
    lefts, rights = iter(left), iter(right)
    one, other = next(lefts, None), next(rights, None)
    while one is not None or other is not None:
        first = min(_key(each) for each in (one, other) if each is not None)
        pair = tuple(each if each and _key(each) == first else None for each in (one, other))
        yield pair[0], pair[1]
        one = next(lefts, None) if pair[0] else one
        other = next(rights, None) if pair[1] else other


def _key(one: Stored) -> str:
    """What lines are sorted by: a name in quotes, of which none begins another."""
    return json.dumps(one.name)


def _line(one: Stored) -> str:
    return json.dumps([one.name, one.size, one.checksum, one.changed_at]) + "\n"


def _stored(line: str) -> Stored:
    name, size, checksum, changed_at = json.loads(line)
    return Stored(name=name, size=size, checksum=checksum, changed_at=changed_at)
