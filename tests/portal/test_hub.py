"""The hub tells listeners what happens to their agency's orders: signed, in order, until heard."""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import jsonschema
import pytest

from fixtures.hub import listen
from fixtures.listener import listening
from fixtures.portal_house import PortalHouse, wish
from fixtures.portal_served import on_item
from fixtures.tmf641 import DESCRIPTION, schema
from orders import events as e
from orders.model import Cleanup, Stage
from portal.messenger import Messenger
from portal.tmf.hub import BASE, SECRET


@pytest.fixture
def messenger(house: PortalHouse) -> Iterator[Messenger]:
    found = Messenger(house.client.app.state.house)
    yield found
    found.close()


def begin(house: PortalHouse, order: str) -> None:
    house.record(
        order,
        on_item(e.ItemStarted),
        on_item(e.StageReached, stage=Stage.CHECK),
        on_item(e.ItemHeld, reason="QuotaExceeded: no vCPU left"),
    )


def all_of(messenger: Messenger) -> None:
    while messenger.deliver():
        pass


@pytest.mark.skipif(not DESCRIPTION.exists(), reason=f"no description at {DESCRIPTION}")
def test_everything_that_happens_is_told_in_order_and_in_shape(house, messenger, listener):
    assert listen(house, listener.address + "/in").status_code == 201
    order = house.post(wish()).json()["id"]
    begin(house, order)
    all_of(messenger)
    assert listener.types() == [
        "ServiceOrderCreateEvent",
        "ServiceOrderStateChangeEvent",
        "ServiceOrderMilestoneEvent",
        "ServiceOrderJeopardyEvent",
        "ServiceOrderStateChangeEvent",
    ]
    for one in listener.heard:
        kind = one.body["eventType"]
        assert one.path == f"/in/listener/{kind[0].lower()}{kind[1:]}"
        jsonschema.validate(one.body, schema(kind))
    states = [one.body["event"]["serviceOrder"]["state"] for one in listener.heard]
    assert states == ["acknowledged", "inProgress", "inProgress", "held", "held"]
    assert house.ledger.hub.waiting() == 0


@pytest.mark.skipif(not DESCRIPTION.exists(), reason=f"no description at {DESCRIPTION}")
def test_a_cancellation_is_told_from_asking_to_end(house, messenger, listener):
    order = house.post(wish()).json()["id"]
    house.record(order, on_item(e.ItemStarted))
    listen(house, listener.address)
    house.record(
        order,
        on_item(e.CancellationRequested),
        on_item(e.CancellationAccepted),
        on_item(e.ItemCancelled, cleanup=Cleanup.DONE),
    )
    all_of(messenger)
    told = [one.body for one in listener.heard if one.body["eventType"].startswith("Cancel")]
    states = [one["event"]["cancelServiceOrder"]["state"] for one in told]
    assert states == ["accepted", "inProgress", "done"]
    for one in told:
        jsonschema.validate(one, schema(one["eventType"]))


def test_every_notice_is_signed_with_the_listeners_own_secret(house, messenger, listener):
    secret = listen(house, listener.address).headers[SECRET]
    assert secret != listen(house, listener.address).headers[SECRET]
    house.post(wish())
    messenger.deliver()
    good = 0
    for one in listener.heard:
        seconds, _, sign = one.headers["Grunnmur-Signature"].partition(",v1=")
        signed = seconds.removeprefix("t=").encode() + b"." + one.raw
        good += hmac.new(secret.encode(), signed, sha256).hexdigest() == sign
    assert (good, len(listener.heard)) == (1, 2)


def test_what_is_not_heard_is_told_again_later_and_under_the_same_id(house, messenger, listener):
    listen(house, listener.address)
    listener.answers = [500, 201]
    house.post(wish())
    assert messenger.deliver() == 1
    assert messenger.deliver() == 0
    house.moment[0] += timedelta(seconds=6)
    assert messenger.deliver() == 1
    first, second = listener.heard
    assert first.body == second.body
    assert house.ledger.hub.waiting() == 0


