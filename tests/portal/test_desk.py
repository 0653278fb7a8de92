"""The pages of approvers, operators and auditors: who gets in, what they hold, acts on several."""

import csv
from datetime import timedelta
from io import StringIO

import pytest

from fixtures.own_things import moved, place, server
from fixtures.plans import reads
from fixtures.portal_house import PortalHouse
from fixtures.rightcloud_pages import text
from orders import events as e
from orders import service
from orders.approval import Rule
from orders.entry import Stamp
from orders.lifecycle import replay
from orders.model import Order, State

CEILING = Rule(id="ceiling", steps=("approver",), above=1000)
TWO_STEPS = Rule(id="strict", steps=("approver", "owner"))
BIG = {"plan": "large", "monthly_price": 1420}
PAGES = {
    "/approvals": {"ola"},
    "/desk": {"amina"},
    "/questions": {"amina"},
    "/audit": {"per"},
    "/audit.csv": {"per"},
}


def stands(portal: PortalHouse, number: str) -> Order:
    return replay(portal.ledger.history(number))


def dear(portal: PortalHouse, rule: Rule = CEILING, **more: str) -> str:
    return place(portal.ledger, portal.moment[0], server(**BIG), rules=(rule,), **more)


@pytest.mark.parametrize("path", PAGES)
def test_each_page_opens_to_its_roles_alone(portal: PortalHouse, path: str) -> None:
    for name in ("kari", "ola", "amina", "per", "siri"):
        portal.sign_in(name)
        opened = portal.client.get(path).status_code
        assert opened == (200 if name in PAGES[path] else 403), name


def test_the_inbox_holds_what_this_person_may_decide(portal: PortalHouse) -> None:
    portal.sign_in("ola")
    dear(portal, orderer="Kari Nordmann")
    own = dear(portal, by="ola", orderer="Ola Hansen")
    elsewhere = dear(portal, agency="PBE", by="siri")
    page = portal.client.get("/approvals").text
    mine, _, others = page.partition("Venter på andre")
    assert "Én bestilling venter på deg" in mine
    assert f"/orders/{own}" in others
    assert f"/orders/{elsewhere}" not in page


def test_a_second_step_is_not_for_the_role_of_the_first(portal: PortalHouse) -> None:
    number = dear(portal, TWO_STEPS)
    portal.sign_in("ola")
    form = {"text": "", "_price-1": "1420"}
    long = {**form, "_price-1": "9" * 5000}
    assert portal.client.post(f"/orders/{number}/approve", data=long).status_code == 409
    assert portal.client.post(f"/orders/{number}/approve", data=form).status_code == 303
    assert stands(portal, number).state is State.PENDING
    again = portal.client.post(f"/orders/{number}/approve", data=form)
    assert again.status_code == 403
    assert "en annen rolle" in again.text


@pytest.fixture
def busy(portal: PortalHouse) -> PortalHouse:
    """One order held, one asked, one late, one just received."""
    names = ("stanset", "spurt", "sen", "fersk")
    numbers = [place(portal.ledger, portal.moment[0], server(name)) for name in names]
    portal.record(numbers[0], moved(e.ItemStarted), moved(e.ItemHeld, reason="QuotaExceeded: 0"))
    question = service.Question(text="Hva?", deadline=portal.moment[0] + timedelta(days=1))
    service.ask(portal.ledger, numbers[1], Stamp(by="amina", at=portal.moment[0]), question)
    raised = e.JeopardyRaised(at=portal.moment[0], by="flow", probability=0.6)
    service.record(portal.ledger, numbers[2], raised)
    portal.sign_in("amina")
    return portal


@pytest.mark.parametrize(
    ("view", "there"),
    [
        ("", {"stanset", "spurt", "sen", "fersk"}),
        ("held", {"stanset"}),
        ("theirs", {"spurt"}),
        ("ours", {"stanset", "sen", "fersk"}),
        ("jeopardy", {"sen"}),
        ("mine", set()),
        ("nonsense", {"stanset", "spurt", "sen", "fersk"}),
    ],
)
def test_the_desk_shows_by_turn_state_and_danger(
    busy: PortalHouse, view: str, there: set[str]
) -> None:
    page = busy.client.get("/desk", params={"view": view}).text
    assert {
        name for name in ("stanset", "spurt", "sen", "fersk") if f">{name}</a>" in page
    } == there


