"""What every route needs, made once when the portal starts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request

from leadtime.business import Calendar
from leadtime.deliveries import Deliveries
from leadtime.learning import Learning
from ledger import SqlLedger
from portal.limits import Limits
from portal.offered import Offered, Shelf
from portal.oidc import Issuer
from portal.rendering import Pages
from portal.settings import Settings
from rightcloud.counsel import Counsel


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    ledger: SqlLedger
    offered: Offered
    settings: Settings
    issuer: Issuer
    pages: Pages
    limits: Limits
    counsel: Counsel
    learning: Learning
    deliveries: Deliveries

    @property
    def calendar(self) -> Calendar:
        return self.settings.calendar

    @property
    def catalog(self) -> Shelf:
        """Everything that is offered to anybody, as it stands now."""
        return self.offered.shelf()

    def now(self) -> datetime:
        return self.settings.now()


def house(request: Request) -> House:
    found: House = request.app.state.house
    return found


InHouse = Annotated[House, Depends(house)]
