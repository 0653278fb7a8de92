"""Who is written to when the ball is theirs: soon, once, in working hours, and in one mail."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from fixtures.own_things import delivery, moved, place, server
from fixtures.portal_house import URL
from ledger.delegations import Delegation
from orders import events as e
from orders import service
from orders.approval import Rule
from orders.entry import Stamp
from portal.mail.carrying import carrier
from portal.mail.postman import Postman
from portal.mail.rounds import GAP, Rounds
from portal.mail_settings import MailSettings

CEILING = Rule(id="ceiling", steps=("approver",), above=1000)
HOUR = timedelta(hours=1)
HOME = ZoneInfo("Europe/Oslo")


@pytest.fixture
def desk(portal):
    """The portal, and the mails that have been written in it so far, as (to, subject, text)."""
    sent = []

    def carry(mail, now):
        sent.append((mail.recipient, mail.subject, mail.text))

    for name in ("kari", "ola", "siri", "amina"):
        portal.sign_in(name)
    rounds = Rounds()

    def look(later=GAP):
        portal.moment[0] += later
        sent.clear()
        Postman(portal.client.app.state.house, carry, rounds).round()
        return sorted(sent)

    portal.look = look
    return portal


def dear(desk, **more):
    item = server(plan="large", monthly_price=1420, **more)
    return place(desk.ledger, desk.moment[0], item, rules=(CEILING,))


def asked(desk, number):
    question = service.Question(text="Hvilket nett?", deadline=desk.moment[0] + 50 * HOUR)
    service.ask(desk.ledger, number, Stamp(by="amina", at=desk.moment[0]), question)


def at(desk, text):
    """Move to a moment in Oslo, and say how far that is."""
    return datetime.fromisoformat(text).replace(tzinfo=HOME) - desk.moment[0]


def test_approvers_are_written_to_at_once_with_a_link_and_once(desk):
    number = dear(desk, name="kart")
    ((to, subject, text),) = desk.look(timedelta())
    assert (to, subject) == ("ola", f"Godkjenn eller avslå bestilling {number}: kart")
    assert f"{URL}/orders/{number}\n" in text
    assert "Hei, Ola Hansen!" in text
    assert "Hello, Ola Hansen!" in text
    assert desk.look() == []


def test_one_mail_gathers_what_came_within_a_quarter_of_an_hour(desk):
    dear(desk, name="en")
    assert len(desk.look(timedelta())) == 1
    dear(desk, name="to")
    assert desk.look(timedelta(minutes=5)) == []
    dear(desk, name="tre")
    ((_, subject, text),) = desk.look()
    assert subject == "3 bestillinger venter på deg"
    assert text.index(": to") < text.index(": tre") < text.index(": en")  # the new ones first


def test_nobody_is_written_to_at_night_or_on_a_day_off(desk):
    for evening, morning in (
        ("2026-11-23T16:00", "2026-11-24T08:00"),
        ("2026-11-28T12:00", "2026-11-30T08:00"),
        ("2026-12-24T12:00", "2026-12-28T08:00"),
    ):
        desk.moment[0] += at(desk, evening)
        number = dear(desk)
        assert desk.look(timedelta()) == []
        mails = desk.look(at(desk, morning))
        assert [to for to, _, _ in mails] == ["ola"]
        assert number in mails[0][2]


def test_one_is_reminded_once_a_working_day_of_all_that_lies_there(desk):
    dear(desk)
    dear(desk)
    assert len(desk.look(timedelta())) == 1
    assert desk.look(5 * HOUR) == []
    assert desk.look(at(desk, "2026-11-24T09:00")) == []  # it has not lain for a day
    ((to, subject, _),) = desk.look(at(desk, "2026-11-24T10:00"))
    assert (to, subject) == ("ola", "Påminnelse: 2 bestillinger venter på deg")
    assert desk.look(3 * HOUR) == []
    assert len(desk.look(at(desk, "2026-11-25T08:00"))) == 1
    for row in desk.ledger.desk.approvals():
        service.approve(desk.ledger, row.id, Stamp(by="ola", at=desk.moment[0]))
    assert desk.look(at(desk, "2026-11-26T08:00")) == []


def test_who_ordered_is_told_of_a_question_and_of_each_new_one(desk):
    number = place(desk.ledger, desk.moment[0])
    asked(desk, number)
    ((to, subject, text),) = desk.look(timedelta())
    assert (to, subject) == ("kari", f"Svar på spørsmålet om bestilling {number}: fagsystem")
    assert "Svar innen" in text
    assert "Hvilket nett" not in text  # what is said on an order stays there
    service.answer(desk.ledger, number, Stamp(by="kari", at=desk.moment[0]), "Det grønne.")
    assert desk.look() == []
    asked(desk, number)
    assert [to for to, _, _ in desk.look()] == ["kari"]


def test_what_a_program_ordered_is_asked_of_those_who_order_for_the_agency(desk):
    number = place(desk.ledger, desk.moment[0], agency="PBE", by="some-program")
    asked(desk, number)
    assert [to for to, _, _ in desk.look(timedelta())] == ["siri"]


def test_a_stand_in_is_written_to_and_nobody_approves_their_own(desk):
    now = desk.moment[0]
    desk.ledger.delegations.add(
        Delegation(
            id="1",
            agency="BYM",
            approver="ola",
            delegate="kari",
            starts_at=now,
            ends_at=now + 24 * HOUR,
            made_at=now,
        )
    )
    dear(desk)  # Kari's own
    assert [to for to, _, _ in desk.look(timedelta())] == ["ola"]
    item = server(plan="large", monthly_price=1420)
    place(desk.ledger, desk.moment[0], item, rules=(CEILING,), by="another")
    assert [to for to, _, _ in desk.look()] == ["kari", "ola"]


def test_operators_hear_of_what_only_a_person_can_move(desk):
    number = place(desk.ledger, desk.moment[0])
    again = desk.moment[0] + HOUR
    desk.record(number, moved(e.ItemHeld, reason="away", resume_at=again))
    assert desk.look() == []
    stamp = Stamp(by="amina", at=desk.moment[0])
    service.release(desk.ledger, number, stamp)
    service.hold(desk.ledger, number, stamp, "Kvoten er brukt opp")
    ((to, subject, _),) = desk.look()
    assert to == "amina"
    assert subject == f"Bestilling {number} er stanset og venter på et menneske: fagsystem"
    danger = e.JeopardyRaised(at=desk.moment[0], by="grunnmur", probability=0.7)
    service.record(desk.ledger, number, danger)
    ((_, subject, text),) = desk.look()
    assert subject == "2 bestillinger venter på deg"
    assert "i fare for å bli forsinket" in text


def test_who_ordered_hears_that_it_is_done_once(desk):
    number = place(desk.ledger, desk.moment[0])
    desk.record(number, *delivery())
    ((to, subject, _),) = desk.look()
    assert (to, subject) == ("kari", f"Bestilling {number} er ferdig: fagsystem")
    assert desk.look(24 * HOUR) == []


def test_two_portals_write_one_mail(desk):
    dear(desk)
    house = desk.client.app.state.house
    assert Rounds()(house) == 1
    assert Rounds()(house) == 0


def test_it_looks_once_a_minute(desk):
    rounds, house = Rounds(), desk.client.app.state.house
    assert rounds(house) == 0
    dear(desk)
    assert rounds(house) == 0
    desk.moment[0] += timedelta(minutes=1)
    assert rounds(house) == 1


def test_the_portal_sends_by_itself(desk, tmp_path):
    desk.moment[0] += at(desk, "2026-11-28T23:00")
    dear(desk)
    folder = tmp_path / "mail"
    house = desk.client.app.state.house
    to = MailSettings(sender="bestilling@example.org", to=folder)
    assert Postman(house, carrier(to), Rounds(always=True)).round() == 1
    assert len(list(folder.iterdir())) == 1


def test_a_mail_says_of_working_hours_only_where_they_are_kept_to(desk):
    number = dear(desk)
    (kept,) = (text for to, _, text in desk.look() if to == "ola" and number in text)
    assert "arbeidstiden" in kept
    house = desk.client.app.state.house
    free = MailSettings(sender="a@example.org", to=Path("mail"), always=True)
    house = replace(house, settings=replace(house.settings, mail=free))
    sent = []
    dear(desk)
    desk.moment[0] += HOUR
    Postman(house, lambda mail, _: sent.append(mail.text), Rounds(always=True)).round()
    assert sent
    assert not [text for text in sent if "arbeidstiden" in text]
