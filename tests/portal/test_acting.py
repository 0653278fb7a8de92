"""What people do to an order from its page: who may, when it is possible, what it leads to."""

from datetime import timedelta

import pytest

from fixtures.own_things import delivery, moved, place, server
from fixtures.portal_house import PortalHouse
from ledger import Known
from orders import events as e
from orders import service
from orders.approval import Rule
from orders.entry import Stamp
from orders.lifecycle import replay
from orders.model import Order, Stage, State

CEILING = Rule(id="ceiling", steps=("approver",), above=1000)
BIG = {"plan": "large", "monthly_price": 1420}


@pytest.fixture
def kari(portal: PortalHouse) -> PortalHouse:
    portal.sign_in("amina")  # so that her name is known
    portal.sign_in("kari")
    return portal


def do(portal: PortalHouse, number: str, act: str, **form: str):
    return portal.client.post(f"/orders/{number}/{act}", data={"text": ""} | form)


def stands(portal: PortalHouse, number: str) -> Order:
    return replay(portal.ledger.history(number))


def asked(portal: PortalHouse, text: str = "Hvilket nett?") -> str:
    number = place(portal.ledger, portal.moment[0])
    question = service.Question(text=text, deadline=portal.moment[0] + timedelta(days=2))
    service.ask(portal.ledger, number, Stamp(by="amina", at=portal.moment[0]), question)
    return number


def test_a_question_is_answered_and_the_order_goes_on(kari: PortalHouse) -> None:
    number = asked(kari)
    page = kari.client.get(f"/orders/{number}").text
    assert "Vi trenger et svar fra dere" in page
    assert do(kari, number, "answer", text="Det grønne.").status_code == 303
    assert stands(kari, number).state is State.ACKNOWLEDGED
    page = kari.client.get(f"/orders/{number}").text
    for words in ("Hvilket nett?", "Det grønne.", "Amina Yusuf", "Kari Nordmann"):
        assert words in page


def test_an_empty_answer_is_asked_for_again_and_says_so(kari: PortalHouse) -> None:
    number = asked(kari)
    page = do(kari, number, "answer", text="  ")
    assert page.status_code == 422
    assert 'id="answer-error"' in page.text
    assert stands(kari, number).state is State.PENDING


def test_an_answer_that_comes_too_late_is_not_lost(kari: PortalHouse) -> None:
    number = asked(kari)
    do(kari, number, "answer", text="Det grønne.")
    page = do(kari, number, "answer", text="Nei, det blå.")
    assert page.status_code == 409
    assert "har gått videre" in page.text
    assert "Nei, det blå." in page.text


def test_everybody_who_sees_the_order_reads_and_writes_in_one_thread(kari: PortalHouse) -> None:
    number = place(kari.ledger, kari.moment[0])
    do(kari, number, "message", text="Hei <script>alert(1)</script>")
    for name in ("ola", "amina"):
        kari.sign_in(name)
        assert do(kari, number, "message", text=f"Fra {name}").status_code == 303
        assert "Hei &lt;script&gt;" in kari.client.get(f"/orders/{number}").text
    kari.sign_in("siri")
    assert do(kari, number, "message", text="Fra siri").status_code == 404
    kari.sign_in("per")  # an auditor reads
    assert do(kari, number, "message", text="Fra per").status_code == 403


def test_what_nobody_reads_to_the_end_is_refused(kari: PortalHouse) -> None:
    number = place(kari.ledger, kari.moment[0])
    page = do(kari, number, "message", text="x" * 4001)
    assert page.status_code == 422
    assert "x" * 4001 in page.text
    assert kari.rows() == 1


def test_an_order_on_which_nothing_was_begun_is_cancelled_at_once(kari: PortalHouse) -> None:
    number = place(kari.ledger, kari.moment[0])
    assert "med en gang" in kari.client.get(f"/orders/{number}/cancel").text
    assert do(kari, number, "cancel", text="Feil system").status_code == 303
    assert stands(kari, number).state is State.CANCELLED


def test_an_order_under_delivery_says_what_is_undone(kari: PortalHouse) -> None:
    number = place(kari.ledger, kari.moment[0])
    kari.record(number, moved(e.ItemStarted), moved(e.StageReached, stage=Stage.CHECK))
    assert "Vi stanser den og fjerner" in kari.client.get(f"/orders/{number}/cancel").text
    do(kari, number, "cancel")
    assert stands(kari, number).state is State.ASSESSING_CANCELLATION


def test_what_is_delivered_cannot_be_cancelled(kari: PortalHouse) -> None:
    number = place(kari.ledger, kari.moment[0])
    kari.record(number, *delivery())
    assert kari.client.get(f"/orders/{number}/cancel").status_code == 409
    assert do(kari, number, "cancel").status_code == 409


def test_after_its_end_an_order_asks_once_how_it_went(kari: PortalHouse) -> None:
    number = place(kari.ledger, kari.moment[0])
    kari.record(number, *delivery())
    assert do(kari, number, "survey", score="6").status_code == 422
    assert do(kari, number, "survey", score="4", text="Litt treg").status_code == 303
    assert stands(kari, number).survey == 4
    assert f"/{number}/survey" not in kari.client.get(f"/orders/{number}").text
    assert do(kari, number, "survey", score="1").status_code == 409


def dear(portal: PortalHouse, by: str = "kari") -> str:
    return place(portal.ledger, portal.moment[0], server(**BIG), rules=(CEILING,), by=by)


