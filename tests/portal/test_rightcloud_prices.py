"""The prices as a page: where they come from, and rate cards that wait."""

import pytest

from fixtures.portal_house import PortalHouse
from fixtures.rightcloud_pages import CARD, NEED, text


@pytest.fixture
def amina(portal: PortalHouse) -> PortalHouse:
    portal.sign_in("amina")
    return portal


def test_a_rate_card_shows_its_effect_and_takes_force_when_told(amina: PortalHouse) -> None:
    place = amina.client.post("/cloud/prices/card", files={"card": ("kort.csv", CARD)})
    look = amina.client.get(place.headers["location"])
    said = text(look).replace("\xa0", " ")
    assert "Ingenting er endret ennå" in said
    assert "En større: 8 vCPU" in said
    before = text(amina.client.get("/cloud/prices"))
    assert "kort.csv" in before
    done = amina.client.post(place.headers["location"], data={"_step": "take", "why": "Nytt år"})
    assert done.status_code == 303
    after = text(amina.client.get("/cloud/prices"))
    assert "Amina Yusuf" in after
    assert "Nytt år" in after
    need = NEED | {"tag_fortrolig_adresse": "on", "group": "norway"}
    month = f"{round(730 * 9.5 + 200 * 0.4):,}".replace(",", " ")
    assert f"{month} kr" in text(amina.client.get("/cloud", params=need)).replace("\xa0", " ")


def test_a_wrong_rate_card_is_refused_by_line(amina: PortalHouse) -> None:
    files = {"card": ("kort.csv", CARD.replace("openstack,oslo-1,block", "openstack,,block"))}
    page = amina.client.post("/cloud/prices/card", files=files)
    assert page.status_code == 422
    assert "kort.csv:3: region: er tom" in text(page)
    assert amina.client.post("/cloud/prices/card").status_code == 422


def test_an_unknown_card_or_quarantine_is_refused_in_words(amina: PortalHouse) -> None:
    assert amina.client.get("/cloud/prices/card/nope").status_code == 422
    for path in ("/cloud/prices/card/nope", "/cloud/prices/quarantine/aws"):
        page = amina.client.post(path, data={"_step": "drop"})
        assert page.status_code == 422
        assert amina.client.post(path, data={"_step": "burn"}).status_code == 400


def test_the_prices_say_where_they_come_from_and_which_are_old(amina: PortalHouse) -> None:
    said = text(amina.client.get("/cloud/prices"))
    for words in ("Microsoft Azure", "gammel", "USD", "10,5000", "prisene som fulgte med"):
        assert words in said