def test_the_desk_asks_once_why_all_its_orders_stand_still(busy: PortalHouse) -> None:
    busy.sign_in("amina")
    busy.client.get("/desk")  # the first page reads the policy, too
    few = len(reads(busy.ledger, lambda: busy.client.get("/desk")))
    for number in range(10):
        order = place(busy.ledger, busy.moment[0], server(f"stanset-{number}"))
        busy.record(order, moved(e.ItemStarted), moved(e.ItemHeld, reason=f"grunn {number}"))
    page = busy.client.get("/desk").text
    assert all(f"grunn {number}" in page for number in range(10))
    assert len(reads(busy.ledger, lambda: busy.client.get("/desk"))) == few


def test_the_desk_says_why_an_order_stands_still_and_whose_turn_it_is(busy: PortalHouse) -> None:
    waits = dear(busy)
    page = text(busy.client.get("/desk"))
    assert "stanset Linux-server, 1001 Kvoten vår hos leverandøren er brukt opp." in page
    assert "spurt Linux-server, 1002 Hva?" in page
    assert f"Linux-server, {waits} Til godkjenning hos en med rollen godkjenner" in page
    assert page.count("Venter på kunden") == 2
    assert "Venter på dere" not in page
    told = text(busy.client.get("/orders/1002"))
    assert "Kundens tur" in told
    assert "står stille til kunden har svart" in told


def test_several_orders_are_taken_over_at_once(busy: PortalHouse) -> None:
    sent = {"order": ["1001", "1004", "9999"], "act": "assign", "_view": "held"}
    answer = busy.client.post("/desk", data=sent)
    assert answer.headers["location"] == "/desk?view=held&done=2&failed=1"
    assert stands(busy, "1004").assigned == "amina"
    assert ">fersk</a>" in busy.client.get("/desk?view=mine").text


def test_what_has_moved_on_is_left_and_counted(busy: PortalHouse) -> None:
    sent = {"order": ["1001", "1004"], "act": "release"}
    page = busy.client.get(busy.client.post("/desk", data=sent).headers["location"]).text
    assert "Gjort med én bestilling" in page
    assert "hadde gått videre" in page


@pytest.mark.parametrize(
    ("sent", "status"),
    [({"act": "explode"}, 400), ({"act": "hold"}, 422), ({"act": "hold", "text": " "}, 422)],
)
def test_a_desk_act_that_is_none_is_refused(
    busy: PortalHouse, sent: dict[str, str], status: int
) -> None:
    before = busy.rows()
    assert busy.client.post("/desk", data={"order": "1004"} | sent).status_code == status
    assert busy.rows() == before


def test_only_operators_act_at_the_desk(busy: PortalHouse) -> None:
    for name in ("kari", "ola", "per"):
        busy.sign_in(name)
        assert busy.client.post("/desk", data={"order": "1004", "act": "assign"}).status_code == 403
    assert stands(busy, "1004").assigned == ""


def test_the_desk_goes_on_where_its_page_ended(portal: PortalHouse) -> None:
    for number in range(60):
        place(portal.ledger, portal.moment[0], server(f"system-{number:02}"))
    portal.sign_in("amina")
    first = portal.client.get("/desk").text
    assert ">system-49</a>" in first
    assert ">system-50</a>" not in first
    link = first.partition('href="/desk?after=')[2].partition('"')[0].replace("&amp;", "&")
    second = portal.client.get(f"/desk?after={link}").text
    assert ">system-49</a>" not in second
    assert ">system-59</a>" in second
    assert portal.client.get("/desk?after=nonsense~~").status_code == 200


def test_the_audit_names_who_did_what_and_is_narrowed_down(busy: PortalHouse) -> None:
    busy.sign_in("per")
    page = busy.client.get("/audit").text
    for words in ("OrderPlaced", "QuestionAsked", "Amina Yusuf"):
        assert words in page
    assert "OrderPlaced" not in busy.client.get("/audit?by=amina").text
    assert "Ingenting passer" in busy.client.get("/audit?last=01.01.2020").text
    assert busy.client.get("/audit?first=31.02.2026&order=%00").status_code == 200


def test_the_export_holds_every_line_and_no_formula(busy: PortalHouse) -> None:
    stamp = Stamp(by="amina", at=busy.moment[0], why="=HYPERLINK(1)")
    service.assign(busy.ledger, "1004", stamp, "amina")
    busy.sign_in("per")
    answer = busy.client.get("/audit.csv")
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(StringIO(answer.text)))
    assert len(rows) == busy.rows()
    assert rows[-1]["why"] == "'=HYPERLINK(1)"


def test_a_question_that_recurs_is_counted(busy: PortalHouse) -> None:
    question = service.Question(text="  HVA? ", deadline=busy.moment[0] + timedelta(days=1))
    service.ask(busy.ledger, "1004", Stamp(by="amina", at=busy.moment[0]), question)
    page = busy.client.get("/questions").text
    assert "2 ganger" in page
    assert 'href="/orders/1004"' in page
