"""Questions that recur, by offering: what the form should have asked, for those who can add it."""

from __future__ import annotations

from datetime import timedelta
from itertools import groupby

from fastapi import APIRouter, Request
from fastapi.responses import Response

from orders import access
from portal.asking import SignedIn
from portal.house import InHouse
from portal.permits import require

BACK = timedelta(days=365)
MOST = 200

router = APIRouter(include_in_schema=False)


@router.get("/questions")
def questions(request: Request, house: InHouse, person: SignedIn) -> Response:
    require(person, access.Act.SEE_QUESTIONS)
    found = house.ledger.voices.questions(house.now() - BACK)
    if not access.sees_all(person.roles, access.Act.SEE_QUESTIONS):
        known = house.catalog.to(person.agency)
        found = [one for one in found if one.offering in known]
    del found[MOST:]
    found.sort(key=lambda one: (one.offering, -one.times, one.question))
    grouped = [(name, list(group)) for name, group in groupby(found, lambda one: one.offering)]
    # The orders of other agencies are not an editor's to open.
    return house.pages.page(
        request,
        "questions.html",
        groups=grouped,
        offerings=house.catalog,
        orders=access.sees_all(person.roles, access.Act.SEE_ORDER),
    )
