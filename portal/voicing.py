"""Questions that recur, by offering: what the form should have asked, for those who can add it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby

from fastapi import APIRouter, Request
from fastapi.responses import Response

from leadtime.pauses import left_when_asked
from ledger.voices import Asked
from orders import access
from portal.asking import SignedIn
from portal.consent import QUESTIONS
from portal.house import House, InHouse
from portal.names import names
from portal.permits import require

BACK = timedelta(days=365)
MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Late:
    """A question that stopped the clock when the promise had only `left` of its business time."""

    asked: Asked
    left: timedelta


router = APIRouter(include_in_schema=False)


@router.get("/questions")
def questions(request: Request, house: InHouse, person: SignedIn) -> Response:
    require(person, access.Act.SEE_QUESTIONS)
    # What a move asks by itself is no question that a form could have asked.
    since = house.now() - BACK
    found = [one for one in house.ledger.voices.questions(since) if one.question not in QUESTIONS]
    if not access.sees_all(person.roles, access.Act.SEE_QUESTIONS):
        known = house.catalog.to(person.agency)
        found = [one for one in found if one.offering in known]
    del found[MOST:]
    found.sort(key=lambda one: (one.offering, -one.times, one.question))
    grouped = [(name, list(group)) for name, group in groupby(found, lambda one: one.offering)]
    # The orders of other agencies are not an editor's to open.
    orders = access.sees_all(person.roles, access.Act.SEE_ORDER)
    late, total = _late(house) if orders else ([], 0)
    return house.pages.page(
        request,
        "questions.html",
        groups=grouped,
        offerings=house.catalog,
        orders=orders,
        late=late[:MOST],
        share=round(100 * len(late) / total) if total else 0,
        names=names(house, house.pages.speech(request), {one.asked.by for one in late}),
    )


def _late(house: House) -> tuple[list[Late], int]:
    """What was asked just before the promise ran out, the latest first; of how many questions."""
    found: list[Late] = []
    total = 0
    for one in house.ledger.voices.asked(house.now() - BACK):
        if one.question in QUESTIONS:
            continue
        total += 1
        left = left_when_asked(one.placed_at, one.promised_at, one.at, house.calendar)
        if left is not None:
            found.append(Late(asked=one, left=left))
    return found, total
