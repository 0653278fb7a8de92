"""Where the pages lead to access data, and where they say that one gets in without."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fixtures.own_things import moved, owned
from fixtures.portal_house import PortalHouse
from orders import events as e
from orders.model import Stage, Target


@pytest.fixture
def kari(portal: PortalHouse) -> PortalHouse:
    portal.sign_in("kari")
    return portal


def database(portal: PortalHouse, provider: str, region: str) -> str:
    where = Target(provider=provider, account="sandbox", region=region)
    return owned(portal, kind="database", offering="postgres-database", target=where)


def remove(portal: PortalHouse, instance: str) -> None:
    """Terminated, and gone at the supplier."""
    form = {"_key": "0" * 32, "_step": "send", "typed": "fagsystem"}
    asked = portal.client.post(f"/things/{instance}/terminate", data=form)
    number = asked.headers["location"].rpartition("/")[2].partition("?")[0]
    portal.moment[0] += timedelta(days=60)  # beyond any grace
    portal.sign_in("kari")
    portal.record(
        number,
        moved(e.ItemStarted),
        moved(e.StageReached, stage=Stage.CLEAN_UP),
        moved(e.ResourceRemoved),
        moved(e.StageReached, stage=Stage.HAND_OVER),
        moved(e.ItemCompleted, outputs={}),
    )
    assert portal.ledger.thing(instance) is None


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
    remove(kari, instance)
    assert link not in kari.client.get(f"/orders/{thing.order}").text
