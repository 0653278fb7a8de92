"""The part of an order's page that renews itself."""

from datetime import timedelta

from fixtures.portal_house import PortalHouse, wish
from orders import events as e
from orders import service


def test_the_panel_moves_when_the_promise_in_force_passes(portal: PortalHouse) -> None:
    order = str(portal.post(wish()).json()["id"])
    first = portal.ledger.order_row(order).promised_at
    portal.moment[0] = first + timedelta(minutes=1)
    service.record(
        portal.ledger,
        order,
        e.PromiseRestated(
            at=portal.moment[0],
            by="grunnmur",
            probable_at=None,
            promised_at=first + timedelta(hours=1),
        ),
    )
    portal.sign_in("kari")
    told = portal.client.get(f"/orders/{order}/panel")
    portal.moment[0] = first + timedelta(hours=2)
    late = portal.client.get(
        f"/orders/{order}/panel", headers={"If-None-Match": told.headers["etag"]}
    )
    assert late.status_code == 200
    assert "er passert" in late.text
