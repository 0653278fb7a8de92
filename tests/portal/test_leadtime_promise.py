"""The promise in the form, on the order and in the ledger: learned, and told what it rests on."""

from datetime import timedelta

import pytest

from fixtures.examples import RESOURCE, an_item, placed
from fixtures.portal_house import NOW, PortalHouse, wish
from orders import events as e
from orders import service
from orders.model import DELIVERY

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def deliver(portal: PortalHouse, count: int, hours: float) -> None:
    """Orders like the one that the tests place, a day's opening hours apart."""
    for number in range(1, count + 1):
        at = NOW - timedelta(days=7 * number)
        name = portal.ledger.next_number()
        item = an_item(id="1", instance=name)
        service.place(portal.ledger, placed(name, item, at=at, external_id=name))
        end = at + hours * HOUR
        for event in (
            e.ItemStarted(at=at, by="w", item="1"),
            e.ResourceRecorded(at=at, by="w", item="1", resource=RESOURCE),
            *(e.StageReached(at=at + MINUTE, by="w", item="1", stage=one) for one in DELIVERY),
            e.ItemCompleted(at=end, by="w", item="1", outputs={}),
        ):
            service.record(portal.ledger, name, event)


def ordered(portal: PortalHouse) -> e.OrderPlaced:
    answer = portal.post(wish())
    assert answer.status_code == 201, answer.text
    event = portal.ledger.history(answer.json()["id"])[0]
    assert isinstance(event, e.OrderPlaced)
    return event


def test_without_history_the_catalogues_time_is_promised(portal: PortalHouse) -> None:
    event = ordered(portal)
    assert event.probable_at is None
    assert event.basis == {"level": "stated", "orders": 0, "imported": 0}


@pytest.fixture
def learned(portal: PortalHouse) -> PortalHouse:
    deliver(portal, 25, hours=0.5)
    return portal


def test_an_order_is_promised_by_orders_like_it(learned: PortalHouse) -> None:
    event = ordered(learned)
    assert event.basis == {"level": "alike", "orders": 25, "imported": 0}
    assert event.probable_at == NOW + HOUR / 2
    assert event.promised_at == NOW + HOUR / 2


def test_form_and_order_say_the_same(learned: PortalHouse) -> None:
    learned.sign_in("kari")
    form = learned.client.get("/order/linux-server").text
    assert "fra 25 bestillinger av dette hos samme leverandør" in form
    assert "Trolig innen mandag 23. november 2026 kl. 10.30" in " ".join(form.split())
    number = learned.post(wish()).json()["id"]
    page = learned.client.get(f"/orders/{number}").text
    assert "fra 25 bestillinger som denne" in page
    assert "Trolig innen mandag 23. november 2026" in page
