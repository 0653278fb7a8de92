"""Which cloud, for programs: TMF645 v4 checkServiceQualification, answered at once.

The workload stands in the item's service as characteristics, named as in docs/rightcloud.md.
Nothing is kept: the answer carries the price run and the policy, which give it again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response
from pydantic import ValidationError

from portal.asking import Program
from portal.house import House, InHouse
from portal.person import Person
from portal.rightcloud_delivery import deliveries
from portal.speech import oslo_date
from portal.tmf import schema
from portal.tmf.body import raw, read, step
from portal.tmf.error import Wrong, corrections
from portal.tmf.shape import Reader
from rightcloud.advice import advice
from rightcloud.decision import Candidate, Decision
from rightcloud.decision_json import answer
from rightcloud.workload import Workload, unknown

BASE = "/tmf-api/serviceQualificationManagement/v4/checkServiceQualification"
MOST_ITEMS = 20
LONGEST = 1000
_BODY = dict.fromkeys(
    (
        *("externalId", "description", "instantSyncQualification", "provideAlternative"),
        *("provideUnavailabilityReason", "serviceQualificationItem", "@type"),
    )
)
_ITEM = dict.fromkeys(("id", "service", "@type"))
_SERVICE = dict.fromkeys(("serviceCharacteristic", "serviceSpecification", "@type"))
_CHARACTERISTIC = dict.fromkeys(("name", "value", "valueType", "@type"))

router = APIRouter(tags=["checkServiceQualification"])


@router.post(
    BASE,
    status_code=201,
    openapi_extra=schema.posted(schema.QUALIFICATION),
    responses=schema.answers(413, 415),
)
def qualify(
    request: Request, body: Annotated[bytes, Depends(raw)], house: InHouse, person: Program
) -> Response:
    """Where each workload may be, ranked, with every place left out and why."""
    wrongs: list[Wrong] = []
    asked = Reader(read(request, body), "", wrongs)
    asked.only(_BODY, _explain)
    asked.type_is("CheckServiceQualification", "CheckServiceQualification_Create")
    items = _items(asked, house, person)
    if wrongs:
        raise corrections(wrongs)
    now = house.now()
    found = [_item(house, id_, need, now) for id_, need in items]
    return JSONResponse(_whole(asked.value, found, now), 201)


def _items(asked: Reader, house: House, person: Person) -> list[tuple[str, Workload]]:
    key = "serviceQualificationItem"
    found: list[tuple[str, Workload]] = []
    given = asked.get(key, list, needed=True) or []
    if key in asked.value and not 1 <= len(given) <= MOST_ITEMS:
        asked.wrong(key, f"must have between 1 and {MOST_ITEMS} items")
    for index, one in enumerate(given):
        pointer = step(step("", key), index)
        if not isinstance(one, dict):
            asked.wrongs.append(Wrong(pointer, "must be an object"))
            continue
        item = Reader(one, pointer, asked.wrongs)
        item.only(_ITEM, _explain)
        name = item.text("id", LONGEST, needed=True)
        service = item.inner("service", needed=True)
        need = _need(service, house, person) if service else None
        if name is not None and need is not None:
            found.append((name, need))
    return found


def _need(service: Reader, house: House, person: Person) -> Workload | None:
    """The workload that the characteristics say, or every problem at its place."""
    service.only(_SERVICE, _explain)
    values, places = _characteristics(service)
    values.setdefault("agency", person.agency)
    usual = step(service.pointer, "serviceCharacteristic")
    if values["agency"] != person.agency and person.scope is not None:
        service.wrongs.append(Wrong(places["agency"], "is not yours: leave it out"))
    facts = house.counsel.facts()
    try:
        need = Workload.model_validate_json(json.dumps(values))
    except ValidationError as error:
        for one in error.errors(include_url=False, include_input=False):
            name = str(one["loc"][0]) if one["loc"] else ""
            service.wrongs.append(Wrong(places.get(name, usual), f"{name}: {one['msg']}"))
        return None
    for name, reason in unknown(need, facts.policy, facts.groups):
        service.wrongs.append(Wrong(places.get(name, usual), reason))
    return need


def _characteristics(service: Reader) -> tuple[dict[str, Any], dict[str, str]]:
    key = "serviceCharacteristic"
    values: dict[str, Any] = {}
    places: dict[str, str] = {}
    for index, one in enumerate(service.get(key, list, needed=True) or []):
        pointer = step(step(service.pointer, key), index)
        if not isinstance(one, dict):
            service.wrongs.append(Wrong(pointer, "must be an object"))
            continue
        reader = Reader(one, pointer, service.wrongs)
        reader.only(_CHARACTERISTIC, _explain)
        name = reader.text("name", LONGEST, needed=True)
        if "value" not in one:
            reader.wrong("value", "is missing")
        if name is not None and name in values:
            reader.wrong("name", f"{name} is said twice")
        if name is not None:
            values.setdefault(name, one.get("value"))
            places.setdefault(name, step(pointer, "value"))
    return values, places


def _item(house: House, id_: str, need: Workload, now: datetime) -> dict[str, Any]:
    advisor = house.counsel.advisor()
    times = deliveries(house.catalog.values(), now, house.calendar)
    decision = advisor.decide(need, oslo_date(now), times)
    told = advice(advisor, decision)
    best = decision.recommended
    found: dict[str, Any] = {
        "@type": "CheckServiceQualificationItem",
        "id": id_,
        "state": "done",
        "qualificationItemResult": "qualified" if best else "unqualified",
        "service": {"@type": "Service", "serviceCharacteristic": _said(need)},
        "candidates": [_candidate(one, each) for one, each in _paired(decision, told)],
        "eligibilityUnavailabilityReason": _left_out(answer(decision)),
        "alternateServiceProposal": [
            {"id": str(number), "alternateService": _alternate(each), **each}
            for number, each in enumerate(told["alternatives"], 1)
        ],
        "measures": told["measures"],
        "policy": decision.policy,
        "policyStatus": told["policyStatus"],
        "priceRun": decision.run,
        "places": decision.atlas,
    }
    if best is not None:
        found["serviceabilityConfidence"] = best.confidence.value
        found["serviceConfidenceReason"] = [text.en for text in best.doubts]
        if best.delivery:
            found["expectedServiceAvailabilityDate"] = _moment(best.delivery.p90)
        if best.guaranteed_until:
            found["expirationDate"] = best.guaranteed_until.isoformat()
    return found


def _paired(decision: Decision, told: Mapping[str, Any]) -> list[tuple[Candidate, dict[str, Any]]]:
    return list(zip(decision.candidates, told["candidates"], strict=True))


def _candidate(one: Candidate, told: dict[str, Any]) -> dict[str, Any]:
    """The place with its price, P50 and P90, how far it can be trusted and why not further."""
    return {
        "serviceabilityConfidence": one.confidence.value,
        "serviceConfidenceReason": [text.en for text in one.doubts],
        "price": {"unit": "NOK", "value": one.monthly_nok, "complete": one.complete},
        "guaranteedUntilDate": told["guaranteedUntil"],
        **told,
    }


def _left_out(told: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "code": reason["cause"],
            "label": reason["text"]["en"],
            "labelNb": reason["text"]["nb"],
            "places": group["places"],
            **{key: reason[key] for key in ("tag", "basis", "reference") if key in reason},
        }
        for group in told["exclusions"]
        for reason in group["reasons"]
    ]


def _alternate(each: Mapping[str, Any]) -> dict[str, Any]:
    place = {"name": "place", "value": each["place"]}
    return {"@type": "Service", "serviceCharacteristic": [place]}


def _said(need: Workload) -> list[dict[str, Any]]:
    given = need.model_dump(mode="json", exclude_defaults=True)
    return [{"name": name, "value": value} for name, value in given.items()]


def _whole(asked: Mapping[str, Any], items: list[dict[str, Any]], now: datetime) -> dict[str, Any]:
    qualified = all(one["qualificationItemResult"] == "qualified" for one in items)
    found = {
        "@type": "CheckServiceQualification",
        "id": str(uuid4()),
        "state": "done",
        "checkServiceQualificationDate": _moment(now),
        "effectiveQualificationDate": _moment(now),
        "qualificationResult": "qualified" if qualified else "unqualified",
        "serviceQualificationItem": items,
    }
    said = {key: asked[key] for key in ("externalId", "description") if key in asked}
    return found | said


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _explain(_: str) -> str:
    return "is not used here: leave it out"
