"""Whom to believe: experts weighed by how well each would have promised.

Exponential weights on the pinball loss, per quantile: the published way to do nearly as well as
the best of several, whatever comes (Cesa-Bianchi and Lugosi 2006). Every memory speaks three
times, at the quantile itself and shifted to either side of it, so the weights also correct what
is promised too rarely or too often kept, as adaptive conformal prediction does.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from leadtime.survival import Numbers

SHIFTS: Final = np.array((-0.6, 0.0, 0.6))  # of the median's level, in log-odds

# What a loss of the usual size takes from an expert's weight, and after how many endings most of
# that is forgotten: who is good, who is good this season, and who sees what changed last week.
FORGETTING: Final = np.array((500.0, 150.0, 10.0))
RATES: Final = np.array((0.3, 1.0, 4.0))

USUAL: Final = 0.998  # what is left of a loss, after one more ending, in the usual size


class Experts:
    """`windows` memories, each at every shift: windows x shifts experts."""

    def __init__(self, quantiles: Numbers, windows: int) -> None:
        if not len(quantiles) or not np.all(np.diff(quantiles) > 0):
            raise ValueError(f"{quantiles} must be quantiles in rising order")
        if not (quantiles[0] > 0 and quantiles[-1] < 1):
            raise ValueError(f"{quantiles} must lie between 0 and 1, both left out")
        self._quantiles = quantiles
        shape = (windows * len(SHIFTS), len(quantiles))
        self._losses = np.zeros((len(RATES), *shape))
        self._weights = np.full(shape, 1 / shape[0])
        self._loss = np.zeros(len(quantiles))
        self._counted = 0.0
        # Few endings tell of a high quantile, so it is steered less: as the share's own variance.
        reach = 4 * quantiles * (1 - quantiles)
        odds = np.log(quantiles / (1 - quantiles))[None, :] + SHIFTS[:, None] * reach[None, :]
        self.levels: Numbers = (1 / (1 + np.exp(-odds))).ravel()  # (shifts x quantiles,)

    def said(self, lengths: Numbers) -> Numbers:
        """(experts, quantiles) from (windows, levels)."""
        return lengths.reshape(-1, len(self._quantiles))

    def agreed(self, said: Numbers) -> Numbers:
        """(quantiles,): the weighed mean, and no quantile below a lower one."""
        return np.maximum.accumulate((self._weights * said).sum(axis=0))

    def learn(self, said: Numbers, agreed: Numbers, length: float) -> None:
        """It took `length`: what each expert's word would have cost."""
        keep = (1 - 1 / FORGETTING)[:, None, None]
        self._losses = self._losses * keep + pinball(self._quantiles, said, length)
        self._loss = self._loss * USUAL + pinball(self._quantiles, agreed, length)
        self._counted = self._counted * USUAL + 1
        usual = np.maximum(self._loss / self._counted, 1e-12)
        blame = (RATES[:, None, None] * self._losses).sum(axis=0) / usual
        weights = np.exp(-(blame - blame.min(axis=0)))
        self._weights = weights / weights.sum(axis=0)


def pinball(quantiles: Numbers, said: Numbers, length: float | Numbers) -> Numbers:
    """What a promise costs: q of every unit too short, 1 - q of every unit too long."""
    short = length - said
    return np.maximum(quantiles * short, (quantiles - 1) * short)
