"""The catalogue as TMF633 v4 shows it. It is changed in the portal, so this API only reads."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import JSONResponse, Response

from catalog.offering import Offering, Parameter
from portal.asking import Reader
from portal.house import House, InHouse
from portal.person import Person
from portal.speech import oslo_date
from portal.tmf import schema
from portal.tmf.query import listed, listing, picked, single

ROOT = "/tmf-api/serviceCatalogManagement/v4"
CATALOG = "grunnmur"
BUNDLE = "bundle"
ACTIVE = "Active"

_VALUE_TYPES = {"choice": "string", "date": "date"}

router = APIRouter(tags=["serviceCatalog"])
Resources = list[dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What the answers are drawn from."""

    url: str
    catalog: Mapping[str, Offering]
    language: str

    def href(self, resource: str, id_: str) -> str:
        return f"{self.url}{ROOT}/{resource}/{id_}"

    def ref(self, resource: str, type_: str, id_: str) -> dict[str, str]:
        return {"@type": f"{type_}Ref", "id": id_, "href": self.href(resource, id_)}


def specifications(view: View) -> Resources:
    """One for each offering: what it asks, and what may be answered."""
    return [
        {
            "@type": "ServiceSpecification",
            "id": one.id,
            "href": view.href("serviceSpecification", one.id),
            "name": one.title.get(view.language),
            "description": one.summary.get(view.language),
            "version": str(one.version),
            "lifecycleStatus": ACTIVE,
            "isBundle": bool(one.items),
            "specCharacteristic": list(_characteristics(view, one)),
        }
        for one in view.catalog.values()
    ]


def candidates(view: View) -> Resources:
    return [
        {
            "@type": "ServiceCandidate",
            "id": one.id,
            "href": view.href("serviceCandidate", one.id),
            "name": one.title.get(view.language),
            "description": one.summary.get(view.language),
            "version": str(one.version),
            "lifecycleStatus": ACTIVE,
            "category": [view.ref("serviceCategory", "ServiceCategory", _category(one))],
            "serviceSpecification": view.ref(
                "serviceSpecification", "ServiceSpecification", one.id
            ),
        }
        for one in view.catalog.values()
    ]


def categories(view: View) -> Resources:
    """One for each kind of resource, and one for what is made of several."""
    by_kind: dict[str, list[Offering]] = {}
    for one in view.catalog.values():
        by_kind.setdefault(_category(one), []).append(one)
    return [
        {
            "@type": "ServiceCategory",
            "id": kind,
            "href": view.href("serviceCategory", kind),
            "name": kind,
            "lifecycleStatus": ACTIVE,
            "isRoot": True,
            "serviceCandidate": [
                view.ref("serviceCandidate", "ServiceCandidate", one.id) for one in offerings
            ],
        }
        for kind, offerings in sorted(by_kind.items())
    ]


def catalogs(view: View) -> Resources:
    return [
        {
            "@type": "ServiceCatalog",
            "id": CATALOG,
            "href": view.href("serviceCatalog", CATALOG),
            "name": "Grunnmur",
            "lifecycleStatus": ACTIVE,
            "category": [
                view.ref("serviceCategory", "ServiceCategory", one["id"])
                for one in categories(view)
            ],
        }
    ]


def _category(offering: Offering) -> str:
    return offering.kind or BUNDLE


def _characteristics(view: View, offering: Offering) -> Iterator[dict[str, Any]]:
    """The plan, the place where there is a choice, then the questions as the form asks them."""
    yield _choice("plan", {id_: plan.title for id_, plan in offering.plans.items()}, view.language)
    if len(offering.places) > 1:
        titles = {id_: place.title for id_, place in offering.places.items()}
        yield _choice("place", titles, view.language, needed=False)
    for name, parameter in offering.parameters.items():
        yield _characteristic(name, parameter, view.language)


