"""Several things in one order, by the form: put in, changed, connected, taken out, sent once."""

import re
from html import unescape
from uuid import uuid4

import pytest

from catalog.load import load
from fixtures.basket_filled import NETWORK, SERVER, placed, put, send, things, ticket
from fixtures.portal_house import PortalHouse


@pytest.fixture
def kari(portal: PortalHouse) -> PortalHouse:
    portal.sign_in("kari")
    return portal


def test_two_things_become_one_order_with_their_sum_and_the_last_promise(kari: PortalHouse) -> None:
    put(kari, "linux-server", SERVER)
    answer = put(kari, "landing-zone", NETWORK)
    assert (answer.status_code, answer.headers["location"]) == (303, "/basket?added")
    page = kari.client.get("/basket?lang=en").text
    offered = load()
    each = [offered["linux-server"].price("small"), offered["landing-zone"].price("standard")]
    assert each[1] == 0, "a network has no price of its own"
    assert page.count(f"NOK {each[0]:,} a month") == 2
    assert "No fixed price a month" in page
    assert "a month, and some without a fixed price" in page
    assert "Nobody has to approve it" in page
    assert kari.rows() == 0
    assert send(kari).headers["location"] == "/orders/1001?placed"
    event = placed(kari)
    assert [(one.id, one.offering) for one in event.items] == [
        ("1", "linux-server"),
        ("2", "landing-zone"),
    ]
    assert set(event.decision) == {"1", "2"}  # each has its own place, and why
    assert things(kari) == []


def test_two_hasty_clicks_send_one_order(kari: PortalHouse) -> None:
    put(kari, "linux-server", SERVER)
    sent = ticket(kari)
    first, again = send(kari, sent), send(kari, sent)
    assert first.headers["location"] == again.headers["location"]
    assert kari.ledger.count() == 1


def test_sent_and_not_yet_emptied_it_is_not_ordered_twice(kari: PortalHouse) -> None:
    put(kari, "linux-server", SERVER)
    rows = kari.ledger.drafts.of("kari")
    send(kari)
    for row in rows:
        kari.ledger.drafts.save(row)  # as if the portal had been killed before it was emptied
    assert send(kari).headers["location"] == "/orders/1001?placed"
    for row in rows:
        kari.ledger.drafts.save(row)
    put(kari, "object-storage", SERVER | {"plan": "often", "name": "filer"})
    page = send(kari)
    assert page.status_code == 409
    assert "/orders/1001" in page.text
    assert len(things(kari)) == 2
    assert send(kari).status_code == 303
    assert kari.ledger.count() == 2


def test_only_what_was_seen_is_sent(kari: PortalHouse) -> None:
    put(kari, "linux-server", SERVER)
    sent = ticket(kari)
    put(kari, "landing-zone", NETWORK)
    page = send(kari, sent)
    assert page.status_code == 409
    assert "Handlekurven er endret" in page.text
    assert kari.rows() == 0
    assert len(things(kari)) == 2


def test_a_thing_is_changed_where_it_lies(kari: PortalHouse) -> None:
    put(kari, "linux-server", SERVER)
    (one,) = things(kari)
    form = kari.client.get(f"/order/linux-server?draft={one}").text
    assert 'value="fagsystem"' in form
    assert 'name="_change" value="1"' in form
    put(kari, "linux-server", SERVER | {"plan": "large"}, _key=one, _change="1")
    assert things(kari) == [one]
    send(kari)
    assert [item.plan for item in placed(kari).items] == ["large"]


def test_the_same_page_filled_in_anew_puts_in_one_more(kari: PortalHouse) -> None:
    key = str(uuid4())
    for name in ("fagsystem", "fagsystem", "fagsystem-2"):  # a hasty finger, then back and anew
        put(kari, "linux-server", SERVER | {"name": name}, _key=key)
    assert len(things(kari)) == 2


def test_one_more_like_it_and_one_less(kari: PortalHouse) -> None:
    put(kari, "linux-server", SERVER)
    (one,) = things(kari)
    form = kari.client.get(f"/order/linux-server?more={one}").text
    assert 'value="fagsystem"' in form
    assert one not in form
    assert kari.client.post(f"/basket/{one}/remove").status_code == 303
    assert things(kari) == []
    assert "Den er tom" in kari.client.get("/basket").text


def test_a_server_is_put_in_the_network_of_the_same_order(kari: PortalHouse) -> None:
    put(kari, "linux-server", SERVER)
    put(kari, "landing-zone", NETWORK)
    server, network = things(kari)
    assert promised(kari) == ["mandag 23. november 2026 kl. 14.00"] * 2
    assert kari.client.post(f"/basket/{server}/join", data={"to": network}).status_code == 303
    # It begins when the network is there: four hours of it, and four of its own.
    assert promised(kari)[0] == "tirsdag 24. november 2026 kl. 10.00"
    assert send(kari).status_code == 303
    first, second = placed(kari).items
    assert (first.needs, second.needs) == (("2",), ())
    assert first.wires["subnet"] == "2.subnet"
    assert first.target == second.target


def promised(portal: PortalHouse) -> list[str]:
    page = unescape(portal.client.get("/basket").text).replace("\N{NO-BREAK SPACE}", " ")
    return re.findall(r"<dt>Lovet</dt><dd>([^<]*)</dd>", page)


def test_what_cannot_be_connected_is_not(kari: PortalHouse) -> None:
    put(kari, "linux-server", SERVER)
    put(kari, "landing-zone", NETWORK | {"environment": "test"})
    server, network = things(kari)
    for one, to in ((network, server), (server, server), (server, "x")):
        assert kari.client.post(f"/basket/{one}/join", data={"to": to}).status_code == 409
    assert kari.client.post("/basket/x/join", data={"to": server}).status_code == 404


def test_an_order_of_several_is_copied_with_its_connections(kari: PortalHouse) -> None:
    put(kari, "application-environment", NETWORK | {"plan": "small", "name": "parkering"})
    assert send(kari).status_code == 303
    assert "/basket/copy" in kari.client.get("/orders/1001").text
    for _ in range(2):  # a hasty finger
        assert kari.client.post("/basket/copy", data={"order": "1001"}).status_code == 303
    assert len(things(kari)) == 4
    assert send(kari).headers["location"] == "/orders/1002?placed"
    was = {one.name: one for one in placed(kari).items}
    now = {one.name: one for one in placed(kari, "1002").items}
    assert {name: one.parameters for name, one in was.items()} == {
        name: one.parameters for name, one in now.items()
    }
    assert set(now["parkering-web"].wires) == set(was["parkering-web"].wires)
    assert now["parkering-web"].instance != was["parkering-web"].instance


def test_an_order_of_a_bundle_is_called_by_its_name_where_orders_are_listed(
    kari: PortalHouse,
) -> None:
    form = NETWORK | {"plan": "small", "name": "parkering"}
    put(kari, "application-environment", form)
    send(kari)
    for path in ("/orders", "/orders/1001"):
        page = kari.client.get(path).text
        assert "Applikasjonsmiljø" in page, path
        assert "Applikasjonsmiljø med mer" not in page, path
    assert "Applikasjonsmiljø, bestilling 1001" in kari.client.get("/orders/1001").text
    put(kari, "application-environment", form | {"name": "kart"})
    put(kari, "linux-server", SERVER)
    send(kari)
    assert "Applikasjonsmiljø med mer" in kari.client.get("/orders").text
    kari.sign_in("amina")
    desk = kari.client.get("/desk?offering=application-environment").text
    assert desk.count("Applikasjonsmiljø, 100") == 2
