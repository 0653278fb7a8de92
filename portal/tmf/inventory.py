"""What an agency has, as TMF638 v4 (Service Inventory) shows it. Orders change it, not this."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import JSONResponse, Response

from catalog.offering import Offering
from orders.thing import Thing
from portal.asking import Reader
from portal.house import House, InHouse
from portal.tmf import answer, schema
from portal.tmf.query import listed, listing, picked, single

BASE = "/tmf-api/serviceInventory/v4/service"
FIELDS = frozenset(
    {"name", "state", "category", "serviceType", "startDate", "endDate", "isServiceEnabled"}
    | {"serviceSpecification", "serviceCharacteristic", "supportingResource", "relatedParty"}
    | {"place", "serviceOrderItem"}
)

router = APIRouter(tags=["service"])


def service(url: str, catalog: Mapping[str, Offering], thing: Thing) -> dict[str, Any]:
    """One thing; `endDate` is when it expires, `serviceOrderItem` what made and changes it."""
    offering = catalog.get(thing.offering)
    specification = {"@type": "ServiceSpecificationRef", "id": thing.offering}
    if offering:
        specification["name"] = offering.title.en
    said = {"plan": thing.plan, **thing.answers}
    told = {f"output.{name}": value for name, value in thing.outputs.items()}
    target = thing.target
    shown = {
        "@type": "Service",
        "id": thing.instance,
        "href": f"{url}{BASE}/{thing.instance}",
        "name": thing.name,
        "state": "active",
        "category": thing.kind,
        "serviceType": thing.offering,
        "isServiceEnabled": True,
        "startDate": answer.moment(thing.since),
        "endDate": answer.moment(thing.expires_at),
        "serviceSpecification": specification,
        "serviceCharacteristic": [
            {"@type": "Characteristic", "name": name, "value": value}
            for name, value in {**said, **told}.items()
        ],
        "supportingResource": [
            {
                "@type": "ResourceRef",
                "@referredType": thing.resource.kind,
                "id": thing.resource.id,
            }
        ],
        "relatedParty": [
            {
                "@type": "RelatedParty",
                "@referredType": "Organization",
                "id": thing.agency,
                "name": thing.agency,
                "role": "agency",
            }
        ],
        "place": [
            {
                "@type": "RelatedPlaceRefOrValue",
                "@referredType": "region",
                "id": f"{target.provider}/{target.region}",
                "role": "delivered at",
            }
        ],
        "serviceOrderItem": _orders(url, thing),
    }
    return {key: value for key, value in shown.items() if value is not None}


def _orders(url: str, thing: Thing) -> list[dict[str, str]]:
    made = {"serviceOrderId": thing.order, "itemId": thing.item, "role": "last completed"}
    found = [made | {"serviceOrderHref": f"{url}{answer.BASE}/{thing.order}"}]
    if thing.changing:
        href = f"{url}{answer.BASE}/{thing.changing}"
        changing = {"serviceOrderId": thing.changing, "role": "changing", "serviceOrderHref": href}
        found.append(changing)
    return found


@router.get(BASE, openapi_extra=schema.many("serviceType"), responses=schema.LIST_ANSWERS)
def find(request: Request, house: InHouse, person: Reader) -> Response:
    """What the agency has, newest first; of one offering with `serviceType`."""
    query = listing(request, FIELDS, frozenset({"serviceType"}))
    of = query.filters.get("serviceType")
    whole = house.ledger.count_things(person.scope, offering=of)
    found = house.ledger.things(person.scope, offering=of, offset=query.offset, limit=query.limit)
    return listed([_told(house, thing) for thing in found], query.fields, whole)


@router.get(BASE + "/{id}", openapi_extra=schema.one(), responses=schema.ONE_ANSWERS)
def one(request: Request, id: str, house: InHouse, person: Reader) -> Response:  # noqa: A002 - TMF638's name in the address
    fields = single(request, FIELDS)
    thing = house.ledger.thing(id)
    if thing is None or person.scope not in {None, thing.agency}:
        raise HTTPException(404)
    return JSONResponse(picked(_told(house, thing), fields))


def _told(house: House, thing: Thing) -> dict[str, Any]:
    return service(house.settings.url, house.catalog, thing)
