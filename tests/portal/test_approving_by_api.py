"""ApproveServiceOrder: the approver's yes or no by the API, and who may not give it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from starlette.testclient import TestClient

from emulators.signin.people import PEOPLE, PROGRAM
from emulators.signin.provider import create_app as create_signin
from emulators.signin.settings import Client
from emulators.signin.settings import Settings as SigninSettings
from fixtures.portal_house import API, CLIENTS, ISSUER, PortalHouse, wish
from orders.approval import Rule

APPROVE = "/tmf-api/serviceOrdering/v4/approveServiceOrder"
SECRET = "program-secret"  # noqa: S105 - of a provider that lives as long as the test
Decide = Callable[..., Any]


@pytest.fixture
def awaited(portal: PortalHouse) -> str:
    app = portal.client.app
    rules = (Rule(id="all", steps=("approver",)),)
    settings = replace(app.state.house.settings, approval_rules=rules)
    app.state.house = replace(app.state.house, settings=settings)
    return str(portal.post(wish()).json()["id"])


@pytest.fixture
def decide(portal: PortalHouse, signing_key) -> Decide:
    """Send a decision as a program with the agency and roles of a demo person."""
    clients = dict(CLIENTS)
    for name, person in PEOPLE.items():
        one = replace(person, subject=f"program-of-{name}")
        clients[name] = Client(id=name, secret=SECRET, grant="client_credentials", program=one)
    both = replace(PROGRAM, roles=("orderer", "approver"))
    clients["same"] = Client(id="same", secret=SECRET, grant="client_credentials", program=both)
    provider = TestClient(
        create_signin(
            SigninSettings(issuer=ISSUER, audience="grunnmur", clients=clients, state=signing_key)
        ),
        base_url=ISSUER,
    )

    def sent(order: str, by: str = "ola", decision: str = "approve", **more: Any) -> Any:
        secret = clients[by].secret
        grant = {"grant_type": "client_credentials"}
        token = provider.post("/token", data=grant, auth=(by, secret)).json()["access_token"]
        body = {"serviceOrder": {"id": order}, "decision": decision} | more
        headers = {"Authorization": f"Bearer {token}"}
        return portal.client.post(APPROVE, json=body, headers=headers)

    return sent


def test_a_yes_lets_the_work_begin_and_is_given_once(portal: PortalHouse, awaited, decide):
    (question,) = portal.get(f"{API}/{awaited}").json()["note"]
    assert "NOK a month" in question["text"]
    answer = decide(awaited, question=question["text"])
    assert answer.status_code == 200, answer.text
    assert answer.json()["state"] == "acknowledged"
    before = portal.rows()
    again = decide(awaited)
    assert again.status_code == 409
    assert "awaits no approval" in again.json()["reason"]
    assert portal.rows() == before


def test_a_no_needs_a_reason_which_the_orderer_reads(portal: PortalHouse, awaited, decide):
    assert decide(awaited, decision="refuse").json()["errors"] == [
        {"pointer": "/reason", "reason": "is missing"}
    ]
    answer = decide(awaited, decision="refuse", reason="Use the one you have.")
    assert answer.json()["state"] == "rejected"
    told = portal.get(f"{API}/{awaited}").json()
    assert told["errorMessage"][0]["reason"] == "Use the one you have."


@pytest.mark.parametrize(
    ("by", "status"),
    [("kari", 403), ("siri", 404), ("amina", 403), ("per", 403), ("eva", 403), ("nils", 403)],
)
def test_the_table_of_rights_decides(portal: PortalHouse, awaited, decide, by: str, status: int):
    before = portal.rows()
    answer = decide(awaited, by)
    assert (answer.status_code, answer.json()["status"]) == (status, str(status))
    assert portal.rows() == before


def test_nobody_approves_an_order_of_their_own(portal: PortalHouse, awaited, decide):
    before = portal.rows()
    answer = decide(awaited, "same")
    assert answer.status_code == 403
    assert "their own order" in answer.json()["reason"]
    assert portal.rows() == before


def test_an_answer_to_another_question_does_nothing(portal: PortalHouse, awaited, decide):
    before = portal.rows()
    answer = decide(awaited, question="Do you approve this order, of 1 NOK a month?")
    assert answer.status_code == 409
    assert portal.rows() == before


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ({"decision": "maybe"}, "/decision"),
        ({"decision": 1}, "/decision"),
        ({"serviceOrder": {}}, "/serviceOrder/id"),
        ({"serviceOrder": "1001"}, "/serviceOrder"),
        ({"reason": "x" * 4001}, "/reason"),
        ({"state": "completed"}, "/state"),
    ],
)
def test_what_is_wrong_is_told_on_its_place(portal: PortalHouse, awaited, decide, more, place):
    before = portal.rows()
    answer = decide(awaited, **more)
    assert answer.status_code == 400
    assert place in {one["pointer"] for one in answer.json()["errors"]}
    assert portal.rows() == before
