"""The yes that a move waits for: what is asked, from when on, and what the owner should know."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from orders import moving
from orders.events import LedgerEvent, StageReached
from orders.model import Order, OrderItem, Stage
from portal.speech import N_, Speech

QUESTIONS: Mapping[str, str] = {
    moving.SWITCH: N_("The new one is ready beside the old one. Shall we switch to it?"),
    moving.REMOVE: N_("The new one is in use. Shall the old one be removed?"),
}
# What stands on the thread in our own words.
PLAIN: Mapping[str, str] = {**QUESTIONS, moving.YES: N_("Yes")}
COPIED = re.compile(r"(\d+) objects, (\d+) bytes, alike")


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """`open`: a yes is taken now. `switches`: it is to the switch, and else to the removal."""

    question: str
    answer: str
    switches: bool
    carried: bool
    copied: str
    opens: datetime | None
    open: bool
    deadline: datetime


def awaited(
    speech: Speech, order: Order, history: Sequence[LedgerEvent], now: datetime
) -> Consent | None:
    """None while none is waited for."""
    for item in order.items.values():
        asked = item.waiting_on
        if asked is not None and asked.answers and not item.approval_step:
            return Consent(
                question=speech.gettext(QUESTIONS.get(asked.question, asked.question)),
                answer=asked.answers[0],
                switches=asked.question == moving.SWITCH,
                carried=moving.carries(item),
                copied=_copied(speech, history, item),
                opens=asked.opens,
                open=asked.opens is None or asked.opens <= now,
                deadline=asked.deadline,
            )
    return None


def _copied(speech: Speech, history: Sequence[LedgerEvent], item: OrderItem) -> str:
    """How much was copied and found alike, from the entry of the check."""
    checks = [one for one in history if isinstance(one, StageReached) and one.item == item.id]
    found = [COPIED.fullmatch(one.why) for one in checks if one.stage is Stage.COMPARE]
    match = found[-1] if found else None
    if match is None:
        return ""
    return speech.gettext(
        "%(objects)s objects are copied, %(bytes)s bytes in all. Each has the same size and the "
        "same checksum in both places.",
        objects=speech.number(int(match[1])),
        bytes=speech.number(int(match[2])),
    )
