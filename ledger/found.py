"""What was found in the clouds, beside what was ordered: a part of the ledger."""

from __future__ import annotations

from ledger.candidates import Candidates
from ledger.findings import Findings
from ledger.healths import Healths
from ledger.signed_in import SignedIn


class Found(SignedIn):
    """Rows that runs write and people decide about; no event is behind them."""

    @property
    def findings(self) -> Findings:
        """What reconciliation has found."""
        return Findings(self._database)

    @property
    def candidates(self) -> Candidates:
        """What was there before us, and may be adopted."""
        return Candidates(self._database)

    @property
    def healths(self) -> Healths:
        """How delivered servers answer."""
        return Healths(self._database)
