"""A new offering of an agency's own: a copy of another to begin with, or a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from catalog.load import written
from catalog.reasons import Flaw
from catalog.source import read
from catalog.text import as_yaml
from ledger.own_offerings import Own
from orders.access import Act
from portal.asking import SignedIn
from portal.forms import posted
from portal.house import House, InHouse
from portal.own_drafts import keep, told
from portal.permits import require
from portal.person import Person
from portal.speech import N_

TAKEN = N_("Choose another id: this one is taken.")
NO_LIKE = N_("Choose one to begin with.")

router = APIRouter(include_in_schema=False)
Form = Annotated[dict[str, str], Depends(posted)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Somebody who makes offerings, and begins on a new one."""

    request: Request
    house: House
    person: Person


def asking(request: Request, house: InHouse, person: SignedIn) -> Asked:
    require(person, Act.DRAFT_OFFERING)
    return Asked(request=request, house=house, person=person)


Asking = Annotated[Asked, Depends(asking)]


@router.get("/offerings/new")
def begin(asked: Asking) -> Response:
    return _begin(asked, {"like": asked.request.query_params.get("like", "")})


@router.post("/offerings/new")
def create(asked: Asking, form: Form) -> Response:
    """A copy of another under a name of its own, or a whole file that was pasted."""
    house, person = asked.house, asked.person
    text = form.get("text", "").replace("\r\n", "\n")
    data = read(text.encode()).data if text.strip() else _copied(house, person, form)
    if data is None and not text.strip():
        return _begin(asked, form, wrong={"like": NO_LIKE})
    id_ = str(data.get("id", "")) if isinstance(data, dict) else ""
    shelf = house.catalog
    if id_ and (id_ in shelf.files or house.ledger.own_offerings.find(id_)):
        return _begin(asked, form, wrong={"id": TAKEN})
    own = Own(id=id_, texts={})
    flaws = keep(house, person, own, text if text.strip() else as_yaml(data))
    if flaws:
        return _begin(asked, form, flaws=flaws)
    return RedirectResponse(f"/offerings/{id_}?done=drafted", 303)


def _copied(house: House, person: Person, form: dict[str, str]) -> dict[str, Any] | None:
    like = form.get("like", "")
    own = house.catalog.rows.get(like)
    if own and person.agency == own.agency:
        text = own.texts[own.draft]
    elif own and own.common:
        text = own.texts[own.common]
    else:
        text = (written(like) or "") if like in house.catalog.files else ""
    if not text:
        return None
    data: dict[str, Any] = read(text.encode()).data
    data["id"] = form.get("id", "").strip().lower()
    data["title"] = {name: form.get(f"title.{name}", "").strip() for name in ("nb", "en")}
    return data


def _begin(
    asked: Asked,
    form: dict[str, str],
    *,
    wrong: dict[str, str] | None = None,
    flaws: list[Flaw] | None = None,
) -> Response:
    house, person = asked.house, asked.person
    shelf = house.catalog
    mine = {
        own.id: offering
        for own in shelf.rows.values()
        if own.agency == person.agency and (offering := shelf.version(own, own.draft))
    }
    return house.pages.page(
        asked.request,
        "offering_new.html",
        422 if wrong or flaws else 200,
        form=form,
        wrong=wrong or {},
        flaws=told(flaws or [], house.pages.speech(asked.request)),
        likes={**shelf.to(person.agency), **mine},
    )
