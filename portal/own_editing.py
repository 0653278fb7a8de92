"""A draft of an offering while it is written: by form, a part at a time, or as its file."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException
from fastapi.responses import RedirectResponse, Response

from catalog.reasons import Flaw
from catalog.source import read
from catalog.text import as_yaml
from ledger.own_offerings import OutOfTurn, Own
from orders import access
from portal.forms import posted
from portal.own_changes import Wrong, applied
from portal.own_drafts import keep, told
from portal.own_fields import TYPES, Spot, about, question, shown, sizes, with_error
from portal.own_rights import Visit, Visiting
from portal.permits import require
from portal.speech import N_

NUMBER = "_number"
MOVED_ON = N_("Somebody else has changed it meanwhile. Open it anew in another window and compare.")
BAD_ID = N_("Write a short id of a to z, digits and underscores that no other question has.")
HEADINGS = {
    "about": N_("What it is"),
    "sizes": N_("Sizes and prices"),
}

_FIELD = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_PARTS = {"about": about, "sizes": sizes}

router = APIRouter(include_in_schema=False)
Form = Annotated[dict[str, str], Depends(posted)]


def editable(visit: Visiting) -> Visit:
    """What this person may write on."""
    if not visit.own.agency:
        raise HTTPException(404)
    require(visit.person, access.Act.DRAFT_OFFERING, visit.own.agency)
    return visit


Editing = Annotated[Visit, Depends(editable)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What is wrong: by field, "" being all of it (message ids), and what the catalogue found."""

    wrong: Mapping[str, str] = field(default_factory=dict[str, str])
    flaws: Sequence[Flaw] = ()

    @property
    def status(self) -> int:
        return 422 if self.wrong or self.flaws else 200


@router.get("/offerings/{id}/edit/file")  # noqa: FAST003 - the visit takes it
def write_file(visit: Editing) -> Response:
    return _file(visit, {"text": visit.own.texts[visit.own.draft]}, Said())


@router.post("/offerings/{id}/edit/file")  # noqa: FAST003 - the same
def keep_file(visit: Editing, form: Form) -> Response:
    if said := _kept(visit, form, form.get("text", "")):
        return _file(visit, form, said)
    return RedirectResponse(f"/offerings/{visit.own.id}?done=drafted", 303)


@router.get("/offerings/{id}/edit/{part}")  # noqa: FAST003 - the same
def write(part: str, visit: Editing) -> Response:
    return _form(visit, part, None, Said())


@router.post("/offerings/{id}/edit/{part}")  # noqa: FAST003 - the same
def keep_part(part: str, visit: Editing, form: Form) -> Response:
    data = _data(visit.own)
    name = _question(part, form)
    if name is not None and form.get("_step") == "remove":
        data["parameters"].pop(name, None)
        changed, wrong = data, Wrong()
    else:
        changed, wrong = applied(data, _spots(visit.own, part, form, "nb"), form)
        wrong |= _begun(changed, data, part, form)
    said = Said(wrong=wrong) if wrong else _kept(visit, form, as_yaml(changed))
    if said:
        return _form(visit, part, form, said)
    return RedirectResponse(f"/offerings/{visit.own.id}?done=drafted", 303)


def _kept(visit: Visit, form: Mapping[str, str], text: str) -> Said | None:
    """What is wrong; None when it is kept."""
    if form.get(NUMBER) != str(len(visit.own.entries)):
        return Said(wrong={"": MOVED_ON})
    try:
        flaws = keep(visit.house, visit.person, visit.own, text)
    except OutOfTurn:
        return Said(wrong={"": MOVED_ON})
    return Said(flaws=flaws) if flaws else None


def _data(own: Own) -> dict[str, Any]:
    data: dict[str, Any] = read(own.texts[own.draft].encode()).data
    return data


def _question(part: str, form: Mapping[str, str]) -> str | None:
    """The question's id, if the part is one: `ask-name`, or `ask` for a new one."""
    if part == "ask":
        return form.get("id", "").strip()
    return part.removeprefix("ask-") if part.startswith("ask-") else None


def _spots(own: Own, part: str, form: Mapping[str, str], language: str) -> list[Spot]:
    data = _data(own)
    if part in _PARTS:
        return _PARTS[part](data, language)
    name = _question(part, form)
    if name is None or (part != "ask" and name not in data["parameters"]):
        raise HTTPException(404)
    if part == "ask":
        kind = form.get("type", "string")
        data["parameters"][name or "new"] = {"type": kind if kind in TYPES else "string"}
    return question(data, name or "new")


def _begun(
    changed: dict[str, Any], before: Mapping[str, Any], part: str, form: Mapping[str, str]
) -> Wrong:
    """A new question gets its id and its type."""
    if part != "ask":
        return Wrong()
    name, kind = form.get("id", "").strip(), form.get("type", "string")
    if not _FIELD.fullmatch(name) or name in before["parameters"]:
        return {"id": BAD_ID}
    said = changed["parameters"].pop(name, {})
    changed["parameters"][name] = {"type": kind if kind in TYPES else "string", **said}
    return Wrong()


def _form(visit: Visit, part: str, form: Mapping[str, str] | None, said: Said) -> Response:
    own, speech = visit.own, visit.speech
    data = _data(own)
    asked = dict(visit.request.query_params) if form is None else form
    spots = _spots(own, part, asked, speech.language)
    wrong = {name: speech.gettext(text) for name, text in said.wrong.items()}
    fields = [with_error(shown(speech, one, data, form), wrong.get(one.name, "")) for one in spots]
    return visit.house.pages.page(
        visit.request,
        "offering_part.html",
        said.status,
        own=own,
        part=part,
        heading=HEADINGS.get(part, N_("A question")),
        name=visit.name(),
        fields=fields,
        number=len(own.entries),
        said=wrong,
        flaws=told(said.flaws, visit.speech),
        asked=asked,
        types=TYPES,
        side=None,
    )


def _file(visit: Visit, form: Mapping[str, str], said: Said) -> Response:
    return visit.house.pages.page(
        visit.request,
        "offering_file.html",
        said.status,
        own=visit.own,
        name=visit.name(),
        text=form.get("text", ""),
        number=len(visit.own.entries),
        wrong=said.wrong.get("", ""),
        flaws=told(said.flaws, visit.speech),
    )
