"""How lengths, months and shares are said on the pages of lead times."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from babel.dates import format_date
from babel.numbers import format_decimal, format_percent

from leadtime.figures import EDGES, Clock
from leadtime.passing import month_start
from orders.model import Action, Stage, State
from portal.speech import MANY_DAYS, N_, WORKING_DAY, Speech
from portal.words import SPANS, STAGES

# The order in which an order comes to them.
ORDER: Sequence[str] = (
    State.ACKNOWLEDGED,
    State.PENDING,
    State.IN_PROGRESS,
    *Stage,
    State.HELD,
    State.ASSESSING_CANCELLATION,
    State.PENDING_CANCELLATION,
)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
CLOCK_WORDS = {"business": N_("In opening hours"), "wall": N_("Around the clock")}
ACTION_WORDS = {
    Action.PROVISION.value: N_("New"),
    Action.MODIFY.value: N_("Changes"),
    Action.MOVE.value: N_("Moves"),
    Action.TERMINATE.value: N_("Removals"),
}
NOTHING = "\N{EN DASH}"
FEW = 10  # below this a decimal tells something


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """What an axis counts in."""

    name: str
    length: timedelta

    def of(self, length: timedelta) -> float:
        return length / self.length


def length_text(speech: Speech, length: timedelta | None, clock: Clock) -> str:
    if length is None:
        return NOTHING
    return speech.business(length) if clock == "business" else speech.duration(length)


def share_text(speech: Speech, share: float | None) -> str:
    """`93 %`; never 100 when one was missed."""
    if share is None:
        return NOTHING
    whole = min(round(share * 100), 99) if share < 1 else 100
    return format_percent(whole / 100, locale=speech.locale)


def month_text(speech: Speech, month: int, *, whole: bool = False) -> str:
    """`nov.`; `november 2026` where it stands alone."""
    return format_date(month_start(month), "LLLL yyyy" if whole else "LLL", locale=speech.locale)


def number_text(speech: Speech, value: float) -> str:
    rounded = round(value, 1) if value < FEW else round(value)
    return format_decimal(rounded, locale=speech.locale)


def unit(speech: Speech, longest: timedelta, clock: Clock) -> Unit:
    """The largest in which the longest is a few."""
    day = WORKING_DAY if clock == "business" else DAY
    if longest >= MANY_DAYS * day:
        said = speech.gettext("working days") if clock == "business" else speech.gettext("days")
        return Unit(name=said, length=day)
    if longest >= MANY_DAYS * HOUR:
        return Unit(name=speech.gettext("hours"), length=HOUR)
    return Unit(name=speech.gettext("minutes"), length=timedelta(minutes=1))


def label_text(speech: Speech, label: str) -> str:
    """A stretch is called after its stage, or after its state where there is none."""
    if label in set(Stage):
        return speech.gettext(STAGES[Stage(label)])
    return speech.gettext(SPANS[State(label)]) if label in set(State) else label


def side_text(speech: Speech, side: str) -> str:
    return speech.gettext("the customer") if side == "customer" else speech.gettext("us")


def bar_text(speech: Speech, bar: int, clock: Clock) -> str:
    """`1 hour to 2 hours`: what one bar of the histogram holds."""
    edges = [length_text(speech, timedelta(seconds=one), clock) for one in EDGES[clock]]
    if bar == 0:
        return speech.gettext("up to %(time)s", time=edges[0])
    if bar == len(edges):
        return speech.gettext("more than %(time)s", time=edges[-1])
    return speech.gettext("%(from)s to %(to)s", **{"from": edges[bar - 1], "to": edges[bar]})
