"""TMF633: what can be ordered, for programs, in the words of TM Forum's description."""

import jsonschema
import pytest

from fixtures.portal_house import PortalHouse
from fixtures.tmf641 import CATALOGUE, schema

ROOT = "/tmf-api/serviceCatalogManagement/v4"
RESOURCES = {
    "serviceCatalog": "ServiceCatalog",
    "serviceCategory": "ServiceCategory",
    "serviceCandidate": "ServiceCandidate",
    "serviceSpecification": "ServiceSpecification",
}


@pytest.mark.skipif(not CATALOGUE.exists(), reason=f"no description at {CATALOGUE}")
@pytest.mark.parametrize(("resource", "name"), RESOURCES.items())
def test_answers_are_as_the_description_says(portal: PortalHouse, resource, name):
    found = portal.get(f"{ROOT}/{resource}", limit="100").json()
    assert found
    for one in found:
        jsonschema.validate(one, schema(name, CATALOGUE))


@pytest.mark.parametrize("resource", RESOURCES)
def test_every_link_leads_to_what_it_names(portal: PortalHouse, resource):
    for one in portal.get(f"{ROOT}/{resource}").json():
        assert portal.get(one["href"]).json() == one


def test_a_specification_tells_all_that_an_order_needs(portal: PortalHouse):
    found = portal.get(f"{ROOT}/serviceSpecification/linux-server").json()
    told = {one["name"]: one for one in found["specCharacteristic"]}
    assert {"plan", "name", "environment", "classification", "cost_centre"} <= set(told)
    assert told["cost_centre"]["regex"] == "[0-9]{6}"
    assert told["cost_centre"]["minCardinality"] == 1
    assert told["needed_by"]["minCardinality"] == 0
    values = told["environment"]["characteristicValueSpecification"]
    assert [one["value"]["value"] for one in values] == ["prod", "test", "dev"]


def test_names_come_in_the_language_that_is_asked_for(portal: PortalHouse):
    path = f"{ROOT}/serviceSpecification/linux-server"
    sent = {"Authorization": f"Bearer {portal.token()}"}
    norwegian = portal.client.get(path, headers={**sent, "Accept-Language": "nb"}).json()
    english = portal.client.get(path, headers={**sent, "Accept-Language": "en"}).json()
    assert (norwegian["name"], english["name"]) == ("Linux-server", "Linux server")


def test_lists_are_paged_filtered_and_cut_to_the_fields(portal: PortalHouse):
    everything = portal.get(f"{ROOT}/serviceSpecification", limit="100")
    total = int(everything.headers["X-Total-Count"])
    assert total == len(everything.json())
    first = portal.get(f"{ROOT}/serviceSpecification", limit="1", fields="name")
    assert first.headers["X-Total-Count"] == str(total)
    assert [set(one) for one in first.json()] == [{"@type", "id", "href", "name"}]
    name = everything.json()[0]["name"]
    named = portal.get(f"{ROOT}/serviceSpecification", name=name).json()
    assert [one["name"] for one in named] == [name]
    assert portal.get(f"{ROOT}/serviceSpecification", offset="1000").json() == []


@pytest.mark.parametrize("resource", RESOURCES)
def test_what_is_not_there_is_404_and_what_is_not_known_400(portal: PortalHouse, resource):
    assert portal.get(f"{ROOT}/{resource}/no-such-thing").status_code == 404
    assert portal.get(f"{ROOT}/{resource}", colour="red").status_code == 400
    assert portal.get(f"{ROOT}/{resource}", fields="colour").status_code == 400


@pytest.mark.parametrize("method", ["post", "patch", "delete"])
def test_the_catalogue_is_not_changed_from_here(portal: PortalHouse, method):
    path = f"{ROOT}/serviceSpecification" + ("" if method == "post" else "/linux-server")
    sent = {"Authorization": f"Bearer {portal.token()}"}
    answer = getattr(portal.client, method)(path, headers=sent)
    assert answer.status_code == 405
    assert answer.json()["code"] == "methodNotAllowed"


def test_it_is_for_those_who_are_known(portal: PortalHouse):
    assert portal.client.get(f"{ROOT}/serviceSpecification").status_code == 401
