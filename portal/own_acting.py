"""What is done with an offering: use it, propose it, decide about it, phase it out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException
from fastapi.responses import RedirectResponse, Response

from ledger import NotStorable
from ledger.own_offerings import Done, Entry, OutOfTurn, Own, closing
from orders import access
from portal.dates import read_day
from portal.forms import posted
from portal.own_offerings import show
from portal.own_rights import SAME_PERSON, Visit, Visiting, proposal, rights
from portal.permits import require
from portal.person import Person
from portal.speech import N_, oslo_date

LONGEST = 2000
FARTHEST = timedelta(days=3660)
BY_ADDRESS: Mapping[str, Done] = {
    "use": Done.USED,
    "propose": Done.PROPOSED,
    "return": Done.RETURNED,
    "promote": Done.PROMOTED,
    "close": Done.CLOSED,
    "open": Done.OPENED,
}
NEEDS_WHY = frozenset({Done.PROPOSED, Done.RETURNED, Done.CLOSED})
NO_WHY = N_("Write why: those whom it concerns read it.")
NO_DAY = N_("Write a day like 24.12.2026, today or later.")
NO_INSTEAD = N_("What takes its place must be another offering that all can order.")
MOVED_ON = N_("Somebody else was quicker. See how it stands now.")

router = APIRouter(include_in_schema=False)


@router.post("/offerings/{id}/{act}")
def act(act: str, visit: Visiting, form: Annotated[dict[str, str], Depends(posted)]) -> Response:
    own = visit.own
    done = BY_ADDRESS.get(act)
    if done is None:
        raise HTTPException(404)
    _allowed(visit.person, own, done)
    found = _entry(visit, done, form)
    if isinstance(found, str):
        return show(visit, wrong=found, form=form)
    try:
        visit.house.offered.append(own, found)
    except (OutOfTurn, NotStorable):
        return show(visit.again(), wrong=MOVED_ON, form=form)
    return RedirectResponse(f"/offerings/{own.id}?done={done.value}", 303)


def _allowed(person: Person, own: Own, done: Done) -> None:
    """Raise Missing for what the person's roles do not allow; how it stands is seen to later."""
    may = rights(person, own.agency)
    if done in {Done.PROMOTED, Done.RETURNED} or (not may.mine and not may.owner):
        require(person, access.Act.PROMOTE_OFFERING)
    elif done is Done.PROPOSED:
        require(person, access.Act.PROPOSE_OFFERING, own.agency)
    elif done is Done.USED:
        require(person, access.Act.DRAFT_OFFERING, own.agency)
    elif own.common or not own.agency:
        require(person, access.Act.PROMOTE_OFFERING)


def _entry(visit: Visit, done: Done, form: Mapping[str, str]) -> Entry | str:
    """What is written down, or why nothing is (message id)."""
    house, own, person = visit.house, visit.own, visit.person
    why = form.get("why", "").replace("\r\n", "\n").strip()[:LONGEST]
    if not visit.rights.may(done, own):
        return MOVED_ON
    proposed = proposal(own)
    if done is Done.PROMOTED and proposed and proposed.by == person.subject:
        return SAME_PERSON
    if done in NEEDS_WHY and not why:
        return NO_WHY
    body = _closing(visit, form) if done is Done.CLOSED else ""
    if body in {NO_DAY, NO_INSTEAD}:
        return body
    return Entry(
        offering=own.id,
        act=done,
        agency=own.agency,
        version={Done.USED: own.draft, Done.PROPOSED: own.used}.get(done, own.proposed),
        by=person.subject,
        at=house.now(),
        body=body,
        why=why,
    )


def _closing(visit: Visit, form: Mapping[str, str]) -> str:
    """The body of what closes it, or what is wrong (message id)."""
    day, instead = read_day(form.get("ends_on", "")), form.get("instead", "")
    today = oslo_date(visit.house.now())
    if day is None or not today <= day <= today + FARTHEST:
        return NO_DAY
    shared = visit.house.catalog.open_to("", today)
    if instead and (instead == visit.own.id or instead not in shared):
        return NO_INSTEAD
    return closing(day, instead)
