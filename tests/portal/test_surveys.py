"""How it went: answered once, by a link or on the order's page; results and what was done."""

import re
from datetime import timedelta

import pytest

from fixtures.own_things import delivery, place
from fixtures.portal_house import URL
from orders import service
from orders.entry import Stamp
from orders.events import SurveyAnswered
from portal.mail.rounds import GAP, Rounds
from portal.survey_links import survey_link

HOUR = timedelta(hours=1)


@pytest.fixture
def delivered(portal):
    """The number of an order of Kari's that is done; everybody has signed in before."""
    for name in ("siri", "amina", "kari"):
        portal.sign_in(name)
    number = place(portal.ledger, portal.moment[0])
    portal.record(number, *delivery())
    return number


def link(portal, number, language="nb"):
    settings = portal.client.app.state.house.settings
    return survey_link(settings, portal.ledger.order_row(number), language).removeprefix(URL)


def answers(portal, number):
    return [one for one in portal.ledger.history(number) if isinstance(one, SurveyAnswered)]


def rate(portal, score, text=""):
    number = place(portal.ledger, portal.moment[0])
    portal.record(number, *delivery())
    stamp = Stamp(by="kari", at=portal.moment[0])
    service.answer_survey(portal.ledger, number, stamp, score, text)
    return number


def test_the_link_in_the_mail_takes_one_answer_without_signing_in(portal, delivered):
    portal.client.cookies.clear()
    Rounds()(portal.client.app.state.house)
    mail = portal.ledger.mails.take(portal.moment[0])
    found = re.search(rf"{URL}(/survey/\S+lang=nb)", mail.text)[1]
    assert found == link(portal, delivered)
    assert "lang=en" in mail.text
    assert "Hvordan gikk det? Det tar to trykk:" in mail.text
    page = portal.client.get(found)
    assert page.status_code == 200
    assert "fagsystem" in page.text
    assert answers(portal, delivered) == []  # looking is no answer: mail programs look too
    sent = portal.client.post(found, data={"score": "2", "text": " Litt treg "})
    assert sent.status_code == 303
    assert "Du svarte 2 av 5" in portal.client.get(found).text
    assert portal.client.post(found, data={"score": "5"}).status_code == 303
    (one,) = answers(portal, delivered)
    assert (one.score, one.text, one.by) == (2, "Litt treg", "kari")


def test_what_is_wrong_with_an_answer_is_said_and_nothing_is_lost(portal, delivered):
    page = portal.client.post(link(portal, delivered), data={"score": "6", "text": "Bra <jobb>"})
    assert page.status_code == 422
    assert "Velg et tall fra 1 til 5" in page.text
    assert "Bra &lt;jobb&gt;" in page.text
    on_order = portal.client.post(f"/orders/{delivered}/survey", data={"text": "Bra <jobb>"})
    assert on_order.status_code == 422
    assert "Bra &lt;jobb&gt;" in on_order.text
    long = portal.client.post(link(portal, delivered), data={"score": "4", "text": "x" * 4001})
    assert long.status_code == 422
    assert answers(portal, delivered) == []


def test_only_the_right_link_of_an_ended_order_opens(portal, delivered):
    right = link(portal, delivered)
    token = right.rpartition("/")[2]
    other = place(portal.ledger, portal.moment[0])
    for wrong in (
        f"/survey/{delivered}/{'0' * 32}",
        f"/survey/{other}/{token}",
        link(portal, other),  # not done yet
        f"/survey/{delivered}/blåbær",
        f"/survey/9-9/{token}",
    ):
        assert portal.client.get(wrong).status_code == 404, wrong
        assert portal.client.post(wrong, data={"score": "5"}).status_code == 404, wrong


def test_results_stand_beside_the_lead_time_by_offering(portal, delivered):
    for score in (5, 4, 4, 1):
        rate(portal, score)
    page = portal.client.get("/surveys").text
    row = re.sub(r"<[^>]+>|\s+", " ", page[page.index("<tbody>") : page.index("</tbody>")])
    row = " ".join(row.split())
    assert row.startswith("Linux-server 4 svar 1: 1, 2: 0, 3: 0, 4: 2, 5: 1 75 %")
    assert row.endswith("100 %")
    assert "minutter" in row


def test_a_low_answer_is_a_task_until_it_is_said_what_was_done(portal, delivered):
    number = rate(portal, 1, "Ingen svarte oss")
    rate(portal, 4)
    portal.sign_in("amina")
    assert 'href="/surveys#low"' in portal.client.get("/desk").text
    page = portal.client.get("/surveys").text
    assert page.count("#follow") == 1
    assert f"/orders/{number}#follow" in page
    assert portal.client.post(f"/orders/{number}/follow", data={"text": " "}).status_code == 422
    said = {"text": "Vakttelefonen er bemannet"}
    assert portal.client.post(f"/orders/{number}/follow", data=said).status_code == 303
    assert "#follow" not in portal.client.get("/surveys").text
    assert "/surveys#low" not in portal.client.get("/desk").text
    assert portal.client.post(f"/orders/{number}/follow", data=said).status_code == 409
    portal.sign_in("kari")
    order = portal.client.get(f"/orders/{number}").text
    assert "1/5 Ingen svarte oss" in order
    assert "Vakttelefonen er bemannet" in order


def test_other_agencies_read_what_was_done_and_not_what_was_said(portal, delivered):
    number = rate(portal, 2, "Ola glemte oss")
    service.follow_up(
        portal.ledger, number, Stamp(by="amina", at=portal.moment[0]), "Flere har fått opplæring"
    )
    portal.sign_in("siri")
    page = portal.client.get("/surveys").text
    assert "Flere har fått opplæring" in page
    assert "Ola glemte oss" not in page
    assert number not in page
    assert portal.client.post(f"/orders/{number}/follow", data={"text": "x"}).status_code == 404
    portal.sign_in("kari")
    assert "Ola glemte oss" in portal.client.get("/surveys").text
    assert portal.client.post(f"/orders/{number}/follow", data={"text": "x"}).status_code == 403


def test_operators_are_written_to_about_a_low_answer(portal, delivered):
    rate(portal, 1)
    portal.moment[0] += GAP
    Rounds()(portal.client.app.state.house)
    found = []
    while mail := portal.ledger.mails.take(portal.moment[0]):
        found.append((mail.recipient, mail.subject))
    assert ("amina", "Si hva som gjøres med det lave svaret på bestilling") in [
        (to, subject.rpartition(" 1")[0]) for to, subject in found
    ]


def test_without_answers_the_page_says_so(portal):
    portal.sign_in("siri")
    assert "Ingen har svart ennå" in portal.client.get("/surveys").text
    portal.client.cookies.clear()
    assert portal.client.get("/surveys").status_code in {303, 401}
