"""What reconciliation has found, for operators: evidence, whose it is, and a yes or a no."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from fastapi.responses import RedirectResponse, Response

from leadtime.promise import stated
from ledger.findings import mark
from ledger.paging import Mark
from orders.entry import Stamp
from orders.errors import AlreadyChanging, OrderError, StillNeeded
from orders.events import OrderPlaced
from orders.findings import Decision, Finding, Proposal
from orders.reconcile import Verdict
from orders.righting import ORDERED, righting
from orders.thing import Thing
from portal.desking import Operator, operator
from portal.ending import FALLBACK
from portal.finding_words import NONE_YET, PROPOSALS, VERDICTS, told
from portal.forms import posted
from portal.house import House, InHouse
from portal.names import names
from portal.person import Person
from portal.rendering import address
from portal.speech import N_

HOME = "/findings"
PER_PAGE = 50
LONGEST = 2000  # characters of a reason
GONE = N_("It has changed since you looked. Look again.")
NO_THING = N_("The ledger has no such thing any more. It will close itself.")
BUSY = N_("An order about it is under way already.")
NEEDED = N_("Something else needs it: %(what)s.")
SAY_WHY = N_("Write why it may stay so.")
DECISIONS = {"yes": Decision.YES, "leave": Decision.LEAVE, "again": Decision.NONE}

router = APIRouter(include_in_schema=False)
Word = Annotated[str, Query(max_length=200)]
Typed = Annotated[dict[str, str], Depends(posted)]


class Undecided(Exception):
    """It was not done: a message id, and what goes into it."""

    def __init__(self, reason: str, what: str = "") -> None:
        super().__init__(reason)
        self.reason, self.what = reason, what


@router.get(HOME, dependencies=[Depends(operator)])
def found(request: Request, house: InHouse, verdict: Word = "", after: Word = "") -> Response:
    return _page(request, house, verdict, after)


@router.post(HOME + "/{id_}")
def decide(request: Request, house: InHouse, person: Operator, id_: str, form: Typed) -> Response:
    """A yes, a reason to leave it, or to take it up again."""
    decision, finding = DECISIONS.get(form.get("_step", "")), house.ledger.findings.one(id_)
    verdict, why = form.get("_verdict", ""), form.get("why", "").strip()[:LONGEST]
    if finding is None or decision is None:
        raise HTTPException(404 if finding is None else 400)
    try:
        _decide(house, finding, Stamp(by=person.subject, at=house.now(), why=why), decision, person)
    except Undecided as error:
        wrong = house.pages.speech(request).gettext(error.reason, what=error.what)
        return _page(request, house, verdict, "", (id_, wrong, why))
    return RedirectResponse(address(HOME, verdict=verdict, done=decision.value or "again"), 303)


def _decide(
    house: House, finding: Finding, stamp: Stamp, decision: Decision, person: Person
) -> None:
    """Raises Undecided. What an order does is ordered at once; the rest is the flow's."""
    proposal, findings = finding.seen.proposal, house.ledger.findings
    if decision is Decision.LEAVE and not stamp.why:
        raise Undecided(SAY_WHY)
    if decision is Decision.YES and proposal is Proposal.LOOK:
        raise HTTPException(400)
    if decision is Decision.YES and proposal in ORDERED:
        done = _ordered(house, finding, stamp, person)
    else:
        done = findings.decide(finding.id, stamp, decision, stamp.why)
    if not done:
        raise Undecided(GONE)


def _thing(house: House, finding: Finding) -> Thing:
    thing = house.ledger.thing(finding.seen.instance)
    if thing is None:
        raise Undecided(NO_THING)
    if thing.changing is not None:
        raise Undecided(BUSY)
    return thing


def _ordered(house: House, finding: Finding, stamp: Stamp, person: Person) -> bool:
    """A yes that is an order in the agency's name, by the operator's hand: both or neither."""
    now, book, thing = stamp.at, house.ledger, _thing(house, finding)
    why = stamp.why or f"{finding.seen.verdict}: found by reconciliation"
    offering = house.catalog.get(thing.offering)
    try:
        items = righting(finding.seen.proposal, thing, book.users(thing.agency, [thing.instance]))
        event = OrderPlaced(
            at=now,
            by=person.subject,
            why=why,
            order=book.next_number(),
            external_id=f"finding-{finding.id}-{now:%Y%m%d%H%M%S}",
            fingerprint=finding.id,
            agency=thing.agency,
            orderer=person.name,
            promised_at=stated(offering.lead_time if offering else FALLBACK, now, house.calendar),
            requested_at=None,
            items=items,
        )
        return book.findings.order(finding.id, stamp, event)
    except StillNeeded as error:
        raise Undecided(NEEDED, str(error)) from error
    except AlreadyChanging as error:
        raise Undecided(BUSY) from error
    except OrderError as error:
        raise Undecided(GONE) from error


def _sorts(
    counts: Mapping[Verdict, int], chosen: Verdict | None
) -> Iterator[tuple[str, str, int, bool]]:
    """Those that there are, and the one that is looked at."""
    for one in VERDICTS:
        if one in counts or one is chosen:
            yield one.value, VERDICTS[one], counts.get(one, 0), one is chosen


def _page(
    request: Request,
    house: House,
    verdict: str,
    after: str,
    refused: tuple[str, str, str] = ("", "", ""),
) -> Response:
    findings, speech = house.ledger.findings, house.pages.speech(request)
    chosen = next((one for one in VERDICTS if one.value == verdict), None)
    rows = findings.open(chosen, after=Mark.read(after), limit=PER_PAGE + 1)
    left, closed, counts = findings.left(), findings.closed(limit=20), findings.tally()
    people = {one.decided_by for one in (*rows, *left, *closed)}
    return house.pages.page(
        request,
        "findings.html",
        422 if refused[0] else 200,
        rows=[told(one, house, speech) for one in rows[:PER_PAGE]],
        left=[told(one, house, speech) for one in left],
        closed=[told(one, house, speech) for one in closed],
        more=mark(rows[PER_PAGE - 1]).text if len(rows) > PER_PAGE else "",
        verdicts=[
            ("", NONE_YET, sum(counts.values()), chosen is None),
            *_sorts(counts, chosen),
        ],
        chosen=chosen.value if chosen else "",
        proposals=PROPOSALS,
        names=names(house, speech, people - {"", "policy"}),
        refused=refused,
        done=request.query_params.get("done", ""),
    )
