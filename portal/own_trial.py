"""The order form of an offering that is not in use yet: filled in as a trial, and never sent."""

from __future__ import annotations

from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import Response
from typing_extensions import override

from portal.forms import posted
from portal.own_rights import Visiting
from portal.speech import N_
from portal.writing import KEY, Draft

GOOD = N_("These answers can be ordered. This is only a trial: nothing is sent from here.")

router = APIRouter(include_in_schema=False)


async def sent(request: Request) -> dict[str, str]:
    """The form as it was sent; an empty one when it is only looked at."""
    return await posted(request) if request.method == "POST" else {KEY: str(uuid4())}


class Trial(Draft):
    """A form that leads nowhere but to itself."""

    @property
    @override
    def action(self) -> str:
        return f"/offerings/{self.offering.id}/form/{self.offering.version}"


def trial(version: int, visit: Visiting, form: Annotated[dict[str, str], Depends(sent)]) -> Trial:
    own, may = visit.own, visit.rights
    offering = visit.house.catalog.version(own, version) if version in own.texts else None
    if offering is None or not (may.mine or may.owner):
        raise HTTPException(404)
    return Trial(request=visit.request, house=visit.house, offering=offering, form=form)


Trying = Annotated[Trial, Depends(trial)]


@router.get("/offerings/{id}/form/{version}")  # noqa: FAST003 - the trial takes them
def write(trial: Trying) -> Response:
    return trial.page()


@router.post("/offerings/{id}/form/{version}")  # noqa: FAST003 - the same
def check(trial: Trying) -> Response:
    found = trial.checked
    return trial.page(found) if isinstance(found, list) else trial.page(note=GOOD)


@router.post("/offerings/{id}/form/{version}/side")  # noqa: FAST003 - the same
def side(trial: Trying) -> Response:
    return trial.house.pages.page(trial.request, "parts/side.html", side=trial.side)
