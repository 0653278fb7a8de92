"""A question that stops the clock when the promise is nearly out is shown to operators."""

import re
from datetime import timedelta

from fixtures.own_things import place, server
from fixtures.portal_house import PortalHouse
from orders import service
from orders.entry import Stamp


def ask(portal: PortalHouse, number: str, text: str) -> None:
    question = service.Question(text=text, deadline=portal.moment[0] + timedelta(days=2))
    service.ask(portal.ledger, number, Stamp(by="amina", at=portal.moment[0]), question)


def test_operators_see_who_asked_how_late(portal: PortalHouse) -> None:
    portal.sign_in("amina")
    several = server(), server("basen", id="2")
    late = place(portal.ledger, portal.moment[0], *several)  # promised in four hours
    early = place(portal.ledger, portal.moment[0], server("kart"))
    ask(portal, early, "Hvilket nett?")
    portal.moment[0] += timedelta(hours=3, minutes=20)
    ask(portal, late, "Hvilken <b>farge</b>?")
    page = portal.client.get("/questions").text
    section = page[page.index('id="late"') :]
    told = " ".join(re.sub(r"<[^>]+>", " ", section).split())
    assert "Ett spørsmål, 50 prosent av dem" in told
    assert "40 minutter igjen" in told
    assert "Spurt av Amina Yusuf, 23. nov. kl. 13.20" in told.replace("\N{NO-BREAK SPACE}", " ")
    assert f"/orders/{late}" in section
    assert f"/orders/{early}" not in section
    assert "&lt;b&gt;farge" in section


def test_without_any_it_says_so_and_editors_do_not_see_it(portal: PortalHouse) -> None:
    portal.sign_in("amina")
    number = place(portal.ledger, portal.moment[0])
    ask(portal, number, "Hvilket nett?")
    assert "Ingen det siste året" in portal.client.get("/questions").text
    portal.sign_in("eva")
    page = portal.client.get("/questions")
    assert page.status_code == 200
    assert 'id="late"' not in page.text
