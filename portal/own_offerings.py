"""Offerings that agencies make themselves: the list, a new one, and the page of each."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response

from catalog.load import written
from catalog.offering import Offering
from ledger.own_offerings import Closed, Done, Own
from portal.asking import SignedIn
from portal.house import InHouse
from portal.names import names
from portal.own_drafts import compared
from portal.own_fields import TYPES
from portal.own_figures import figures
from portal.own_rights import Rights, Visit, Visiting, look, proposal, rights
from portal.speech import N_, oslo_date

DONE = {
    "drafted": N_("The draft is kept. Only those who make offerings see it, until you use it."),
    "used": N_("It is in use. Those who order in your agency find it on the front page."),
    "proposed": N_("It is proposed. The service owner looks at how it has gone, and answers here."),
    "returned": N_("It is sent back, with what you wrote."),
    "promoted": N_("It stands in the common catalogue now, for every agency."),
    "closed": N_("It is written down. Those who have one read it on its page."),
    "opened": N_("It can be ordered again."),
}
WORDS = {
    Done.DRAFTED: N_("A draft was kept"),
    Done.USED: N_("Taken into use"),
    Done.PROPOSED: N_("Proposed for all"),
    Done.RETURNED: N_("Sent back"),
    Done.PROMOTED: N_("Taken into the common catalogue"),
    Done.CLOSED: N_("Being phased out"),
    Done.OPENED: N_("Can be ordered again"),
}

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One of a list: how it stands, and the offering as it was drafted last."""

    id: str
    own: Own | None
    offering: Offering | None
    closed: Closed | None

    @property
    def agency(self) -> str:
        return self.own.agency if self.own else ""


@router.get("/offerings")
def overview(request: Request, house: InHouse, person: SignedIn) -> Response:
    """What one's agency has made; for the service owner what awaits a decision, and it all."""
    look(person)
    shelf, may = house.catalog, rights(person, person.agency)
    rows = [
        Row(
            id=own.id,
            own=own,
            offering=shelf.version(own, own.draft),
            closed=own.closed,
        )
        for own in shelf.rows.values()
    ]
    files = [
        Row(id=id_, own=None, offering=one, closed=shelf.closed(id_))
        for id_, one in shelf.files.items()
    ]
    others = [one for one in rows if one.own and one.own.common and one.agency != person.agency]
    return house.pages.page(
        request,
        "offerings.html",
        mine=[one for one in rows if one.agency == person.agency] if may.mine else [],
        proposed=[one for one in rows if one.own and one.own.proposed] if may.owner else [],
        tried=[one for one in rows if one.own and not (one.own.common or one.own.proposed)]
        if may.owner
        else [],
        shared=[*files, *others],
        may=may,
    )


@router.get("/offerings/{id}")  # noqa: FAST003 - the visit takes it
def one(visit: Visiting) -> Response:
    return show(visit, done=visit.request.query_params.get("done", ""))


@router.get("/offerings/{id}/changes")  # noqa: FAST003 - the same
def changes(visit: Visiting) -> Response:
    """The newest version beside the one that it would take the place of."""
    own, may = visit.own, visit.rights
    if not own.agency or not (may.mine or may.owner):
        raise HTTPException(404)
    after = own.draft if may.mine and not own.proposed else own.proposed or own.used
    before = max((one for one in (own.used, own.common) if one < after), default=0)
    return visit.house.pages.page(
        visit.request,
        "offering_changes.html",
        own=own,
        name=visit.name(),
        before=before,
        after=after,
        lines=compared(own.texts.get(before, ""), own.texts.get(after, "")),
    )


@router.get("/offerings/{id}/{version}.yaml")  # noqa: FAST003 - the same
def export(version: int, visit: Visiting) -> Response:
    """The file that stands in the catalogue's folder, or would."""
    own, may = visit.own, visit.rights
    text = own.texts.get(version) if own.agency else written(own.id)
    if text is None or (own.agency and version != own.common and not (may.mine or may.owner)):
        raise HTTPException(404)
    named = f'attachment; filename="{own.id}.yaml"'
    return Response(text, media_type="application/yaml", headers={"Content-Disposition": named})


def show(
    visit: Visit, *, done: str = "", wrong: str = "", form: dict[str, str] | None = None
) -> Response:
    """The page of one, with what came of the act that led here."""
    house, person, own, may = visit.house, visit.person, visit.own, visit.rights
    shelf = house.catalog
    version = own.draft if may.mine else own.proposed or own.used or own.common
    if not (may.mine or may.owner):
        version = own.common
    offering = shelf.version(own, version) if own.agency else shelf.files[own.id]
    return house.pages.page(
        visit.request,
        "offering.html",
        409 if wrong else 200,
        own=own,
        offering=offering,
        version=version if own.agency else shelf.files[own.id].version,
        may=may,
        acts=_acts(may, own),
        figures=figures(house, own.id, house.now()),
        closed=own.closed,
        names=names(house, visit.speech, [entry.by for entry in own.entries]),
        proposal=proposal(own),
        offerings=shelf.to(person.agency),
        shared=shelf.open_to("", oslo_date(house.now())),
        words=WORDS,
        types=TYPES,
        works=rights(person, person.agency).mine,
        done=DONE.get(done, ""),
        wrong=wrong,
        form=form or {},
    )


def _acts(may: Rights, own: Own) -> set[str]:
    return {act.value for act in Done if may.may(act, own)}
