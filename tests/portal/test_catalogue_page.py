"""Finding an offering: by words in both languages, by category, and what is said of nothing."""

import pytest

from fixtures.portal_house import PortalHouse


@pytest.fixture
def kari(portal: PortalHouse) -> PortalHouse:
    portal.sign_in("kari")
    return portal


@pytest.mark.parametrize("words", ["linux", "LINUX", "debian linux", "virtual", "erver", ""])
def test_words_of_either_language_find_it_inside_of_words_too(
    kari: PortalHouse, words: str
) -> None:
    assert 'href="/order/linux-server"' in kari.client.get("/", params={"q": words}).text


@pytest.mark.parametrize("words", ["mainframe", "linux mainframe", "<b>"])
def test_every_word_must_be_there(kari: PortalHouse, words: str) -> None:
    page = kari.client.get("/", params={"q": words})
    assert page.status_code == 200
    assert 'href="/order/linux-server"' not in page.text
    assert "Vi har ingenting med det navnet" in page.text


def test_a_category_holds_its_own_and_no_other(kari: PortalHouse) -> None:
    servers = kari.client.get("/", params={"category": "server"}).text
    assert 'href="/order/linux-server"' in servers
    databases = kari.client.get("/", params={"category": "database"}).text
    assert 'href="/order/linux-server"' not in databases


@pytest.mark.parametrize("asked", [{"category": "nonsense"}, {"q": "x" * 2000}])
def test_a_strange_address_is_no_failure(kari: PortalHouse, asked: dict[str, str]) -> None:
    assert kari.client.get("/", params=asked).status_code == 200


def strong(page: str) -> str:
    return page.partition("<strong>")[2].partition("</strong>")[0]


def test_the_price_follows_the_place(kari: PortalHouse) -> None:
    form = {"plan": "large", "place": "aws/eu-north-1"}
    here = kari.client.post("/order/linux-server/side", data=form).text
    there = kari.client.post(
        "/order/linux-server/side", data=form | {"place": "azure/norwayeast"}
    ).text
    assert "1\N{NO-BREAK SPACE}420 kr" in strong(here)
    assert "1\N{NO-BREAK SPACE}740 kr" in strong(there)


def test_an_error_at_its_field_does_not_repeat_its_name_and_hint(kari: PortalHouse) -> None:
    page = kari.client.post(
        "/order/linux-server", data={"cost_centre": "12", "_step": "review"}
    ).text
    listed = page.partition('href="#cost_centre">')[2].partition("</a>")[0]
    at_field = page.partition('id="cost_centre-error"')[2].partition("</p>")[0]
    assert listed.startswith("Koststed: Skriv det slik det er beskrevet. Seks sifre")
    assert at_field.endswith("Skriv det slik det er beskrevet.")
    assert "Koststed" not in at_field
