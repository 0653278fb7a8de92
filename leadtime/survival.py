"""How long things take, from those that ended and those still open: Kaplan and Meier's estimate.

An open one is evidence too: it has lasted at least so long. Leaving it out, or taking the mean of
the ended, promises too little. Lengths are plain numbers of any one unit; no clock is read.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Lives:
    """What has been seen: how long each lasted so far, and whether it ended then."""

    lengths: Numbers
    ended: Flags

    def __post_init__(self) -> None:
        if self.lengths.shape != self.ended.shape:
            raise ValueError(f"{len(self.lengths)} lengths but {len(self.ended)} endings")


@dataclass(frozen=True, slots=True)
class Curves:
    """One survival curve per row of weights: the share that lasts longer than each length."""

    lengths: Numbers  # (seen,), ascending
    lasting: Numbers  # (curves, seen), descending

    def quantiles(self, levels: Numbers) -> Numbers:
        """(curves, levels): the length that this share has ended by.

        Where a curve never gets so far, because the longest are open still, the longest seen.
        """
        last = len(self.lengths) - 1
        places = [np.searchsorted(1 - row, levels - 1e-12) for row in self.lasting]
        return self.lengths[np.minimum(np.array(places), last)]

    def beyond(self, length: float) -> Numbers:
        """(curves,): the share that lasts longer than `length`."""
        place = int(np.searchsorted(self.lengths, length, side="right"))
        if not place:
            return np.ones(len(self.lasting))
        return self.lasting[:, place - 1]


def curves(lives: Lives, weights: Numbers) -> Curves:
    """The curves for `weights` of shape (curves, seen): how much each of the seen counts.

    Of equal lengths the ended come first: who was still open had outlived them.
    """
    order = np.lexsort((~lives.ended, lives.lengths))
    weighed = weights[:, order]
    at_risk = np.cumsum(weighed[:, ::-1], axis=1)[:, ::-1]
    # far back weights fade to nothing, and 0 / 0 is then no evidence
    ending = np.where(lives.ended[order], weighed / np.maximum(at_risk, 1e-300), 0.0)
    return Curves(lives.lengths[order], np.cumprod(1 - np.minimum(ending, 1.0), axis=1))
