"""How a delivered server or database answers: the last looks at it, and what they come to."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime

WINDOW = 144  # looks that are kept: half a day, at one every five minutes


@dataclass(frozen=True, slots=True)
class Look:
    """Seconds until it answered, None when it did not; then `why`.

    Of a database that answered over TLS, `why` says which: `TLSv1.3`.
    """

    seconds: float | None
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """`since`: when it came to be as it is; `recent`: seconds of each look, the last one last."""

    looked_at: datetime
    since: datetime
    why: str
    recent: tuple[float | None, ...]

    @property
    def up(self) -> bool:
        return self.recent[-1] is not None

    @property
    def availability(self) -> float:
        """The share of the looks that it answered."""
        return sum(one is not None for one in self.recent) / len(self.recent)

    @property
    def p95(self) -> float | None:
        """Seconds within which 95 of 100 answers came; what did not answer is left out."""
        answers = sorted(one for one in self.recent if one is not None)
        return answers[math.ceil(len(answers) * 0.95) - 1] if answers else None


def after(former: Health | None, look: Look, at: datetime) -> Health:
    up = look.seconds is not None
    return Health(
        looked_at=at,
        since=former.since if former and former.up == up else at,
        why=look.why,
        recent=(*(former.recent if former else ()), look.seconds)[-WINDOW:],
    )
