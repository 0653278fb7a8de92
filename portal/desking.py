"""The operators' desk: open orders by whose turn it is and by danger, acts on several at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from fastapi.responses import RedirectResponse, Response

from ledger import SqlLedger, storable
from ledger.desk import DeskWish, mark
from ledger.paging import Mark
from orders import access, service
from orders.entry import Stamp
from orders.errors import OrderError
from orders.model import Party, State
from portal import acts, desk_words
from portal.acting import LONGEST, MISSING, TOO_LONG, UNKEPT
from portal.asking import SignedIn
from portal.forms import pairs
from portal.house import House, InHouse
from portal.names import names
from portal.permits import require
from portal.person import Person
from portal.rendering import address
from portal.speech import N_

PER_PAGE = 50
MOST = 100  # orders of one act
VIEWS: Mapping[str, tuple[str, DeskWish]] = {
    "": (N_("Everything open"), {}),
    "ours": (N_("Our turn"), {"turn": Party.SUPPLIER}),
    "held": (N_("Stopped with us"), {"state": State.HELD}),
    "jeopardy": (N_("In danger of being late"), {"jeopardy": True}),
    "theirs": (N_("The customer's turn"), {"turn": Party.CUSTOMER}),
    "free": (N_("Nobody looks after"), {"assigned": ""}),
    "mine": (N_("I look after"), {}),
}

router = APIRouter(include_in_schema=False)
Word = Annotated[str, Query(max_length=200)]
Act = Callable[[SqlLedger, str, Stamp, str], object]
Form = Annotated[list[tuple[str, str]], Depends(pairs)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    id: str
    title: str
    count: int | None
    chosen: bool


ACTS: Mapping[str, Act] = {
    "assign": lambda ledger, order, stamp, _: service.assign(ledger, order, stamp, stamp.by),
    "leave": lambda ledger, order, stamp, _: service.assign(ledger, order, stamp, ""),
    "release": lambda ledger, order, stamp, _: service.release(ledger, order, stamp),
    "hold": service.hold,
}


def operator(person: SignedIn) -> Person:
    require(person, access.Act.SEE_DESK)
    return person


Operator = Annotated[Person, Depends(operator)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """A stop that could not be done as it was sent: what is wrong, what was ticked and typed."""

    wrong: str = ""
    ticked: Sequence[str] = ()
    text: str = ""


@router.get("/desk")
def desk(  # noqa: PLR0913, PLR0917 - what the address may ask for
    request: Request,
    house: InHouse,
    person: Operator,
    view: Word = "",
    agency: Word = "",
    offering: Word = "",
    after: Word = "",
    done: int = 0,
    failed: int = 0,
) -> Response:
    asked = {"view": view, "agency": agency, "offering": offering, "after": after}
    return _page(request, house, person, asked, result=(done, failed))


def _page(  # noqa: PLR0913 - what the page shows again when something is wrong
    request: Request,
    house: House,
    person: Person,
    asked: Mapping[str, str],
    *,
    result: tuple[int, int] = (0, 0),
    stop: Stop | None = None,
) -> Response:
    view, agency, offering = (asked[name] for name in ("view", "agency", "offering"))
    view = view if view in VIEWS else ""
    wish: DeskWish = {**VIEWS[view][1], "agency": agency or None, "offering": offering or None}
    if view == "mine":
        wish["assigned"] = person.subject
    wish["after"] = Mark.read(asked["after"])
    wish["limit"] = PER_PAGE + 1
    rows, speech = house.ledger.desk.orders(**wish), house.pages.speech(request)
    return house.pages.page(
        request,
        "desk.html",
        422 if stop else 200,
        stop=stop or Stop(),
        rows=desk_words.with_whys(house, speech, rows[:PER_PAGE]),
        state_of=desk_words.state,
        more=mark(rows[PER_PAGE - 1]).text if len(rows) > PER_PAGE else "",
        views=_choices(house, view, agency),
        asked={"view": view, "agency": agency, "offering": offering},
        names=names(house, speech, {row.assigned for row in rows}),
        offerings=house.catalog,
        now=house.now(),
        unhappy=house.ledger.desk.count_unhappy(),
        result=result,
        findings=sum(house.ledger.findings.tally().values()),
        candidates=house.ledger.candidates.count(),
    )


@router.post("/desk")
def several(request: Request, house: InHouse, person: Operator, form: Form) -> Response:
    """One act on every order that is ticked; those that cannot take it are counted."""
    said = dict(form)
    chosen = list(dict.fromkeys(value for name, value in form if name == "order"))[:MOST]
    act, text = said.get("act", ""), said.get("text", "").strip()
    if act not in ACTS:
        raise HTTPException(400)
    back = {name: said.get(f"_{name}", "")[:200] for name in ("view", "agency", "offering")}
    if act == "hold" and (wrong := _wrong(text)):
        stop = Stop(wrong=wrong, ticked=chosen, text=text)
        return _page(request, house, person, {**back, "after": ""}, stop=stop)
    stamp = Stamp(by=person.subject, at=house.now())
    results = [_done(house, ACTS[act], order, stamp, text) for order in chosen]
    counts = {"done": sum(results) or None, "failed": results.count(False) or None}
    return RedirectResponse(address("/desk", **back, **counts), 303)


def _wrong(text: str) -> str:
    """What is wrong with a reason (message id)."""
    if not storable(text):
        return UNKEPT
    return TOO_LONG if len(text) > LONGEST else "" if text else MISSING[acts.Act.HOLD]


def _done(house: House, act: Act, order: str, stamp: Stamp, text: str) -> bool:
    try:
        act(house.ledger, order, stamp, text)
    except OrderError:
        return False
    return True


def _choices(house: House, view: str, agency: str) -> list[Choice]:
    """With how many there are, where that is counted."""
    tally = house.ledger.desk.tally(agency or None)
    pending = tally.by_state.get(State.PENDING, 0)
    counts = {
        "": tally.whole,
        "ours": tally.whole - pending,
        "theirs": pending,
        "held": tally.by_state.get(State.HELD, 0),
        "jeopardy": tally.jeopardy,
        "free": tally.unassigned,
    }
    return [
        Choice(id=id_, title=title, count=counts.get(id_), chosen=id_ == view)
        for id_, (title, _) in VIEWS.items()
    ]
