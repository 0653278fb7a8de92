"""A thing is moved from its page: where, why, what it costs, two yeses, and the way back."""

from datetime import timedelta

import pytest

from fixtures.forbidding import forbid
from fixtures.moved_pages import ADDRESS, ended, store, switched, until_the_switch
from fixtures.own_things import ANSWERS, owned
from fixtures.portal_house import API, PortalHouse
from orders import service
from orders.entry import Stamp
from orders.lifecycle import replay
from orders.model import Action, Order, State

KEY = "6f1c1f3e-7a0e-4f5e-9c89-3d7f7f1f0a11"
NO_BREAK = "\N{NO-BREAK SPACE}"


@pytest.fixture
def kari(portal: PortalHouse) -> PortalHouse:
    portal.sign_in("kari")
    return portal


def send(portal: PortalHouse, instance: str, where: str, why: str = "Nærmere brukerne"):
    form = {"_key": KEY, "_step": "send", "place": where, "why": why}
    return portal.client.post(f"/things/{instance}/move", data=form)


def order(portal: PortalHouse, answer) -> Order:
    assert answer.status_code == 303, answer.text
    number = answer.headers["location"].rpartition("/")[2].partition("?")[0]
    return replay(portal.ledger.history(number))


def test_the_page_says_where_it_stands_what_each_place_costs_and_what_is_copied(kari) -> None:
    instance = store(kari)
    assert f'href="/things/{instance}/move"' in kari.client.get(f"/things/{instance}").text
    page = kari.client.get(f"/things/{instance}/move").text
    for words in (
        "Flytt arkiv til et annet sted",
        "Den står her nå: AWS, Stockholm.",
        "Azure, Oslo",
        "det samme som nå",
        "Kopieres: alle objekter",
        "Kopieres ikke: eldre versjoner",
        "Lovet innen",
        "Vi kan ikke kopiere innholdet dit.",  # IBM
    ):
        assert words in page, words
    assert 'value="aws/eu-north-1"' not in page


def test_a_move_is_one_order_of_a_move_and_a_removal(kari) -> None:
    instance = store(kari)
    new, old = order(kari, send(kari, instance, "azure/norwayeast")).items.values()
    assert (new.action, old.action, old.needs) == (Action.MOVE, Action.TERMINATE, (new.id,))
    assert (new.target.provider, new.target.region) == ("azure", "norwayeast")
    assert new.parameters["redundancy"] == "zones"  # as the offering has it there
    assert new.former.target.provider == "aws"
    assert new.instance != instance == old.instance
    assert kari.ledger.thing(instance).changing


def test_the_same_form_sent_twice_makes_one_order(kari) -> None:
    instance = store(kari)
    first = order(kari, send(kari, instance, "azure/norwayeast"))
    again = send(kari, instance, "azure/norwayeast")
    assert again.status_code == 409  # it is under way, and its page says by which order
    assert first.id in again.text


def test_a_place_that_these_data_may_not_be_at_cannot_be_chosen(kari) -> None:
    instance = store(kari)
    forbid(kari, "intern", "eea_us_owner")
    page = kari.client.get(f"/things/{instance}/move").text
    assert 'value="gcp/europe-north1"' not in page
    assert "Ikke her." in page
    before = kari.rows()
    assert send(kari, instance, "gcp/europe-north1").status_code == 422
    assert kari.rows() == before


@pytest.mark.parametrize("where", ["", "aws/eu-north-1", "nowhere/at-all", "ibm/ibm-no"])
def test_a_place_that_is_none_of_the_choices_is_refused_and_nothing_is_lost(kari, where) -> None:
    instance = store(kari)
    answer = send(kari, instance, where, why="En grunn som blir stående")
    assert answer.status_code == 422
    assert "Velg et sted." in answer.text
    assert "En grunn som blir stående" in answer.text


def test_another_place_than_the_recommended_one_needs_a_reason(kari) -> None:
    instance = store(kari)
    page = kari.client.get(f"/things/{instance}/move").text
    places = ("azure/norwayeast", "gcp/europe-north1")
    best = next((one for one in places if f'value="{one}" checked' in page), "")
    other = next(one for one in places if one != best and f'value="{one}"' in page)
    answer = send(kari, instance, other, why="")
    assert answer.status_code == 422
    assert "skriv hvorfor dere velger dette" in answer.text


def test_a_server_is_moved_without_its_data_and_the_page_says_so(kari) -> None:
    page = kari.client.get(f"/things/{owned(kari)}/move").text
    assert "Ingenting kopieres. Den nye er tom" in page


def test_only_the_agency_that_has_it_moves_it(kari) -> None:
    instance = store(kari)
    kari.sign_in("amina")
    assert kari.client.get(f"/things/{instance}/move").status_code in {403, 404}
    assert send(kari, instance, "azure/norwayeast").status_code in {403, 404}


