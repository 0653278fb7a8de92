"""What an agency has: seen by its own, changed, extended, terminated after a second yes, undone."""

from datetime import timedelta

import pytest

from fixtures.own_things import delivery, owned, place, removed, server
from fixtures.portal_house import PortalHouse
from orders import events as e
from orders import service
from orders.health import Look
from orders.lifecycle import replay
from orders.model import Action, Order, State
from portal import owning

KEY = "6f1c1f3e-7a0e-4f5e-9c89-3d7f7f1f0a11"


@pytest.fixture
def kari(portal: PortalHouse) -> PortalHouse:
    portal.sign_in("kari")
    return portal


def order(portal: PortalHouse, location: str) -> Order:
    number = location.rpartition("/")[2].partition("?")[0]
    return replay(portal.ledger.history(number))


def test_the_list_says_what_where_and_for_how_much(kari: PortalHouse) -> None:
    owned(kari, name="en")
    owned(kari, name="to", monthly_price=710, plan="medium")
    page = kari.client.get("/things").text
    for words in ("en", "to", "AWS, Stockholm", "190", "710", "2 ting", "900 kr"):
        assert words in page


def test_a_delivered_order_begins_with_how_to_reach_it_and_leads_to_its_thing(
    kari: PortalHouse,
) -> None:
    instance = owned(kari)
    page = kari.client.get("/orders/1001").text
    assert f'href="/things/{instance}"' in page
    assert page.index("ssh admin@") < page.index("Privat adresse")
    kari.sign_in("amina")
    assert f'href="/things/{instance}"' in kari.client.get("/orders/1001").text


def test_an_item_says_what_it_waits_for(kari: PortalHouse) -> None:
    waits = server("fagsystem", id="2", needs=("1",))
    number = place(kari.ledger, kari.moment[0], server("nett"), waits)
    page = kari.client.get(f"/orders/{number}").text
    assert page.count("Begynner når dette er levert: nett.") == 1
    kari.record(number, *delivery())
    assert "Begynner når" not in kari.client.get(f"/orders/{number}").text


def test_a_customer_is_told_that_the_date_is_in_danger(kari: PortalHouse) -> None:
    number, calm = (place(kari.ledger, kari.moment[0]) for _ in range(2))
    raised = e.JeopardyRaised(at=kari.moment[0], by="flow", probability=0.6)
    service.record(kari.ledger, number, raised)
    assert "Den kan komme senere enn dette" in kari.client.get(f"/orders/{number}").text
    assert "Den kan komme senere enn dette" not in kari.client.get(f"/orders/{calm}").text
    assert kari.client.get("/orders").text.count("I fare") == 1


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
    number = removed(kari, instance)
    assert kari.ledger.thing(instance) is None
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


def test_a_server_that_is_measured_says_whether_it_answers(kari: PortalHouse) -> None:
    instance = owned(kari, name="web")
    at = kari.moment[0]
    page = f"/things/{instance}"
    assert "Svarer den?" not in kari.client.get(page).text
    kari.ledger.healths.tell({instance: Look(0.0421)}, at)
    told = kari.client.get(page).text
    assert "Svarer den?" in told
    assert "100 prosent" in told
    assert "43 ms" in told
    kari.ledger.healths.tell({instance: Look(None, "ConnectionRefusedError")}, at)
    told = kari.client.get(page).text
    assert "Svarer ikke" in told
    assert "50 prosent" in told
    assert "43 ms" in told, "what failed is no quick answer"
    assert "Svarer ikke" in kari.client.get("/things").text


def test_a_database_that_is_measured_says_how_it_encrypts_and_its_order_whether_it_answers(
    kari: PortalHouse,
) -> None:
    instance = owned(kari, name="web")
    (thing,) = kari.ledger.things("BYM", instance=instance)
    order = f"/orders/{thing.order}"
    assert "Svarer den?" not in kari.client.get(order).text
    kari.ledger.healths.tell({instance: Look(0.012, "TLSv1.3")}, kari.moment[0])
    page = kari.client.get(f"/things/{instance}").text
    assert "<dt>Kryptering</dt><dd>TLSv1.3</dd>" in page
    assert "<dt>Svarer den?</dt>" in kari.client.get(order).text
    kari.ledger.healths.tell({instance: Look(None, "ConnectionRefusedError")}, kari.moment[0])
    assert "Kryptering" not in kari.client.get(f"/things/{instance}").text
    assert "Svarer ikke" in kari.client.get(order).text