def test_while_a_listener_is_away_what_came_first_is_tried_first(house, messenger):
    with listening() as gone:
        address = gone.address
    listen(house, address)
    order = house.post(wish()).json()["id"]
    messenger.deliver()
    begin(house, order)
    assert house.ledger.hub.waiting() == 4
    assert [messenger.deliver() for _ in range(2)] == [1, 0]
    assert house.ledger.hub.waiting() == 4


def test_after_a_day_it_is_given_up_and_the_next_is_tried(house, messenger, listener):
    listen(house, listener.address)
    listener.answers = [500]
    house.post(wish())
    messenger.deliver()
    house.moment[0] += timedelta(days=1, minutes=1)
    messenger.deliver()
    assert house.ledger.hub.waiting() == 0


def test_a_listener_that_says_gone_is_told_no_more(house, messenger, listener):
    made = listen(house, listener.address)
    listener.answers = [410]
    house.post(wish())
    messenger.deliver()
    assert house.ledger.hub.subscription(made.json()["id"]) is None
    assert house.ledger.hub.waiting() == 0


def test_a_redirect_is_not_followed(house, messenger, listener):
    listen(house, listener.address)
    listener.answers = [307]
    house.post(wish())
    messenger.deliver()
    assert [one.path for one in listener.heard] == ["/listener/serviceOrderCreateEvent"]
    assert house.ledger.hub.waiting() == 1


def test_only_what_was_asked_for_is_told(house, messenger, listener):
    listen(house, listener.address, query="eventType=ServiceOrderMilestoneEvent")
    begin(house, house.post(wish()).json()["id"])
    all_of(messenger)
    assert listener.types() == ["ServiceOrderMilestoneEvent"]


def test_a_host_that_is_not_allowed_any_more_is_not_called(house, messenger, listener):
    listen(house, listener.address)
    house.post(wish())
    now = house.client.app.state.house
    closed = Messenger(replace(now, settings=replace(now.settings, hub_hosts=("example.org",))))
    closed.deliver()
    closed.close()
    assert listener.heard == []


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({}, "/callback"),
        ({"callback": "https://evil.example.com"}, "/callback"),
        ({"callback": "https://xexample.org"}, "/callback"),
        ({"callback": "http://a.example.org"}, "/callback"),
        ({"callback": "https://user:secret@a.example.org"}, "/callback"),
        ({"callback": "https://a.example.org/?q=1"}, "/callback"),
        ({"callback": "https://a.example.org:99999"}, "/callback"),
        ({"callback": "ftp://127.0.0.1"}, "/callback"),
        ({"callback": "http://127.0.0.1.evil.example.com"}, "/callback"),
        ({"callback": "https://ærlig.example.org"}, "/callback"),
        ({"callback": "https://a.example.org", "query": "state=held"}, "/query"),
        ({"callback": "https://a.example.org", "query": "eventType=Cat"}, "/query"),
        ({"callback": "https://a.example.org", "id": "mine"}, "/id"),
    ],
)
def test_what_cannot_be_called_is_refused_with_its_place(house, body, place):
    sent = {"Authorization": f"Bearer {house.token()}"}
    answer = house.client.post(BASE, json=body, headers=sent)
    assert answer.status_code == 400
    assert [one["pointer"] for one in answer.json()["errors"]] == [place]
    assert house.ledger.hub.subscriptions() == []


def test_leaving_ends_it_and_twice_is_404(house, messenger, listener):
    made = listen(house, listener.address)
    sent = {"Authorization": f"Bearer {house.token()}"}
    house.post(wish())
    assert house.client.delete(made.headers["location"], headers=sent).status_code == 204
    assert house.client.delete(made.headers["location"], headers=sent).status_code == 404
    assert messenger.deliver() == 0
    assert listener.heard == []


def test_there_are_so_many_listeners_and_no_more(house, listener):
    answers = [listen(house, listener.address).status_code for _ in range(21)]
    assert answers == [201] * 20 + [409]


def test_without_hosts_there_is_no_hub(portal: PortalHouse):
    answer = listen(portal, "https://a.example.org")
    assert answer.status_code == 409
    assert "GRUNNMUR_HUB_HOSTS" in answer.json()["message"]