def test_an_approver_sees_price_and_rule_and_approves(kari: PortalHouse) -> None:
    number = dear(kari)
    assert "Den venter på godkjenning" in kari.client.get(f"/orders/{number}").text
    kari.sign_in("ola")
    page = kari.client.get(f"/orders/{number}").text
    for words in ("Godkjenner du denne bestillingen?", "420 kr per måned", "mer enn"):
        assert words in page
    assert do(kari, number, "approve", **{"_price-1": "1420"}).status_code == 303
    assert stands(kari, number).state is State.ACKNOWLEDGED


def test_each_step_of_an_approval_says_whose_turn_it_is_and_what_a_yes_does(kari) -> None:
    secret = Rule(id="sensitive", steps=("approver", "owner"))
    number = place(kari.ledger, kari.moment[0], server(), rules=(secret,))
    kari.sign_in("ola")
    first = kari.client.get(f"/orders/{number}").text
    assert "går den videre til neste steg, som er for en annen: tjenesteeier." in first
    assert "starter leveringen med en gang" not in first
    assert "når alle som blir spurt, har godkjent" in kari.client.get("/approvals").text
    assert do(kari, number, "approve", **{"_price-1": "190"}).status_code == 303

    kari.sign_in("kari")
    theirs = kari.client.get(f"/orders/{number}").text
    assert "Tjenesteeierens tur" in theirs
    assert "Den venter på godkjenning fra tjenesteeieren" in theirs
    assert "Deres tur" not in theirs
    kari.sign_in("tor")
    last = kari.client.get(f"/orders/{number}").text
    assert "Den kommer ikke videre før du har bestemt deg." in last
    assert "starter leveringen med en gang" in last
    assert "Kundens tur" not in last


def test_a_price_that_has_changed_is_looked_at_again(kari: PortalHouse) -> None:
    number = dear(kari)
    kari.sign_in("ola")
    page = do(kari, number, "approve", **{"_price-1": "1300"})
    assert page.status_code == 409
    assert "Prisen er endret" in page.text
    assert stands(kari, number).state is State.PENDING


def test_a_refusal_needs_a_reason_that_the_orderer_reads(kari: PortalHouse) -> None:
    number = dear(kari)
    kari.sign_in("ola")
    assert do(kari, number, "refuse").status_code == 422
    do(kari, number, "refuse", text="Velg en mindre størrelse.")
    assert stands(kari, number).state is State.REJECTED
    kari.sign_in("kari")
    assert "Velg en mindre størrelse." in kari.client.get(f"/orders/{number}").text


def test_nobody_approves_their_own_order_nor_without_the_role(kari: PortalHouse) -> None:
    number = dear(kari, by="ola")
    assert do(kari, number, "approve", **{"_price-1": "1420"}).status_code == 403
    kari.sign_in("ola")
    page = do(kari, number, "approve", **{"_price-1": "1420"})
    assert page.status_code == 403
    assert "Ingen godkjenner sin egen bestilling" in page.text
    assert stands(kari, number).state is State.PENDING


def test_an_operator_asks_stops_and_takes_over(kari: PortalHouse) -> None:
    number = place(kari.ledger, kari.moment[0])
    kari.sign_in("amina")
    do(kari, number, "assign")
    assert stands(kari, number).assigned == "amina"
    do(kari, number, "assign", to="")
    assert stands(kari, number).assigned == ""
    do(kari, number, "hold", text="Vi venter på nytt nett.")
    assert stands(kari, number).state is State.HELD
    do(kari, number, "release")
    assert stands(kari, number).state is State.ACKNOWLEDGED
    do(kari, number, "ask", text="Hvilket nett?", days="5")
    waiting = stands(kari, number).items["1"].waiting_on
    assert waiting is not None
    assert (waiting.deadline - kari.moment[0]).days >= 6  # five working days hold a weekend
    assert do(kari, number, "ask", text="Mer?", days="99").status_code == 422


@pytest.mark.parametrize("to", ["kari", "nobody", "operator", "Amina Yusuf", "\0", "x" * 5000])
def test_only_who_delivers_looks_after_an_order(kari: PortalHouse, to: str) -> None:
    number = place(kari.ledger, kari.moment[0])
    kari.sign_in("amina")
    do(kari, number, "assign")
    answer = do(kari, number, "assign", to=to)
    assert answer.status_code == 422
    assert "Ingen som leverer, har logget inn her med det navnet" in answer.text
    assert stands(kari, number).assigned == "amina"


def test_an_operator_gives_an_order_to_another(kari: PortalHouse) -> None:
    leif = Known(
        subject="leif",
        name="Leif Lund",
        agency="UKE",
        email="",
        roles=frozenset({"operator"}),
        seen_at=kari.moment[0],
    )
    kari.ledger.people.seen(leif)
    number = place(kari.ledger, kari.moment[0])
    kari.sign_in("amina")
    assert do(kari, number, "assign", to="leif").status_code == 303
    assert stands(kari, number).assigned == "leif"


@pytest.mark.parametrize("act", ["ask", "hold", "release", "assign"])
def test_only_operators_steer(kari: PortalHouse, act: str) -> None:
    number = place(kari.ledger, kari.moment[0])
    for name in ("kari", "ola", "per"):
        kari.sign_in(name)
        assert do(kari, number, act, text="x").status_code == 403
    assert kari.rows() == 1


def test_what_is_no_act_is_no_page(kari: PortalHouse) -> None:
    number = place(kari.ledger, kari.moment[0])
    assert do(kari, number, "explode").status_code == 404
    assert do(kari, "999999", "message", text="x").status_code == 404
