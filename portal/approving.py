"""The approver's inbox, oldest first, and who decides in whose place meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from ledger import Known, OrderRow
from ledger.delegations import Delegation
from ledger.desk import mark
from ledger.paging import Mark
from orders import access
from portal.asking import SignedIn
from portal.dates import read_day
from portal.forms import posted
from portal.house import House, InHouse
from portal.names import names
from portal.permits import require, stands_in
from portal.person import Person, Role
from portal.speech import N_, OSLO

PER_PAGE = 25
LONGEST_LEAVE = timedelta(days=92)

router = APIRouter(include_in_schema=False)
WRONG_DAYS = N_(
    "Write two days like 24.12.2026, the last one not before the first, at most three months."
)
WRONG_PERSON = N_("Choose somebody else in your agency who has signed in here before.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Awaiting:
    """An order on which a step of approval is awaited; `mine` when this person may give it."""

    row: OrderRow
    mine: bool


@router.get("/approvals")
def approvals(request: Request, house: InHouse, person: SignedIn, after: str = "") -> Response:
    if not stands_in(house, person):
        require(person, access.Act.SEE_APPROVALS)
    return _page(request, house, person, after=after)


@router.post("/approvals/delegate")
def delegate(
    request: Request,
    house: InHouse,
    person: SignedIn,
    form: Annotated[dict[str, str], Depends(posted)],
) -> Response:
    """Let somebody else decide for some days."""
    require(person, access.Act.DELEGATE)
    first, last = read_day(form.get("first", "")), read_day(form.get("last", ""))
    known = {one.subject for one in _colleagues(house, person)}
    wrong = "" if form.get("delegate", "") in known else WRONG_PERSON
    if not first or not last or not first <= last <= first + LONGEST_LEAVE or _over(house, last):
        wrong = WRONG_DAYS
    if wrong or not first or not last:
        return _page(request, house, person, wrong=wrong, form=form)
    house.ledger.delegations.add(
        Delegation(
            id=uuid4().hex,
            agency=person.agency,
            approver=person.subject,
            delegate=form["delegate"],
            starts_at=_start(first),
            ends_at=_start(last + timedelta(days=1)),
            made_at=house.now(),
        )
    )
    return RedirectResponse("/approvals?done", 303)


@router.post("/approvals/delegations/{id}/end")
def end(id: str, house: InHouse, person: SignedIn) -> Response:  # noqa: A002 - its name in the address
    """Decide oneself again."""
    require(person, access.Act.DELEGATE)
    house.ledger.delegations.end(person.subject, id, house.now())
    return RedirectResponse("/approvals", 303)


def _page(  # noqa: PLR0913 - what the page shows again when something is wrong
    request: Request,
    house: House,
    person: Person,
    *,
    after: str = "",
    wrong: str = "",
    form: dict[str, str] | None = None,
) -> Response:
    agency = None if access.sees_all(person.roles, access.Act.SEE_APPROVALS) else person.agency
    rows = house.ledger.desk.approvals(agency, after=Mark.read(after), limit=PER_PAGE + 1)
    found = [_awaiting(house, person, row) for row in rows[:PER_PAGE]]
    mine = house.ledger.delegations.by(person.subject, house.now())
    return house.pages.page(
        request,
        "approvals.html",
        422 if wrong else 200,
        awaiting=[one.row for one in found if one.mine],
        others=[one.row for one in found if not one.mine],
        offerings=house.catalog,
        more=mark(rows[PER_PAGE - 1]).text if len(rows) > PER_PAGE else "",
        delegations=mine,
        may_delegate=Role.APPROVER in person.roles,
        colleagues=_colleagues(house, person),
        names=names(house, house.pages.speech(request), {one.delegate for one in mine}),
        wrong=wrong,
        form=form or {},
    )


def _awaiting(house: House, person: Person, row: OrderRow) -> Awaiting:
    roles = person.roles | stands_in(house, person, row.agency)
    own = person.agency == row.agency or Role.OWNER in person.roles
    return Awaiting(
        row=row, mine=own and row.approval_role in roles and row.placed_by != person.subject
    )


def _colleagues(house: House, person: Person) -> list[Known]:
    """Those who may be asked to stand in: of the same agency, with a role of ours."""
    found = {
        one.subject: one
        for role in (Role.APPROVER, Role.ORDERER)
        for one in house.ledger.people.of(role, person.agency)
    }
    found.pop(person.subject, None)
    return sorted(found.values(), key=lambda one: one.name)


def _over(house: House, last: date) -> bool:
    return _start(last + timedelta(days=1)) <= house.now()


def _start(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=OSLO)
