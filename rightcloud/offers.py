"""What machines are sold where, and for how much: tens of thousands of rows, kept as columns."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Final

import numpy as np

from rightcloud.columns import (
    Flags,
    Numbers,
    Rows,
    Words,
    content,
    frozen,
    joined,
    numbers,
    taken,
    words,
)
from rightcloud.words import Mark

ARCHITECTURES: Final = frozenset({"x86_64", "arm64"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A machine for rent by the hour in one region, on demand, shared hardware, Linux.

    price per hour in `currency`; memory in GiB. as_of: the day from which the price holds; seen:
    the last day it was found to hold. Both as the source says them: an ISO date, or words where it
    has none.
    """

    provider: str
    region: str
    sku: str
    family: str
    vcpus: float
    memory: float
    arch: str
    gpus: int
    burstable: bool
    price: float
    currency: str
    as_of: str
    seen: str
    source: str
    mark: Mark

    @property
    def place(self) -> str:
        return f"{self.provider}/{self.region}"


@dataclass(frozen=True, eq=False, kw_only=True)
class Offers:
    """Rows sorted by provider, region and sku, each at most once. Never changed."""

    provider: Words
    region: Words
    sku: Words
    family: Words
    vcpus: Numbers
    memory: Numbers
    arch: Words
    gpus: Numbers
    burstable: Flags
    price: Numbers
    currency: Words
    as_of: Words
    seen: Words
    source: Words
    mark: Words

    def __len__(self) -> int:
        return len(self.price)

    def __getitem__(self, row: int) -> Offer:
        return Offer(
            provider=self.provider[row],
            region=self.region[row],
            sku=self.sku[row],
            family=self.family[row],
            vcpus=float(self.vcpus[row]),
            memory=float(self.memory[row]),
            arch=self.arch[row],
            gpus=int(self.gpus[row]),
            burstable=bool(self.burstable[row]),
            price=float(self.price[row]),
            currency=self.currency[row],
            as_of=self.as_of[row],
            seen=self.seen[row],
            source=self.source[row],
            mark=Mark(self.mark[row]),
        )

    def __iter__(self) -> Iterator[Offer]:
        return map(self.__getitem__, range(len(self)))

    def taken(self, rows: Rows) -> Offers:
        """These rows in this order, which must be a sorted one."""
        return Offers(
            **{field.name: taken(getattr(self, field.name), rows) for field in fields(self)}
        )

    def order(self) -> Rows:
        """The rows in the order of provider, region and sku."""
        return np.lexsort((self.sku.codes, self.region.codes, self.provider.codes))

    def with_others(self, others: Offers) -> Offers:
        """These and the others, sorted. No machine may be in both."""
        both = Offers(
            **{
                field.name: joined(getattr(self, field.name), getattr(others, field.name))
                for field in fields(self)
            }
        )
        return both.taken(both.order())

    @cached_property
    def places(self) -> Words:
        """The place of each row, as provider/region."""
        width = len(self.region.words)
        pairs = self.provider.codes.astype(np.int64) * width + self.region.codes
        used, codes = np.unique(pairs, return_inverse=True)
        names = [
            f"{self.provider.words[pair // width]}/{self.region.words[pair % width]}"
            for pair in used.tolist()
        ]
        return Words(frozen(codes.astype(np.int32)), tuple(names))

    @cached_property
    def digest(self) -> str:
        """Of the content: equal offers have equal digests, on every machine."""
        found = hashlib.sha256()
        for field in fields(self):
            found.update(content(getattr(self, field.name)))
        return found.hexdigest()


def offers_of(rows: Iterable[Offer]) -> Offers:
    """The offers as columns, sorted. A later row replaces an earlier one of the same machine."""
    last = {(row.provider, row.region, row.sku): row for row in rows}
    ordered = [last[key] for key in sorted(last)]
    return Offers(
        provider=words([row.provider for row in ordered]),
        region=words([row.region for row in ordered]),
        sku=words([row.sku for row in ordered]),
        family=words([row.family for row in ordered]),
        vcpus=numbers([row.vcpus for row in ordered]),
        memory=numbers([row.memory for row in ordered]),
        arch=words([row.arch for row in ordered]),
        gpus=numbers([row.gpus for row in ordered]),
        burstable=frozen(np.array([row.burstable for row in ordered], dtype=np.bool_)),
        price=numbers([row.price for row in ordered]),
        currency=words([row.currency for row in ordered]),
        as_of=words([row.as_of for row in ordered]),
        seen=words([row.seen for row in ordered]),
        source=words([row.source for row in ordered]),
        mark=words([row.mark.value for row in ordered]),
    )
