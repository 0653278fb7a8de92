"""What an agency has is changed: shown before it is sent, checked as an order is, one at a time."""

import pytest

from fixtures.forbidding import forbid
from fixtures.own_things import owned
from fixtures.portal_house import PortalHouse
from ledger.previews import Answer, Difference
from orders.lifecycle import replay
from orders.model import Action, Order

KEY = "6f1c1f3e-7a0e-4f5e-9c89-3d7f7f1f0a11"


@pytest.fixture
def kari(portal: PortalHouse) -> PortalHouse:
    portal.sign_in("kari")
    return portal


def order(portal: PortalHouse, location: str) -> Order:
    number = location.rpartition("/")[2].partition("?")[0]
    return replay(portal.ledger.history(number))


def change(portal: PortalHouse, instance: str, step: str, **answers: str):
    form = {
        "_key": KEY,
        "_step": step,
        "plan": "small",
        "environment": "test",
        "classification": "internal",
        "cost_centre": "410123",
    }
    return portal.client.post(f"/things/{instance}/change", data=form | answers)


def test_the_form_of_a_change_is_filled_in_and_asks_no_name(kari: PortalHouse) -> None:
    page = kari.client.get(f"/things/{owned(kari)}/change").text
    assert 'value="410123"' in page
    assert 'id="plan-0" name="plan" value="small" checked' in page
    assert 'id="field-name" hidden' in page
    assert 'name="place"' not in page


def test_what_is_answered_once_is_not_asked_again_nor_taken(kari: PortalHouse) -> None:
    instance, key = owned(kari), "ssh-ed25519 " + "A" * 68
    assert 'id="field-ssh_key" hidden' in kari.client.get(f"/things/{instance}/change").text
    assert "Ingenting er endret" in change(kari, instance, "send", ssh_key=key).text
    sent = change(kari, instance, "send", ssh_key=key, plan="large")
    (item,) = order(kari, sent.headers["location"]).items.values()
    assert "ssh_key" not in item.parameters
    assert "ssh_key" not in item.answers


def test_a_change_is_shown_before_it_is_sent(kari: PortalHouse) -> None:
    instance = owned(kari)
    page = change(kari, instance, "review", plan="large")
    assert page.status_code == 200
    for words in ("Er endringen riktig?", "Liten", "Stor", "190 kr", "1\N{NO-BREAK SPACE}420 kr"):
        assert words in page.text
    assert kari.ledger.thing(instance).changing is None


def test_a_change_that_changes_nothing_cannot_be_sent(kari: PortalHouse) -> None:
    instance = owned(kari)
    before = kari.rows()
    page = change(kari, instance, "send")
    assert "Ingenting er endret" in page.text
    assert kari.rows() == before


def test_a_sent_change_is_an_order_about_the_same_instance(kari: PortalHouse) -> None:
    instance = owned(kari)
    answer = change(kari, instance, "send", plan="large", name="another-name", place="gcp/x")
    assert answer.status_code == 303
    (item,) = order(kari, answer.headers["location"]).items.values()
    assert (item.action, item.instance, item.plan) == (Action.MODIFY, instance, "large")
    assert item.name == "fagsystem"  # neither its name nor its place is changed
    assert item.answers["name"] == "fagsystem"
    assert item.target.provider == "aws"
    assert item.parameters["size"] == "t3.xlarge"


def test_one_thing_is_changed_by_one_order_at_a_time(kari: PortalHouse) -> None:
    instance = owned(kari)
    change(kari, instance, "send", plan="large")
    page = kari.client.get(f"/things/{instance}")
    assert "endrer den" in page.text
    assert f"/things/{instance}/terminate" not in page.text
    assert kari.client.get(f"/things/{instance}/change").status_code == 409
    assert change(kari, instance, "send", plan="medium").status_code == 409


def test_wrong_answers_in_a_change_are_told_at_their_fields(kari: PortalHouse) -> None:
    page = change(kari, owned(kari), "send", cost_centre="12")
    assert page.status_code == 422
    assert 'id="cost_centre-error"' in page.text


def test_what_a_change_would_do_is_asked_of_the_provider_before_it_is_sent(
    kari: PortalHouse,
) -> None:
    instance = owned(kari)
    page = change(kari, instance, "review", plan="large").text
    assert "Vi spør leverandøren" in page
    (asked,) = kari.ledger.previews.waiting(kari.moment[0])
    assert asked.wish.parameters["size"] == "t3.xlarge"
    path = f"/things/{instance}/preview/{asked.id}"
    changes = (Difference(field="size", actual="t3.small", wanted="t3.xlarge"),)
    kari.ledger.previews.answer(asked.id, Answer(changes=changes), kari.moment[0])
    assert "t3.small → t3.xlarge" in kari.client.get(path).text
    kari.sign_in("siri")
    assert kari.client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Answer(problem="Throttled: slow down", again=True), "kontrolleres på nytt"),
        (Answer(), "Ingenting endres hos leverandøren"),
        (
            Answer(changes=(Difference(field="image", actual="a", wanted="b", replaces=True),)),
            "kan ikke endres på den dere har",
        ),
    ],
)
def test_every_answer_of_a_preview_says_what_to_do(
    kari: PortalHouse, answer: Answer, words: str
) -> None:
    instance = owned(kari)
    change(kari, instance, "review", plan="large")
    (asked,) = kari.ledger.previews.waiting(kari.moment[0])
    kari.ledger.previews.answer(asked.id, answer, kari.moment[0])
    assert words in kari.client.get(f"/things/{instance}/preview/{asked.id}").text


def test_a_thing_may_not_stay_where_its_new_data_may_not_be(kari: PortalHouse) -> None:
    forbid(kari, "person", "eea_us_owner")
    instance = owned(kari)
    before = kari.rows()
    answer = change(kari, instance, "send", classification="confidential")
    assert answer.status_code == 422
    assert kari.rows() == before