def test_what_is_being_moved_is_not_moved_again(kari) -> None:
    instance = store(kari)
    order(kari, send(kari, instance, "azure/norwayeast"))
    page = kari.client.get(f"/things/{instance}/move")
    assert page.status_code == 409
    assert "gjøres noe annet" in page.text or "Noe annet" in page.text


def test_the_order_page_shows_the_steps_and_asks_for_the_yes(kari) -> None:
    number = order(kari, send(kari, store(kari), "azure/norwayeast")).id
    kari.record(number, *until_the_switch())
    page = kari.client.get(f"/orders/{number}").text
    for words in (
        "Flytting av arkiv",
        "Skal vi bytte til den?",
        f"1{NO_BREAK}412 objekter er kopiert",
        "Ja, bytt til den nye",
        "Nei: stopp flyttingen og behold den gamle",
        "Den nye, Azure, Oslo",
        "Den gamle, AWS, Stockholm",
        "Deres tur",
        "<strong>Leveringssystemet</strong>",
    ):
        assert words in page, words
    answer = kari.client.post(f"/orders/{number}/answer", data={"text": "yes"})
    assert answer.status_code == 303
    assert replay(kari.ledger.history(number)).items["1"].state is State.IN_PROGRESS


def test_the_pieces_of_a_move_are_told_apart_and_have_no_date_of_another_order(kari) -> None:
    instance = store(kari, answers={**ANSWERS, "name": "arkiv", "needed_by": "2026-11-30"})
    number = order(kari, send(kari, instance, "azure/norwayeast")).id
    kari.moment[0] += timedelta(minutes=2)
    page = kari.client.get(f"/orders/{number}").text
    assert page.count("Hit gikk tiden: Den nye, Azure, Oslo") == 1
    assert page.count("Hit gikk tiden: Den gamle, AWS, Stockholm") == 1
    assert '<h3 class="pkt-txt-18-medium">Den nye, Azure, Oslo</h3>' in page
    assert "Når trenger dere" not in page


def test_another_answer_than_yes_is_none(kari) -> None:
    number = order(kari, send(kari, store(kari), "azure/norwayeast")).id
    kari.record(number, *until_the_switch())
    answer = kari.client.post(f"/orders/{number}/answer", data={"text": "kanskje"})
    assert answer.status_code == 409
    assert replay(kari.ledger.history(number)).items["1"].state is State.PENDING


def test_after_the_switch_my_things_show_the_new_address_and_what_the_old_one_is(kari) -> None:
    instance = store(kari)
    number = order(kari, send(kari, instance, "azure/norwayeast")).id
    opens = kari.moment[0] + timedelta(days=7)
    kari.record(number, *until_the_switch(), *switched(opens))
    new = replay(kari.ledger.history(number)).items["1"].instance
    assert ADDRESS in kari.client.get(f"/things/{new}").text
    old = kari.client.get(f"/things/{instance}").text
    assert "Dette er den gamle" in old
    assert f'href="/things/{new}"' in old
    page = kari.client.get(f"/orders/{number}").text
    assert ADDRESS in page
    assert "Fra da av kan dere si ja her" in page
    assert "Ja, fjern den gamle" not in page
    assert kari.client.post(f"/orders/{number}/answer", data={"text": "yes"}).status_code == 409
    kari.moment[0] = opens
    kari.sign_in("kari")  # some days later
    assert "Ja, fjern den gamle" in kari.client.get(f"/orders/{number}").text
    assert kari.client.post(f"/orders/{number}/answer", data={"text": "yes"}).status_code == 303
    kari.record(number, *ended())
    assert [one.instance for one in kari.ledger.things("BYM")] == [new]
    assert list(kari.ledger.verify()) == []
    assert "Flyttet" in kari.client.get(f"/orders/{number}").text


def test_the_api_shows_an_addition_and_a_deletion(kari) -> None:
    number = order(kari, send(kari, store(kari), "azure/norwayeast")).id
    kari.record(number, *until_the_switch())
    headers = {"Authorization": f"Bearer {kari.token()}"}
    told = kari.client.get(f"{API}/{number}", headers=headers)
    new, old = told.json()["serviceOrderItem"]
    assert (new["action"], old["action"], told.json()["state"]) == ("add", "delete", "pending")
    assert new["service"]["id"] != old["service"]["id"]


def test_called_off_the_pages_say_that_the_old_one_is_as_it_was(kari) -> None:
    instance = store(kari)
    number = order(kari, send(kari, instance, "azure/norwayeast")).id
    kari.record(number, *until_the_switch())
    service.cancel(kari.ledger, number, Stamp(by="kari", at=kari.moment[0]))
    assert kari.ledger.thing(instance).changing is None
    assert replay(kari.ledger.history(number)).items["2"].state is State.CANCELLED