def _choice(
    name: str, titles: Mapping[str, Any], language: str, *, needed: bool = True
) -> dict[str, Any]:
    return {
        "@type": "CharacteristicSpecification",
        "id": name,
        "name": name,
        "valueType": "string",
        "configurable": True,
        "minCardinality": int(needed),
        "maxCardinality": 1,
        "characteristicValueSpecification": [
            {
                "@type": "CharacteristicValueSpecification",
                "valueType": "string",
                "value": {"value": value, "name": title.get(language)},
            }
            for value, title in titles.items()
        ],
    }


def _characteristic(name: str, parameter: Parameter, language: str) -> dict[str, Any]:
    if parameter.choices:
        titles = {value: choice.title for value, choice in parameter.choices.items()}
        found = _choice(name, titles, language, needed=parameter.required)
    else:
        found = {
            "@type": "CharacteristicSpecification",
            "id": name,
            "name": name,
            "valueType": _VALUE_TYPES.get(parameter.type, parameter.type),
            "configurable": True,
            "minCardinality": int(parameter.required),
            "maxCardinality": 1,
        }
    found["description"] = parameter.title.get(language)
    if parameter.pattern:
        found["regex"] = parameter.pattern
    bounds = {"valueFrom": parameter.minimum, "valueTo": parameter.maximum}
    if told := {key: value for key, value in bounds.items() if value is not None}:
        values = found.setdefault("characteristicValueSpecification", [])
        values.append({"@type": "CharacteristicValueSpecification", "valueType": "integer", **told})
    return found


_RESOURCES: Mapping[str, tuple[Callable[[View], Resources], frozenset[str]]] = {
    "serviceCatalog": (catalogs, frozenset({"name", "lifecycleStatus", "category"})),
    "serviceCategory": (
        categories,
        frozenset({"name", "lifecycleStatus", "isRoot", "serviceCandidate"}),
    ),
    "serviceCandidate": (
        candidates,
        frozenset(
            {"name", "description", "version", "lifecycleStatus", "category"}
            | {"serviceSpecification"}
        ),
    ),
    "serviceSpecification": (
        specifications,
        frozenset(
            {"name", "description", "version", "lifecycleStatus", "isBundle"}
            | {"specCharacteristic"}
        ),
    ),
}


def _view(request: Request, house: House, person: Person) -> View:
    language = _language(request.headers.get("accept-language", ""))
    catalog = house.catalog.open_to(person.agency, oslo_date(house.now()))
    return View(url=house.settings.url, catalog=catalog, language=language)


def _language(asked: str) -> str:
    """English when it is named before any Norwegian; programs send no cookie to remember by."""
    named = [one.partition(";")[0].strip().lower()[:2] for one in asked.split(",")]
    return next((one for one in named if one in {"en", "nb", "nn", "no"}), "nb")


def _serve(resource: str) -> None:
    """The two routes of one resource."""
    drawn, fields = _RESOURCES[resource]

    def many(request: Request, house: InHouse, person: Reader) -> Response:
        query = listing(request, fields, frozenset({"name"}))
        found = drawn(_view(request, house, person))
        if "name" in query.filters:
            found = [one for one in found if one["name"] == query.filters["name"]]
        return listed(query.page(found), query.fields, len(found))

    def one(request: Request, id: str, house: InHouse, person: Reader) -> Response:  # noqa: A002 - TMF633's name in the address
        wanted = single(request, fields)
        for found in drawn(_view(request, house, person)):
            if found["id"] == id:
                return JSONResponse(picked(found, wanted))
        raise HTTPException(404)

    router.add_api_route(
        f"{ROOT}/{resource}",
        many,
        name=f"{resource}.list",
        openapi_extra=schema.many("name"),
        responses=schema.LIST_ANSWERS,
    )
    router.add_api_route(
        f"{ROOT}/{resource}/{{id}}",
        one,
        name=f"{resource}.one",
        openapi_extra=schema.one(),
        responses=schema.ONE_ANSWERS,
    )


for _resource in _RESOURCES:
    _serve(_resource)
