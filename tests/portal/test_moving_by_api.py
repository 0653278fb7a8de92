"""A program moves a thing over TMF641: a modify of its place, held to what the page is held to."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from fixtures.forbidding import forbid
from fixtures.moved_pages import BUCKET, ended, store, switched, until_the_switch
from fixtures.own_things import delivery, place, server
from fixtures.portal_house import API, PortalHouse
from orders import service, steering
from orders.approval import Rule
from orders.entry import Stamp
from orders.lifecycle import replay
from orders.model import Action, State
from portal.mail.postman import Postman
from portal.mail.rounds import GAP, Rounds

CANCEL = "/tmf-api/serviceOrdering/v4/cancelServiceOrder"
WHY = "Nærmere brukerne"
AZURE = "azure/norwayeast"


@pytest.fixture
def instance(portal: PortalHouse) -> str:
    """A delivered place for files at AWS."""
    return store(portal)


def body(instance: str, where: str = AZURE, why: str = WHY, **said: Any) -> dict[str, Any]:
    answers = {"place": where, **said}
    told = [{"name": name, "value": value} for name, value in answers.items()]
    item = {
        "id": "a",
        "action": "modify",
        "service": {"id": instance, "serviceCharacteristic": told},
    }
    return {"externalId": "m-1", "description": why, "serviceOrderItem": [item]}


def test_a_modify_of_the_place_is_a_move(portal: PortalHouse, instance: str) -> None:
    answer = portal.post(body(instance))
    assert answer.status_code == 201, answer.text
    new, old = answer.json()["serviceOrderItem"]
    assert (new["action"], old["action"]) == ("add", "delete")
    assert (new["service"]["id"] != instance, old["service"]["id"]) == (True, instance)
    order = replay(portal.ledger.history(answer.json()["id"]))
    made, gone = order.items.values()
    assert (made.action, gone.action, gone.needs) == (Action.MOVE, Action.TERMINATE, (made.id,))
    assert (made.target.provider, made.target.region) == ("azure", "norwayeast")
    assert made.former is not None
    assert made.former.target.provider == "aws"
    assert portal.ledger.thing(instance).changing == order.id
    told = {one["name"]: one["value"] for one in new["service"]["serviceCharacteristic"]}
    assert told["place"] == AZURE
    placed = portal.ledger.history(order.id)[0]
    assert (placed.why, placed.decision["1"]["chosen"]) == (WHY, AZURE)
    assert portal.ledger.verify() == []


def test_the_same_again_is_the_same_order_whatever_became_of_it(
    portal: PortalHouse, instance: str
) -> None:
    first = portal.post(body(instance)).json()["id"]
    again = portal.post(body(instance))
    assert (again.status_code, again.json()["id"]) == (200, first)
    opens = portal.moment[0] + timedelta(days=7)
    portal.record(first, *until_the_switch(), *switched(opens))
    portal.moment[0] = opens
    service.answer(portal.ledger, first, Stamp(by="kari", at=opens), "yes")
    portal.record(first, *ended())
    again = portal.post(body(instance))
    assert (again.status_code, again.json()["id"]) == (200, first)
    assert portal.post(body(instance, why="En annen grunn")).status_code in {400, 409}


def test_while_it_is_moved_nothing_else_is_done_with_it(portal: PortalHouse, instance: str) -> None:
    first = portal.post(body(instance)).json()["id"]
    answer = portal.post({**body(instance), "externalId": "m-2"})
    assert answer.status_code == 409
    assert first in answer.json()["reason"]


@pytest.mark.parametrize(
    ("made", "pointer", "words"),
    [
        (
            lambda i: body(i, "azure/nowhere"),
            "/service/serviceCharacteristic",
            "none of its places",
        ),
        (lambda i: body(i, plan="archive"), "/service/serviceCharacteristic", "the place alone"),
        (lambda i: body(i, cost_centre="410999"), "/service/serviceCharacteristic", "cost_centre"),
        (lambda i: body(i, "ibm/eu-de"), "/service/serviceCharacteristic", ""),
        (lambda _: body("0" * 32), "/service/id", "nothing that your agency has"),
    ],
)
def test_what_is_wrong_is_told_on_its_place(
    portal: PortalHouse, instance: str, made: Any, pointer: str, words: str
) -> None:
    before = portal.rows()
    answer = portal.post(made(instance))
    assert answer.status_code == 400, answer.text
    told = {one["pointer"]: one["reason"] for one in answer.json()["errors"]}
    assert words in told[f"/serviceOrderItem/0{pointer}"]
    assert portal.rows() == before


def test_its_own_answers_may_stand_beside_the_place(portal: PortalHouse, instance: str) -> None:
    assert portal.post(body(instance, plan="often", name="arkiv")).status_code == 201


def test_a_move_is_an_order_of_its_own(portal: PortalHouse, instance: str) -> None:
    wanted = body(instance)
    wanted["serviceOrderItem"].append(body(store(portal, "bilder"))["serviceOrderItem"][0])
    wanted["serviceOrderItem"][1]["id"] = "b"
    answer = portal.post(wanted)
    assert answer.status_code == 400
    assert "an order of its own" in answer.text


def test_a_place_that_these_data_may_not_be_at_is_refused(
    portal: PortalHouse, instance: str
) -> None:
    forbid(portal, "intern", "eea_us_owner")
    before = portal.rows()
    answer = portal.post(body(instance, "gcp/europe-north1"))
    assert (answer.status_code, "Not here." in answer.json()["reason"]) == (400, True)
    assert portal.rows() == before


def test_another_place_than_the_recommended_one_needs_a_reason(
    portal: PortalHouse, instance: str
) -> None:
    """Of two places one at most is recommended."""
    places = (AZURE, "gcp/europe-north1")
    answers = {
        one: portal.post({**body(instance, one, why=""), "externalId": one}) for one in places
    }
    refused = [one for one in places if answers[one].status_code == 400]
    assert refused, {one: answer.status_code for one, answer in answers.items()}
    assert portal.post(body(store(portal, "bilder"), refused[0])).status_code == 201


def test_what_stands_on_something_stays_where_it_is(portal: PortalHouse) -> None:
    instance = store(portal, "bundet", given={"subnet": "subnet-1"})
    answer = portal.post(body(instance))
    assert answer.status_code == 400
    (told,) = answer.json()["errors"]
    assert told["pointer"] == "/serviceOrderItem/0/service/id"
    assert "stands on something else" in told["reason"]


def test_another_agencys_thing_is_not_there(portal: PortalHouse) -> None:
    theirs = server("deres", offering="object-storage", plan="often", kind="object-storage")
    number = place(portal.ledger, portal.moment[0], theirs, agency="PBE")
    portal.record(number, *delivery(resource=BUCKET))
    answer = portal.post(body(theirs.instance))
    assert answer.status_code == 400
    assert portal.client.post(API, json=body(theirs.instance)).status_code == 401


@pytest.fixture
def ruled(portal: PortalHouse) -> PortalHouse:
    """An approver is asked of everything."""
    app: Any = portal.client.app
    rules = (Rule(id="all", steps=("approver",)),)
    settings = replace(app.state.house.settings, approval_rules=rules)
    app.state.house = replace(app.state.house, settings=settings)
    for name in ("kari", "ola", "amina"):
        portal.sign_in(name)
    return portal


def mails(portal: PortalHouse, rounds: Rounds) -> list[tuple[str, str]]:
    """To whom, and about what, of a round a little later."""
    sent: list[tuple[str, str]] = []
    portal.moment[0] += GAP
    house: Any = portal.client.app.state.house  # type: ignore[attr-defined]
    Postman(house, lambda mail, _now: sent.append((mail.recipient, mail.subject)), rounds).round()
    return sorted(sent)


def test_it_awaits_approval_where_the_rules_ask_and_each_whose_turn_it_is_gets_a_mail(
    ruled: PortalHouse, instance: str
) -> None:
    rounds = Rounds()
    mails(ruled, rounds)  # of how the thing came to be
    number = ruled.post(body(instance)).json()["id"]
    order = replay(ruled.ledger.history(number))
    assert order.items["1"].state is State.PENDING, "nothing is made before the yes"
    ((to, subject),) = mails(ruled, rounds)
    assert (to, number in subject, "arkiv" in subject) == ("ola", True, True)

    steering.approve(ruled.ledger, number, Stamp(by="ola", at=ruled.moment[0]))
    assert replay(ruled.ledger.history(number)).items["1"].state is State.ACKNOWLEDGED
    assert mails(ruled, rounds) == []

    ruled.record(number, *until_the_switch())
    told = mails(ruled, rounds)
    assert [to for to, _ in told] == ["kari"], "a program ordered it: who orders is asked"
    service.answer(ruled.ledger, number, Stamp(by="kari", at=ruled.moment[0]), "yes")
    opens = ruled.moment[0] + timedelta(days=7)
    ruled.record(number, *switched(opens)[1:])
    assert mails(ruled, rounds) == [], "it is kept for a while first"
    ruled.moment[0] = opens
    assert [to for to, _ in mails(ruled, rounds)] == ["kari"]


def test_a_move_that_is_refused_leaves_the_thing_as_it_was(
    ruled: PortalHouse, instance: str
) -> None:
    number = ruled.post(body(instance)).json()["id"]
    steering.refuse(ruled.ledger, number, Stamp(by="ola", at=ruled.moment[0]), "ikke nå")
    order = replay(ruled.ledger.history(number))
    assert {one.state for one in order.items.values()} == {State.REJECTED}
    assert ruled.ledger.thing(instance).changing is None
    assert ruled.post({**body(instance), "externalId": "m-2"}).status_code == 201


def test_it_is_called_off_over_the_api_at_any_step_before_the_last_yes(
    portal: PortalHouse, instance: str
) -> None:
    number = portal.post(body(instance)).json()["id"]
    portal.record(number, *until_the_switch())
    wanted = {"serviceOrder": {"id": number}, "cancellationReason": "Ikke nå"}
    headers = {"Authorization": f"Bearer {portal.token()}"}
    assert portal.client.post(CANCEL, json=wanted, headers=headers).status_code == 201
    assert portal.ledger.thing(instance).changing is None
    assert replay(portal.ledger.history(number)).items["2"].state is State.CANCELLED
