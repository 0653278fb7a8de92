"""The rules: the whole table, its history, and changes that take a second person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Form, HTTPException, Request, UploadFile
from fastapi.responses import RedirectResponse, Response

from portal.asking import SignedIn, signed_in
from portal.forms import posted
from portal.house import House, InHouse
from portal.person import Person, Role
from portal.rightcloud_access import LONGEST_WHY, Operating, hand
from portal.rightcloud_rules import (
    changes_told,
    history,
    rows,
    rule_in,
    rule_told,
)
from portal.rightcloud_words import BASES, OUTCOMES, no_file, said, summary_said, told
from portal.speech import oslo_date
from rightcloud.errors import Refused
from rightcloud.journal import PolicyProposed
from rightcloud.policy import Cell
from rightcloud.policy_change import changes
from rightcloud.policy_office import (
    after,
    approve,
    close_switch,
    propose_opening,
    propose_policy,
    propose_rule,
    reject,
)

HOME = "/cloud/policy"
MOST_FILE = 200_000  # bytes; the edge lets no more through

router = APIRouter(include_in_schema=False)
Typed = Annotated[dict[str, str], Depends(posted)]
Why = Annotated[str, Form(max_length=LONGEST_WHY)]


@router.get(HOME)
def table(request: Request, house: InHouse, person: SignedIn) -> Response:
    return _table(request, house, person)


@router.get(HOME + "/file", dependencies=[Depends(signed_in)])
def file(house: InHouse) -> Response:
    """The policy in force as the file that it is."""
    headers = {"Content-Disposition": 'attachment; filename="policy.toml"'}
    document = house.counsel.policy_document()
    return Response(document, media_type="text/plain; charset=utf-8", headers=headers)


@router.post(HOME + "/file")
def upload(
    request: Request,
    house: InHouse,
    person: Operating,
    document: Annotated[UploadFile | None, File()] = None,
    why: Why = "",
) -> Response:
    """A whole file as a proposal."""
    typed = {"why-file": why}
    if document is None or not document.filename:
        return _table(request, house, person, (no_file(house, request), typed))
    try:
        content = document.file.read(MOST_FILE + 1)
        number = propose_policy(house.counsel, content, hand(house, person, why))
    except Refused as error:
        return _table(request, house, person, (error.problems, typed))
    return RedirectResponse(f"{HOME}/proposal/{number}", 303)


@router.post(HOME + "/switch/{switch}")
def turn(request: Request, house: InHouse, person: Operating, switch: str, form: Typed) -> Response:
    """Close at once what has fallen, or propose to open it again."""
    why = form.get("why", "")
    mine = hand(house, person, why)
    found = house.counsel.facts().policy.switches.get(switch)
    if found is None:
        raise HTTPException(404)
    try:
        if found.stands:
            close_switch(house.counsel, switch, mine)
        else:
            propose_opening(house.counsel, switch, mine)
    except Refused as error:
        return _table(request, house, person, (error.problems, {f"why-{switch}": why}))
    return RedirectResponse(HOME, 303)


@router.get(HOME + "/cell/{tag}/{zone}")
def cell(request: Request, house: InHouse, person: SignedIn, tag: str, zone: str) -> Response:
    """One rule in full; an operator may propose another."""
    return _cell(request, house, person, _found(house, tag, zone))


@router.post(HOME + "/cell/{tag}/{zone}")
def propose(request: Request, house: InHouse, person: Operating, form: Typed) -> Response:
    found = _found(house, request.path_params["tag"], request.path_params["zone"])
    policy, speech = house.counsel.facts().policy, house.pages.speech(request)
    try:
        rule = rule_in(form, policy, oslo_date(house.now()), speech)
        key = (found.tag, found.zone)
        mine = hand(house, person, form.get("because", ""))
        number = propose_rule(house.counsel, key, rule, mine)
    except Refused as error:
        return _cell(request, house, person, found, (error.problems, form))
    return RedirectResponse(f"{HOME}/proposal/{number}", 303)


@router.get(HOME + "/proposal/{number}")
def proposal(request: Request, house: InHouse, person: SignedIn, number: str) -> Response:
    return _proposal(request, house, person, number)


@router.post(HOME + "/proposal/{number}")
def decide(
    request: Request, house: InHouse, person: Operating, number: str, form: Typed
) -> Response:
    """Approve, by another person than who proposed; or reject, with a reason."""
    mine = hand(house, person, form.get("why", ""))
    try:
        if form.get("_step") == "approve":
            approve(house.counsel, number, mine)
        else:
            reject(house.counsel, number, mine)
    except Refused as error:
        return _proposal(request, house, person, number, (error.problems, form))
    return RedirectResponse(f"{HOME}/proposal/{number}", 303)


def _found(house: House, tag: str, zone: str) -> Cell:
    found = house.counsel.facts().policy.cells.get((tag, zone))
    if found is None:
        raise HTTPException(404)
    return found


Rejected = tuple[Sequence[str], Mapping[str, str]]


def _table(
    request: Request, house: House, person: Person, rejected: Rejected = ((), {})
) -> Response:
    problems, typed = rejected
    policy, speech = house.counsel.facts().policy, house.pages.speech(request)
    today = oslo_date(house.now())
    return house.pages.page(
        request,
        "rightcloud_policy.html",
        422 if problems else 200,
        problems=told(problems, speech),
        typed=typed,
        policy=policy,
        standing=said(policy.status, speech),
        zones=[said(zone.title, speech) for zone in policy.zones.values()],
        rows=rows(policy, today, speech),
        past_due=len(policy.past_due(today)),
        switches=[
            (one, said(one.title, speech), said(one.why, speech))
            for one in policy.switches.values()
        ],
        proposals=list(house.counsel.standing().proposals.values()),
        history=history(house.counsel.entries(), policy, speech),
        operator=Role.OPERATOR in person.roles,
    )


def _cell(
    request: Request, house: House, person: Person, found: Cell, rejected: Rejected = ((), {})
) -> Response:
    policy, speech = house.counsel.facts().policy, house.pages.speech(request)
    problems, typed = rejected
    return house.pages.page(
        request,
        "rightcloud_cell.html",
        422 if problems else 200,
        problems=told(problems, speech),
        cell=found,
        told=rule_told(policy, found, oslo_date(house.now()), speech),
        typed=typed or _as_typed(found),
        outcomes={one.value: text for one, text in OUTCOMES.items()},
        bases={one.value: text for one, text in BASES.items()},
        measures=[(one.id, said(one.title, speech)) for one in policy.measures.values()],
        operator=Role.OPERATOR in person.roles,
    )


def _as_typed(cell: Cell) -> dict[str, str]:
    return {
        "outcome": cell.outcome.value,
        "basis": cell.basis.value,
        "why_nb": cell.why.nb,
        "why_en": cell.why.en,
        "reference": cell.reference,
        "recheck_days": str(cell.recheck_days),
        **{f"measure_{one}": "on" for one in cell.measures},
    }


def _proposal(
    request: Request, house: House, person: Person, number: str, rejected: Rejected = ((), {})
) -> Response:
    """What would change; once it is decided, what was proposed and how it ended."""
    problems, typed = rejected
    speech, standing = house.pages.speech(request), house.counsel.standing()
    made = [e for e in house.counsel.entries() if isinstance(e, PolicyProposed)]
    found = next((one for one in made if one.proposal == number), None)
    if found is None:
        raise HTTPException(404)
    waits = number in standing.proposals
    policy, entries = house.counsel.facts().policy, house.counsel.entries()
    lines = [one for one in history(entries, policy, speech) if one.proposal == number]
    return house.pages.page(
        request,
        "rightcloud_proposal.html",
        422 if problems else 200,
        problems=told(problems, speech),
        typed=typed,
        proposal=found,
        waits=waits,
        mine=found.hand.by == person.subject,
        lines=lines,
        summary=summary_said(found.summary, policy, speech),
        operator=Role.OPERATOR in person.roles,
        **(_difference(request, house, found) if waits else {"changes": [], "stale": False}),
    )


def _difference(request: Request, house: House, found: PolicyProposed) -> dict[str, Any]:
    now = house.counsel.facts().policy
    then = after(house.counsel, found)
    speech, today = house.pages.speech(request), oslo_date(house.now())
    return {
        "changes": changes_told(changes(now, then), (now, then), today, speech),
        "stale": found.base != now.id,
    }
