"""What an agency has: seen by its own, changed, extended, terminated after a second yes, undone."""

from datetime import timedelta

import pytest

from fixtures.own_things import delivery, moved, place, server
from fixtures.portal_house import PortalHouse
from ledger.previews import Answer, Difference
from orders import events as e
from orders.lifecycle import replay
from orders.model import Action, Order, Stage, State
from portal import owning

KEY = "6f1c1f3e-7a0e-4f5e-9c89-3d7f7f1f0a11"


@pytest.fixture
def kari(portal: PortalHouse) -> PortalHouse:
    portal.sign_in("kari")
    return portal


def owned(portal: PortalHouse, **more) -> str:
    """A delivered server; its instance."""
    item = server(**more)
    number = place(portal.ledger, portal.moment[0], item)
    portal.record(number, *delivery())
    return item.instance


def order(portal: PortalHouse, location: str) -> Order:
    number = location.rpartition("/")[2].partition("?")[0]
    return replay(portal.ledger.history(number))


def test_the_list_says_what_where_and_for_how_much(kari: PortalHouse) -> None:
    owned(kari, name="en")
    owned(kari, name="to", monthly_price=710, plan="medium")
    page = kari.client.get("/things").text
    for words in ("en", "to", "AWS, Stockholm", "190", "710", "2 ting", "900 kr"):
        assert words in page


def test_what_is_under_delivery_is_nobodys_yet(kari: PortalHouse) -> None:
    place(kari.ledger, kari.moment[0])
    assert "Her er det ingenting ennå" in kari.client.get("/things").text


def test_another_agencys_thing_is_not_there(kari: PortalHouse) -> None:
    instance = owned(kari)
    kari.sign_in("siri")
    for path in ("", "/change", "/terminate"):
        assert kari.client.get(f"/things/{instance}{path}").status_code == 404
    assert instance not in kari.client.get("/things").text


def test_those_who_see_all_may_look_but_not_change(kari: PortalHouse) -> None:
    instance = owned(kari)
    kari.sign_in("per")
    assert "BYM" in kari.client.get("/things").text
    page = kari.client.get(f"/things/{instance}")
    assert page.status_code == 200
    assert "/terminate" not in page.text
    answer = kari.client.post(
        f"/things/{instance}/terminate", data={"_step": "send", "typed": "fagsystem"}
    )
    assert answer.status_code == 403


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


def terminate(portal: PortalHouse, instance: str, step: str = "send", typed: str = "fagsystem"):
    form = {"_key": KEY, "_step": step, "typed": typed}
    return portal.client.post(f"/things/{instance}/terminate", data=form)


def test_terminating_asks_twice_and_for_the_name(kari: PortalHouse) -> None:
    instance = owned(kari)
    before = kari.rows()
    first = kari.client.get(f"/things/{instance}/terminate")
    second = terminate(kari, instance, "sure")
    assert 'name="typed"' not in first.text
    assert 'name="typed"' in second.text
    wrong = terminate(kari, instance, typed="fagsystem-2")
    assert wrong.status_code == 422
    assert "Det er ikke navnet" in wrong.text
    assert kari.rows() == before


def test_a_typed_name_terminates_once_however_often_it_is_sent(kari: PortalHouse) -> None:
    instance = owned(kari)
    answer = terminate(kari, instance, typed=" Fagsystem ")
    assert answer.status_code == 303
    (item,) = order(kari, answer.headers["location"]).items.values()
    assert (item.action, item.instance) == (Action.TERMINATE, instance)
    count = kari.ledger.count()
    terminate(kari, instance, typed="fagsystem")
    assert kari.ledger.count() == count


def test_a_termination_is_undone_while_it_stands_untouched(kari: PortalHouse) -> None:
    instance = owned(kari)
    made = terminate(kari, instance).headers["location"]
    number = made.rpartition("/")[2].partition("?")[0]
    assert kari.client.post(f"/orders/{number}/cancel", data={"text": ""}).status_code == 303
    assert order(kari, made).state is State.CANCELLED
    assert kari.ledger.thing(instance).changing is None


def test_what_is_terminated_is_no_longer_ours(kari: PortalHouse) -> None:
    instance = owned(kari)
    made = terminate(kari, instance).headers["location"]
    number = made.rpartition("/")[2].partition("?")[0]
    kari.moment[0] += timedelta(days=60)  # beyond any grace
    kari.sign_in("kari")
    kari.record(
        number,
        moved(e.ItemStarted),
        moved(e.StageReached, stage=Stage.CLEAN_UP),
        moved(e.ResourceRemoved),
        moved(e.StageReached, stage=Stage.HAND_OVER),
        moved(e.ItemCompleted, outputs={}),
    )
    assert kari.client.get(f"/things/{instance}").status_code == 404
    page = kari.client.get(f"/orders/{number}").text
    assert "Den er borte" in page
    assert "Dette fikk dere" not in page


def test_a_thing_that_ends_can_be_extended_by_what_is_offered(kari: PortalHouse) -> None:
    ends = kari.moment[0] + timedelta(days=10)
    instance = owned(kari, expires_at=ends)
    assert "Utløper" in kari.client.get(f"/things/{instance}").text
    assert kari.client.post(f"/things/{instance}/extend", data={"days": "9999"}).status_code == 400
    answer = kari.client.post(f"/things/{instance}/extend", data={"days": "30"})
    assert answer.status_code == 303
    assert kari.ledger.thing(instance).expires_at == ends + timedelta(days=30)
    assert "lever lenger nå" in kari.client.get(answer.headers["location"]).text


def test_one_more_like_it_starts_with_the_same_answers(kari: PortalHouse) -> None:
    instance = owned(kari)
    number = kari.ledger.thing(instance).order
    page = kari.client.get(f"/order/linux-server?like={number}").text
    assert 'value="410123"' in page
    assert 'value="fagsystem"' in page
    kari.sign_in("siri")
    assert kari.client.get(f"/order/linux-server?like={number}").status_code == 404


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


def test_a_long_list_goes_on_where_its_page_ended(
    kari: PortalHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(owning, "PER_PAGE", 2)
    for name in ("en", "to", "tre"):
        owned(kari, name=name)
    first = kari.client.get("/things").text
    assert ">tre</a>" in first
    assert ">en</a>" not in first
    last = first.partition("/things?before=")[2].partition('"')[0]
    second = kari.client.get(f"/things?before={last}").text
    assert ">en</a>" in second
    assert ">tre</a>" not in second
    assert kari.client.get("/things?before=nothing").status_code == 404
