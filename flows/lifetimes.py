"""What lives for a time: who is warned when, and the orders that remove what has come to its end.

Nothing is removed here. An order is placed that does it, in the name of the product, with the
offering's grace in which the agency can still take it back. What was extended is left alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from flows import calls, running, runtime, specs
from orders import events as e
from orders import service, thing
from orders.entry import Stamp
from orders.errors import OrderError
from orders.lifecycle import replay
from orders.thing import Thing
from providers.errors import ProviderError

BY = "grunnmur"
# For what was ordered as a part of something else, whose own offering says nothing of an end.
WARNINGS = (timedelta(days=7), timedelta(days=1))
FARTHEST = timedelta(days=366)
PAGE = 500


@dataclass(frozen=True, slots=True)
class Told:
    """What became of one thing."""

    what: str
    of: Thing
    more: str = ""

    @property
    def row(self) -> dict[str, str]:
        end = self.of.expires_at
        return {
            "what": self.what,
            "thing": self.of.name,
            "agency": self.of.agency,
            "order": self.of.order,
            "expires": end.date().isoformat() if end else "",
            "more": self.more,
        }


def summary(told: Sequence[Told]) -> str:
    """Such as `2 warned, 1 ends, 0 kept`."""
    counts = {what: sum(one.what == what for one in told) for what in ("warned", "ends", "kept")}
    return ", ".join(f"{count} {what}" for what, count in counts.items())


def remind() -> list[Told]:
    """Warn of what ends soon, each warning once, and write the new end of what was extended."""
    house = runtime.house()
    now, told = house.now(), []
    for one in _ending(now + FARTHEST):
        running.current().check()
        if one.expires_at is None or one.expires_at <= now or one.changing is not None:
            continue
        history = house.ledger.history(one.order)
        if any(isinstance(event, e.ExpiryExtended) for event in history):
            _retag(one)
        days = _due_warning(one, history)
        if days is not None:
            service.warn(house.ledger, one, Stamp(at=now, by=BY), days)
            told.append(Told("warned", one, f"{days} days before"))
    return told


def end() -> list[Told]:
    """Place the orders that remove what has come to its end, one for all that came together."""
    expired = [one for one in _ending(runtime.house().now()) if one.changing is None]
    expired.sort(key=lambda one: (one.agency, one.order))
    told: list[Told] = []
    for (agency, _), together in groupby(expired, key=lambda one: (one.agency, one.order)):
        told += _ended(agency, list(together))
    return told


def _ended(agency: str, things: list[Thing]) -> Iterator[Told]:
    book = runtime.house().ledger
    try:
        thing.check_unneeded(things, book.users(agency, [one.instance for one in things]))
        number = _place(agency, things)
    except OrderError as error:  # these stay; what others have comes to its end all the same
        yield from (Told("kept", one, str(error)) for one in things)
    else:
        yield from (Told("ends", one, f"by order {number}") for one in things)


def _place(agency: str, things: Sequence[Thing]) -> str:
    """Once a day at most: an agency that takes it back and extends nothing is asked again."""
    house = runtime.house()
    now, number = house.now(), house.ledger.next_number()
    starts_at = now + max(_grace(one) for one in things)
    why = f"{things[0].name} has come to its end"
    placed = e.OrderPlaced(
        at=now,
        by=BY,
        why=why,
        order=number,
        external_id=f"expiry-{things[0].order}-{things[0].item}-{now.date()}",
        fingerprint=",".join(sorted(one.instance for one in things)),
        agency=agency,
        orderer=BY,
        promised_at=starts_at + timedelta(days=1),
        requested_at=None,
        items=thing.removed(things, starts_at),
    )
    order, _ = service.place(house.ledger, placed)
    return order.id


def _ending(by: datetime) -> Iterator[Thing]:
    """Everything that ends by then."""
    book, last = runtime.house().ledger, None
    while page := book.things(expires_by=by, limit=PAGE, before=last):
        yield from page
        last = page[-1]


def _due_warning(one: Thing, history: Sequence[e.LedgerEvent]) -> int | None:
    """The days of the warning whose time has come and that was not given since the last change."""
    given: set[int] = set()
    for event in history:
        if isinstance(event, e.ExpiryExtended) and event.item == one.item:
            given = set()
        elif isinstance(event, e.ExpiryWarned) and event.item == one.item:
            given.add(event.days)
    if one.expires_at is None:
        return None
    left = one.expires_at - runtime.house().now()
    due = [before.days for before in _warnings(one) if left <= before]
    return min(due) if due and min(due) not in given else None


def _warnings(one: Thing) -> Sequence[timedelta]:
    offering = runtime.house().offerings().get(one.offering)
    return offering.expires.warn if offering and offering.expires else WARNINGS


def _grace(one: Thing) -> timedelta:
    offering = runtime.house().offerings().get(one.offering)
    return (offering.grace if offering else None) or timedelta()


def _retag(one: Thing) -> None:
    """The end that stands on the resource itself; its next look is tomorrow when this fails."""
    house = runtime.house()
    order = replay(house.ledger.history(one.order))
    spec = specs.spec(order, order.items[one.item])
    try:
        there = house.connect(one.target.provider, one.target.account)
        changes = calls.patiently(lambda: there.preview(spec))
        if [change.field for change in changes] == ["tags.expiry"]:
            calls.patiently(lambda: there.apply(spec))
    except ProviderError as error:
        calls.log().warning("%s keeps its former end as a tag: %s", one.name, error)
