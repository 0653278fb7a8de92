"""A basket that is another's, old, full, wrong or nasty."""

import re
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.load import written
from fixtures.basket_filled import SERVER, placed, put, send, things
from fixtures.portal_house import PortalHouse
from ledger.own_offerings import Done, Entry, Own

NASTY = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'; DROP TABLE drafts; --",
    "\x00",
    "\u202e\u2028",
    "{{7*7}}%(most)s",
    "x" * 5000,
)


@pytest.fixture
def kari(portal: PortalHouse) -> PortalHouse:
    portal.sign_in("kari")
    return portal


def test_the_basket_is_nobody_elses(kari: PortalHouse) -> None:
    put(kari, "linux-server", SERVER)
    (one,) = things(kari)
    kari.sign_in("siri")
    assert "fagsystem" not in kari.client.get("/basket").text
    kari.client.post(f"/basket/{one}/remove")
    assert kari.client.post(f"/basket/{one}/join", data={"to": ""}).status_code == 404
    for way in ("draft", "more"):
        page = kari.client.get(f"/order/linux-server?{way}={one}").text
        assert 'value="fagsystem"' not in page
    kari.sign_in("kari")
    assert things(kari) == [one]
    send(kari)
    kari.sign_in("siri")
    assert kari.client.post("/basket/copy", data={"order": "1001"}).status_code == 404


def test_who_may_not_order_has_no_basket(portal: PortalHouse) -> None:
    portal.sign_in("ola")
    assert portal.client.get("/basket").status_code == 403
    assert portal.client.post("/basket").status_code == 403


def test_a_new_version_of_the_offering_is_told(kari: PortalHouse) -> None:
    text = written("linux-server").replace("id: linux-server", "id: map-server")
    own = Own(id="map-server", texts={})
    acts = {"offering": own.id, "agency": "BYM", "by": "eva", "at": kari.moment[0], "why": "x"}

    def now(own: Own, version: int, body: str) -> Own:
        for act, words in ((Done.DRAFTED, body), (Done.USED, "")):
            entry = Entry(act=act, version=version, body=words, **acts)
            own = kari.client.app.state.house.offered.append(own, entry)
        return own

    own = now(own, 1, text)
    put(kari, "map-server", SERVER)
    kept = SERVER | {"_key": str(uuid4()), "_step": "keep", "name": "halvferdig"}
    address = kari.client.post("/order/map-server", data=kept).headers["location"]
    changed = "er endret siden du fylte ut"
    assert changed not in kari.client.get("/basket").text
    assert changed not in kari.client.get(address).text
    now(own, 2, re.sub(r"(?m)^version: .*", "version: 99", text))
    assert changed in kari.client.get("/basket").text
    assert changed in kari.client.get(address).text
    (one,) = things(kari)
    put(kari, "map-server", SERVER, _key=one, _change="1")
    assert changed not in kari.client.get("/basket").text


def test_what_is_no_longer_offered_is_told_and_stops_the_order(kari: PortalHouse) -> None:
    put(kari, "linux-server", SERVER)
    (row,) = kari.ledger.drafts.of("kari")
    kari.ledger.drafts.save(replace(row, offering="mainframe"))
    page = send(kari)
    assert page.status_code == 422
    assert "Dette kan ikke bestilles lenger" in page.text
    assert kari.rows() == 0


def test_what_is_wrong_later_is_said_on_the_thing_and_in_its_form(kari: PortalHouse) -> None:
    put(kari, "linux-server", SERVER | {"needed_by": "24.11.2026"})
    kari.moment[0] += timedelta(days=7)
    kari.sign_in("kari")
    page = send(kari)
    assert page.status_code == 422
    (one,) = things(kari)
    form = kari.client.get(f"/order/linux-server?draft={one}")
    assert form.status_code == 200
    assert 'aria-invalid="true"' in form.text


def test_a_basket_has_an_end(kari: PortalHouse) -> None:
    for number in range(20):
        put(kari, "linux-server", SERVER | {"name": f"server-{number}"})
    page = put(kari, "linux-server", SERVER | {"name": "en-til"})
    assert page.status_code == 200
    assert "Handlekurven har 20 ting" in page.text
    assert 'value="en-til"' in page.text
    assert len(things(kari)) == 20


@pytest.mark.parametrize("text", NASTY)
def test_no_nasty_text_runs_or_is_lost(kari: PortalHouse, text: str) -> None:
    put(kari, "linux-server", SERVER | {"purpose": text})
    page = kari.client.get("/basket")
    assert page.status_code == 200
    assert not re.search(r"<script(?![^>]* src=)|<img src=x", page.text)
    if things(kari):
        send(kari)
        assert placed(kari).items[0].answers["purpose"] == text.strip()
    else:
        assert kari.rows() == 0  # it was refused, on the page where it stands


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    path=st.sampled_from(["", "/x/remove", "/x/join", "/copy"]),
    form=st.dictionaries(
        st.sampled_from(["_key", "_seen", "to", "order", "_step", ""]),
        st.sampled_from(NASTY) | st.text(max_size=20),
        max_size=4,
    ),
)
def test_no_basket_form_is_our_failure(
    portal: PortalHouse, path: str, form: dict[str, str]
) -> None:
    portal.sign_in("kari")
    put(portal, "linux-server", SERVER, _key="6f1c1f3e-7a0e-4f5e-9c89-3d7f7f1f0a11")
    before = things(portal)
    assert portal.client.post(f"/basket{path}", data=form).status_code < 500
    assert things(portal) == before
    assert portal.rows() == 0
