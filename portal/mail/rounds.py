"""Writes to whoever holds the ball: soon when it is new, once a working day while it lies there.

Within the opening hours alone, and everything in one mail: a digest, never a stream. What is
written follows from the ledger and from earlier mails, so a portal that was away catches up.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from hashlib import sha256

from ledger.mails import Mail
from portal.house import House
from portal.mail.balls import NEWS, Ball, Hands, hands
from portal.mail.wording import worded
from portal.speech import oslo_date

EVERY = timedelta(minutes=1)  # how often it is looked
GAP = timedelta(minutes=15)  # between two mails to one person: what comes meanwhile is gathered
LYING = timedelta(hours=8)  # of business time, that a ball has lain when one is reminded of it


class Rounds:
    """Remembers only when it looked last. `always`: at night and on days off too."""

    def __init__(self, *, always: bool = False) -> None:
        self._always = always
        self._looked_at: datetime | None = None

    def __call__(self, house: House) -> int:
        """Write what is to be written now; how many mails that made."""
        now = house.now()
        if self._looked_at is not None and now - self._looked_at < EVERY:
            return 0
        self._looked_at = now
        if not self._always and house.calendar.next_open(now) != now:
            return 0
        return sum(_written(house, one, now) for one in hands(house))


def _written(house: House, held: Hands, now: datetime) -> bool:
    told = house.ledger.mails.told(held.person.subject, [ball.key for ball in held.balls])
    new = [ball for ball in held.balls if ball.key not in told]
    lying = [ball for ball in held.balls if ball.key in told and ball.sort not in NEWS]
    last = house.ledger.mails.last_to(held.person.subject)
    if new and (last is None or now - last >= GAP):
        return _write(house, held, [*new, *lying], new, now)
    old = [ball for ball in lying if house.calendar.between(told[ball.key], now) >= LYING]
    if old and not new and (last is None or oslo_date(last) < oslo_date(now)):
        return _write(house, held, lying, (), now)
    return False


def _write(
    house: House, held: Hands, balls: list[Ball], new: Collection[Ball], now: datetime
) -> bool:
    about = sorted(ball.key for ball in new)
    # Of two portals that look at the same time, one writes.
    occasion = " ".join(about) or oslo_date(now).isoformat()
    subject, text = worded(house, held.person, balls, new)
    mail = Mail(
        key=f"ball:{held.person.subject}:{sha256(occasion.encode()).hexdigest()[:32]}",
        recipient=held.person.subject,
        address=held.person.email,
        subject=subject,
        text=text,
        about=tuple(about),
    )
    return house.ledger.mails.write(mail, now)
