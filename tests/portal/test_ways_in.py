"""Where the pages lead to access data, and where they say that one gets in without."""

from __future__ import annotations

import pytest

from fixtures.own_things import owned, removed
from fixtures.portal_house import PortalHouse
from orders.model import Target


@pytest.fixture
def kari(portal: PortalHouse) -> PortalHouse:
    portal.sign_in("kari")
    return portal


def database(portal: PortalHouse, provider: str, region: str) -> str:
    where = Target(provider=provider, account="sandbox", region=region)
    return owned(portal, kind="database", offering="postgres-database", target=where)


def test_beside_a_secret_it_is_said_how_one_gets_in_without(kari: PortalHouse) -> None:
    own = database(kari, "azure", "norwayeast")
    page = kari.client.get(f"/things/{own}").text
    assert "slipper dem inn" in page
    assert f'href="/things/{own}/access"' in page
    assert "slutter å virke" in kari.client.get(f"/things/{own}/access").text


def test_the_page_of_the_order_leads_there_as_long_as_the_thing_is_had(kari: PortalHouse) -> None:
    instance = database(kari, "aws", "eu-north-1")
    thing = kari.ledger.thing(instance)
    assert thing is not None
    link = f'href="/things/{instance}/access"'
    assert link in kari.client.get(f"/orders/{thing.order}").text
    kari.sign_in("amina")
    assert link not in kari.client.get(f"/orders/{thing.order}").text
    kari.sign_in("kari")
    removed(kari, instance)
    assert link not in kari.client.get(f"/orders/{thing.order}").text
