"""The composition root of the flows: what they work with, from the environment."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache

import providers
from catalog import adopting, landing_zones
from catalog.landing_zones import LandingZones
from catalog.offering import Offering
from flows import absence
from flows.absence import Absence
from flows.offered import files, offered_in
from flows.patience import Patience
from leadtime.business import OSLO, Calendar
from leadtime.closed_days import calendar_in
from ledger import SqlLedger, open_ledger
from providers import Provider

REACHED = "GRUNNMUR_REACHED_ACCOUNTS"


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """What a run needs from outside.

    `draw` gives 0 to 1, for jitter; `offerings` the catalogue; `wait` sleeps so many seconds.
    `reached`: accounts, as `aws/bym-prod`, whose private addresses lead somewhere from here.
    """

    ledger: SqlLedger
    portal_url: str = ""
    ui_url: str = ""
    connect: Callable[[str, str], Provider] = providers.connect
    offerings: Callable[[], Mapping[str, Offering]] = files
    now: Callable[[], datetime] = utc_now
    wait: Callable[[float], object] = time.sleep
    draw: Callable[[], float] = random.random
    calendar: Calendar = OSLO
    reached: Collection[str] = ()
    zones: LandingZones = field(default_factory=LandingZones)
    tag_names: Mapping[str, Sequence[str]] = field(default_factory=lambda: adopting.TAGS)
    patience: Patience = field(default_factory=Patience)
    ledger_away: Absence = field(default_factory=absence.of_ledger)
    prefect_away: Absence = field(default_factory=absence.of_prefect)

    def order_page(self, order: str) -> str:
        """The order's page in the portal; empty when no portal is known."""
        return f"{self.portal_url}/orders/{order}" if self.portal_url else ""

    def run_page(self, run: str) -> str:
        """The run's page in the Prefect UI; its bare id when no UI is known."""
        return f"{self.ui_url}/runs/flow-run/{run}" if self.ui_url else f"run {run}"


def furnish(environment: Mapping[str, str]) -> House:
    """A house from GRUNNMUR_LEDGER_URL, _PORTAL_URL, _PREFECT_UI_URL, _CLOSED_DAYS and others.

    Raises KeyError, in words, when there is no ledger to work on, and ClosedDaysWrong.
    """
    url = environment.get("GRUNNMUR_LEDGER_URL", "")
    if not url:
        raise KeyError("GRUNNMUR_LEDGER_URL is not set: which ledger should the flows work on?")
    ledger = open_ledger(url)
    return House(
        ledger=ledger,
        offerings=offered_in(ledger),
        portal_url=environment.get("GRUNNMUR_PORTAL_URL", "").rstrip("/"),
        calendar=calendar_in(environment),
        reached=frozenset(environment.get(REACHED, "").replace(",", " ").split()),
        zones=landing_zones.from_environment(
            environment,
            {place.partition("/")[0] for one in files().values() for place in one.places},
        ),
        tag_names=adopting.tag_names(environment.get(adopting.VARIABLE, "")),
        ui_url=environment.get("GRUNNMUR_PREFECT_UI_URL", "").rstrip("/"),
    )


@cache
def house() -> House:
    """The one of this process."""
    return furnish(os.environ)
