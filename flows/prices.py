"""The nightly flow that reads the price lists into RightCloud. Without an address it reads none.

Prices that look wrong go into quarantine, a list that cannot be read is told, and in both cases
the former prices stay in force: a night without prices is better than a night with wrong ones.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx
from prefect import flow, task
from prefect.artifacts import create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, StateType
from prefect.logging import get_run_logger

from flows import price_lists, running, runtime
from flows.pages import Away, Reader
from flows.price_lists import MACHINES, Asking
from rightcloud.counsel import Counsel
from rightcloud.errors import Refused
from rightcloud.feeds.refresh import Outcome
from rightcloud.journal import Hand
from rightcloud.prices_office import EXCHANGE, take_exchange, take_reading, tell_refused

BY = "flow prices"
SECONDS = 60.0
OSLO = ZoneInfo("Europe/Oslo")
REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Told:
    """What became of one feed: an outcome, and why when it was not taken."""

    feed: str
    outcome: str
    text: str

    @property
    def wrong(self) -> bool:
        return self.outcome in {Outcome.QUARANTINED, REFUSED}


@flow(name="prices", flow_run_name="prices", persist_result=False)
def prices() -> State[Any]:
    """Every feed that has an address, one after the other; the exchange rates first."""
    found = price_lists.addresses(os.environ)
    if not found:
        message = "no feed has an address: the prices in force stay, and nothing was fetched"
        return State(type=StateType.COMPLETED, name="No feeds", message=message)
    control = running.current()
    try:
        with running.controlled_by(control):
            told = [read_feed(feed, address) for feed, address in found.items()]
    except running.Interrupted as interrupted:
        message = f"{interrupted.wish.value}; the feeds that were read have been taken"
        return State(type=StateType.CANCELLED, name="Cancelled", message=message)
    report(told)
    wrong = [one for one in told if one.wrong]
    message = "; ".join(f"{one.feed}: {one.text}" for one in wrong or told)
    name = "An operator must look" if wrong else "Read"
    return State(type=StateType.COMPLETED, name=name, message=message[:1000])


@task(name="read", task_run_name="read {feed}", cache_policy=NO_CACHE)
def read_feed(feed: str, address: str) -> Told:
    """Fetch, read, judge and take one feed. What is wrong with it is told, not raised."""
    told = read_from(feed, address, price_lists.headers(feed, os.environ))
    log = get_run_logger()
    (log.error if told.wrong else log.info)("%s: %s: %s", told.feed, told.outcome, told.text)
    return told


@task(name="report", cache_policy=NO_CACHE)
def report(told: list[Told]) -> None:
    rows: list[dict[str, Any]] = [
        {"feed": one.feed, "outcome": one.outcome, "told": one.text} for one in told
    ]
    create_table_artifact(rows, key="prices", description="What became of each price list")


def read_from(feed: str, address: str, headers: Mapping[str, str]) -> Told:
    """One feed into force or into quarantine; or why it could not be read."""
    house = runtime.house()
    counsel = Counsel(house.ledger.rightcloud)
    now = house.now()
    hand = Hand(at=now, by=BY)
    with httpx.Client(timeout=SECONDS) as client:
        asking = Asking(address=address, facts=counsel.facts(), day=_day(now))
        try:
            return _taken(counsel, feed, (_reader(client, headers), asking), hand)
        except (Refused, Away) as error:
            problems = error.problems if isinstance(error, Refused) else (str(error),)
            tell_refused(counsel, feed, problems, hand)
            return Told(feed, REFUSED, "; ".join(problems))


def _taken(counsel: Counsel, feed: str, asked: tuple[Reader, Asking], hand: Hand) -> Told:
    if feed == EXCHANGE:
        rates = price_lists.exchange(*asked)
        taken = take_exchange(counsel, rates, hand)
        text = ", ".join(f"{rate.currency} {rate.nok:g} of {rate.day}" for rate in rates.values())
        return Told(feed, Outcome.TAKEN if taken else Outcome.UNCHANGED, text)
    reading = MACHINES[feed](*asked)
    found = take_reading(counsel, reading, hand)
    counts = f"{found.added} new, {found.changed} with another price, {found.gone} gone"
    left = _left_aside(reading.skipped)
    return Told(feed, found.outcome, "; ".join([*found.reasons, counts, *left]))


def _left_aside(skipped: Mapping[str, int]) -> list[str]:
    return [f"left aside: {sum(skipped.values())} entries"] if skipped else []


def _reader(client: httpx.Client, headers: Mapping[str, str]) -> Reader:
    house = runtime.house()
    return Reader(
        client=client,
        wait=running.current().wait,
        draw=house.draw,
        calls=house.patience.calls,
        tries=house.patience.tries,
        headers=headers,
    )


def _day(now: datetime) -> date:
    return now.astimezone(OSLO).date()
