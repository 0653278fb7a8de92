"""Learning where one is: the tour along a first order, searchable help, and guides."""

import pytest

from fixtures.own_things import delivery
from fixtures.portal_house import PortalHouse

FORM = {
    "plan": "small",
    "name": "fagsystem",
    "environment": "test",
    "classification": "internal",
    "cost_centre": "410123",
}


@pytest.fixture
def kari(portal: PortalHouse) -> PortalHouse:
    portal.sign_in("kari")
    return portal


def test_the_tour_goes_along_from_the_catalogue_to_the_order(kari: PortalHouse) -> None:
    assert "Ny her?" in kari.client.get("/").text
    assert kari.client.get("/tour").status_code == 200
    assert "steg" not in kari.client.get("/").text.lower()  # looking begins nothing
    kari.client.post("/tour", data={"act": "begin"})
    assert "steg 1 av 4" in kari.client.get("/").text
    assert "steg 2 av 4" in kari.client.get("/order/linux-server").text
    reviewed = kari.client.post("/order/linux-server", data=FORM | {"_step": "review"})
    assert "steg 3 av 4" in reviewed.text
    sent = kari.client.post("/order/linux-server", data=FORM | {"_step": "send"})
    order = kari.client.get(sent.headers["location"])
    assert "steg 4 av 4" in order.text
    assert "Jeg er ferdig med omvisningen" in order.text
    kari.client.post("/tour", data={"act": "end"})
    for path in ("/", sent.headers["location"]):
        text = kari.client.get(path).text
        assert "Omvisningen" not in text
        assert "Ny her?" not in text


def test_who_has_ordered_is_new_no_more(kari: PortalHouse) -> None:
    kari.client.post("/order/linux-server", data=FORM | {"_step": "send"})
    assert "Ny her?" not in kari.client.get("/").text


@pytest.mark.parametrize(
    ("words", "found", "hidden"),
    [
        ("passord", 'id="secrets"', 'id="roles"'),
        ("password", 'id="secrets"', 'id="roles"'),  # in the language that is not shown
        ("stoppet hos oss", 'id="states"', 'id="secrets"'),
        ("oppdater pakkene", 'id="guide-linux-server"', 'id="guide-workspace"'),
        ("LINUX sikkerhetskopi", 'id="guide-linux-server"', 'id="when"'),
    ],
)
def test_the_help_finds_words_in_both_languages(
    portal: PortalHouse, words: str, found: str, hidden: str
) -> None:
    text = portal.client.get("/help", params={"q": words}).text
    assert found in text
    assert hidden not in text


@pytest.mark.parametrize("words", ["<script>alert(1)</script>", "%", "x" * 2000, "\x00"])
def test_what_nobody_has_written_about_is_said(portal: PortalHouse, words: str) -> None:
    answer = portal.client.get("/help", params={"q": words})
    assert answer.status_code == 200
    assert "Vi har ikke skrevet noe om det" in answer.text or words == "%"
    assert "<script>alert" not in answer.text


def test_switching_the_language_keeps_what_was_looked_for(portal: PortalHouse) -> None:
    text = portal.client.get("/help", params={"q": "passord"}).text
    assert 'href="?q=passord&amp;lang=en"' in text
    assert 'id="secrets"' in portal.client.get("/help?q=passord&lang=en").text


def test_what_is_delivered_says_what_to_do_now(kari: PortalHouse) -> None:
    sent = kari.client.post("/order/linux-server", data=FORM | {"_step": "send"})
    number = sent.headers["location"].split("/")[2].partition("?")[0]
    step = "Oppdater pakkene og opprett brukerne dere trenger."
    assert step not in kari.client.get(f"/orders/{number}").text
    kari.record(number, *delivery())
    assert step in kari.client.get(f"/orders/{number}").text
    (thing,) = kari.ledger.things("BYM")
    assert step in kari.client.get(f"/things/{thing.instance}").text
    assert "Update the packages" in kari.client.get(f"/things/{thing.instance}?lang=en").text
