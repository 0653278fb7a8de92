"""What stands in the municipality's own cloud can be ordered, in both languages."""

import uuid

import pytest

from catalog.load import load
from fixtures.own_things import owned
from fixtures.portal_house import PortalHouse
from orders.events import OrderPlaced
from orders.model import Target

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f kari@bym"
FORM = {
    "name": "fagsystem",
    "environment": "test",
    "classification": "confidential",
    "cost_centre": "410123",
    "ssh_key": KEY,
    "version": "17",
    "network_size": "24",
    "place": "openstack/oslo-1",
    "_step": "send",
}
UNASKED = {"version", "network_size", "place"}  # of a server in our own cloud
OWN = [one for one in load().values() if "openstack/oslo-1" in one.places]


@pytest.mark.parametrize("offering", OWN, ids=lambda one: one.id)
def test_it_can_be_ordered(portal: PortalHouse, offering) -> None:
    portal.sign_in("kari")
    form = {name: FORM[name] for name in FORM if name in offering.parameters or name[0] == "_"}
    told = {"plan": next(iter(offering.plans)), "_key": str(uuid.uuid4()), **form}
    page = portal.client.get(f"/order/{offering.id}")
    assert offering.title.nb in page.text
    answer = portal.client.post(f"/order/{offering.id}", data=told)
    assert answer.status_code == 303, answer.text
    placed = portal.ledger.history("1001")[0]
    assert isinstance(placed, OrderPlaced)
    assert (placed.items[0].target.provider, placed.items[0].target.region) == (
        "openstack",
        "oslo-1",
    )


def test_what_is_no_key_is_told_beside_the_question(portal: PortalHouse) -> None:
    portal.sign_in("kari")
    form = {**FORM, "plan": "small", "_key": str(uuid.uuid4()), "ssh_key": "hunter2"}
    wrong = {name: form[name] for name in form if name not in UNASKED}
    answer = portal.client.post("/order/own-cloud-server", data=wrong)
    assert answer.status_code == 422
    assert "Lim inn den offentlige delen" in answer.text
    assert portal.rows() == 0


def test_there_is_one_of_every_kind() -> None:
    assert {one.kind for one in OWN} == {"virtual-machine", "network", "object-storage", "database"}


@pytest.mark.parametrize(
    ("classification", "best", "called"),
    [
        ("internal", "aws/eu-north-1", "AWS, Stockholm"),
        ("confidential", "openstack/oslo-1", "Kommunens egen sky, Oslo"),
    ],
)
def test_it_is_weighed_against_the_public_clouds(
    portal: PortalHouse, classification: str, best: str, called: str
) -> None:
    portal.sign_in("kari")
    form = {name: FORM[name] for name in ("name", "environment", "cost_centre", "_step")}
    form |= {"plan": "large", "classification": classification, "_key": str(uuid.uuid4())}
    other = {**form, "place": "gcp/europe-north1"}
    refused = portal.client.post("/order/linux-server", data=other)
    assert refused.status_code == 422
    assert f"{called} er anbefalt" in refused.text
    taken = portal.client.post("/order/linux-server", data={**form, "place": best})
    assert taken.status_code == 303


@pytest.mark.parametrize(
    ("language", "said"),
    [("nb", "Kommunens egen sky, Oslo"), ("en", "The municipality&#39;s own cloud, Oslo")],
)
def test_its_place_has_a_name_and_not_an_id(portal: PortalHouse, language: str, said: str) -> None:
    where = Target(provider="openstack", account="sandbox", region="oslo-1")
    instance = owned(portal, offering="own-cloud-server", target=where)
    portal.sign_in("kari")
    for address in ("/things", f"/things/{instance}"):
        page = portal.client.get(address, params={"lang": language}).text
        assert said in page
        assert "openstack/oslo-1" not in page


def test_it_has_a_name_where_something_is_down(portal: PortalHouse) -> None:
    portal.sign_in("amina")
    page = portal.client.get("/status").text
    assert '<option value="openstack">Kommunens egen sky</option>' in page
