"""PATCH adds a note and nothing else; DELETE says what to do instead."""

from __future__ import annotations

import jsonschema
import pytest

from fixtures.portal_house import API, PortalHouse, wish
from fixtures.tmf641 import DESCRIPTION, schema
from ledger import LedgerUnavailable, store


@pytest.fixture
def placed(portal: PortalHouse) -> str:
    return str(portal.post(wish()).json()["id"])


def patch(portal: PortalHouse, order: str, body, kind="application/merge-patch+json"):
    sent = {"Authorization": f"Bearer {portal.token()}", "Content-Type": kind}
    return portal.client.request("PATCH", f"{API}/{order}", json=body, headers=sent)


@pytest.mark.parametrize("kind", ["application/json", "application/merge-patch+json"])
def test_a_note_is_kept_on_the_thread(portal: PortalHouse, placed: str, kind):
    answer = patch(portal, placed, {"note": [{"text": "The old one is off."}]}, kind)
    assert answer.status_code == 200
    (note,) = answer.json()["note"]
    assert note["text"] == "The old one is off."
    assert note["author"]
    assert portal.get(f"{API}/{placed}").json()["note"] == [note]


def test_notes_that_come_together_are_kept_together_or_not_at_all(
    portal: PortalHouse, placed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    append, appended = store.append, []

    def counted(connection, order, events, **more):
        appended.append(len(events))
        if len(appended) > 1:
            raise LedgerUnavailable("it went away in the middle")
        append(connection, order, events, **more)

    monkeypatch.setattr(store, "append", counted)
    answer = patch(portal, placed, {"note": [{"text": "one"}, {"text": "two"}]})
    assert answer.status_code == 200
    assert appended == [2]


@pytest.mark.skipif(not DESCRIPTION.exists(), reason=f"no description at {DESCRIPTION}")
def test_the_answer_is_as_the_description_says(portal: PortalHouse, placed: str):
    answer = patch(portal, placed, {"note": [{"text": "one"}, {"text": "two"}]})
    jsonschema.validate(answer.json(), schema("ServiceOrder"))
    assert [one["text"] for one in answer.json()["note"]] == ["one", "two"]


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({}, "/note"),
        ({"note": []}, "/note"),
        ({"note": "hello"}, "/note"),
        ({"note": ["hello"]}, "/note/0"),
        ({"note": [{"text": ""}]}, "/note/0/text"),
        ({"note": [{"text": "x" * 4001}]}, "/note/0/text"),
        ({"note": [{"text": "x", "author": "the mayor"}]}, "/note/0/author"),
        ({"note": [{"text": "x"}] * 21}, "/note"),
        ({"note": [{"text": "x"}], "state": "completed"}, "/state"),
        ({"note": [{"text": "x"}], "serviceOrderItem": []}, "/serviceOrderItem"),
    ],
)
def test_anything_else_is_refused_and_nothing_is_written(portal, placed, body, place):
    before = portal.rows()
    answer = patch(portal, placed, body)
    assert answer.status_code == 400
    assert place in {one["pointer"] for one in answer.json()["errors"]}
    assert portal.rows() == before


def test_an_order_that_is_not_there_is_404(portal: PortalHouse):
    assert patch(portal, "9999", {"note": [{"text": "x"}]}).status_code == 404


def test_another_type_of_body_is_415(portal: PortalHouse, placed: str):
    assert patch(portal, placed, {"note": [{"text": "x"}]}, "text/plain").status_code == 415


def test_deleting_is_refused_with_what_to_do(portal: PortalHouse, placed: str):
    sent = {"Authorization": f"Bearer {portal.token()}"}
    before = portal.rows()
    answer = portal.client.delete(f"{API}/{placed}", headers=sent)
    assert answer.status_code == 409
    assert "cancelServiceOrder" in answer.json()["message"]
    assert portal.rows() == before
    assert portal.client.delete(f"{API}/9999", headers=sent).status_code == 404
