"""What a provider lists, in order of instance and in flat memory, however much it is.

No cloud lists by our tag. Sorted pieces go to files that nobody else sees and are merged as they
are read; a listing of one piece never touches the disk.
"""

from __future__ import annotations

import heapq
from collections.abc import Generator, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import islice
from tempfile import TemporaryFile

from providers.types import Ref, Resource

# Resources in memory at once: some 20 MB of text.
PIECE = 100_000
_BETWEEN = "\x00"  # before every other character, so that lines sort as their instances do
_BUFFER = 1 << 16


class Found:
    """A resource as the comparison needs it, from its line; no `instance` has no tag of ours.

    The rest of the line is read by the few that ask: most are only compared.
    """

    __slots__ = ("_rest", "id", "instance")

    def __init__(self, line: str) -> None:
        self.instance, self.id, self._rest = line.split(_BETWEEN, 2)

    @property
    def status(self) -> str:
        return self._rest.split(_BETWEEN)[2].removesuffix("\n")

    @property
    def ref(self) -> Ref:
        region, kind, _ = self._rest.split(_BETWEEN)
        return Ref(kind=kind, region=region, id=self.id)


@contextmanager
def in_order(resources: Iterable[Resource], *, piece: int = PIECE) -> Generator[Iterator[Found]]:
    """All of them, read to the end before the first is given; the files go when the block ends."""
    with sorted_lines(map(_line, resources), piece=piece) as lines:
        yield map(Found, lines)


@contextmanager
def sorted_lines(lines: Iterable[str], *, piece: int = PIECE) -> Generator[Iterator[str]]:
    """The lines in order; each ends with its only line break. Raises what reading them raises."""
    lines = iter(lines)
    with ExitStack() as files:
        pieces: list[Iterable[str]] = []
        while last := sorted(islice(lines, piece)):
            if len(last) < piece:
                pieces.append(last)
                break
            file = files.enter_context(TemporaryFile("w+", _BUFFER, encoding="utf-8", newline="\n"))
            file.writelines(last)
            last.clear()  # before the next piece is made, not after
            file.seek(0)
            pieces.append(file)
        yield heapq.merge(*pieces)


def _line(resource: Resource) -> str:
    ref, status = resource.ref, resource.status
    instance, region, kind, id_ = resource.instance, ref.region, ref.kind, ref.id
    if not (
        instance.isprintable() and id_.isprintable() and region.isprintable() and kind.isprintable()
    ):
        instance, region, kind, id_ = map(_printable, (instance, region, kind, id_))
    return f"{instance}{_BETWEEN}{id_}{_BETWEEN}{region}{_BETWEEN}{kind}{_BETWEEN}{status}\n"


def _printable(text: str) -> str:
    """Whoever sets a tag may write anything; no control character is a name of ours."""
    return "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in text)
