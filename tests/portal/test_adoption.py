"""What stands in the clouds without our tag, on the operators' pages: nothing without a yes."""

from __future__ import annotations

from html import unescape
from pathlib import Path

import pytest

import providers
from fixtures.adoption_pages import WELL, adopted, confirm, met, picks, preview, sheet, tell
from fixtures.own_things import owned
from fixtures.portal_house import PortalHouse
from fixtures.rightcloud_pages import text
from orders.adoption import Choice
from portal.adoption_words import EVERY, REFUSED
from providers import connect
from providers.kinds import Adoptable, KindProvider

DOCUMENT = Path(__file__).parents[2] / "docs/adoption.md"


@pytest.fixture
def amina(portal: PortalHouse) -> PortalHouse:
    owned(portal)  # so that the agency is known
    portal.sign_in("amina")
    return portal


def test_the_list_tells_evidence_and_says_when_there_is_no_proposal(amina: PortalHouse) -> None:
    tell(amina, met(), met("i-1", name="<ukjent>", tags={}, region="eu-west-9"))
    page = text(amina.client.get("/adoption"))
    for words in ("parkering-web", "merke Owner=BYM: BYM (sikkert)", "&lt;ukjent&gt;"):
        assert words in page, words
    assert page.count("Ikke noe forslag") == 2
    english = text(amina.client.get("/adoption", params={"lang": "en"}))
    for words in (
        "Server i-0new. Amazon Web Services, Stockholm (aws/eu-north-1), account sandbox",
        "kind Server, Amazon Web Services, Stockholm: Linux server (probable)",
        "size t3.large, 50: Linux server, Medium: 2 vCPU, 8 GB memory, at least 50 GB disk",
    ):
        assert words in english, words
    for shown in (page, english):
        assert "virtual-machine" not in shown
        assert "linux-server" not in shown
    amina.client.get("/adoption", params={"lang": "nb"})
    only = text(amina.client.get("/adoption", params={"view": "ready"}))
    assert "i-1" not in only
    assert "Ingenting venter" in text(amina.client.get("/adoption", params={"agency": "BYS"}))
    assert "(2)" in text(amina.client.get("/desk"))


def test_a_yes_to_what_was_shown_makes_an_order_of_its_own(amina: PortalHouse) -> None:
    ids = tell(amina, met(), met("i-2", name="parkering-db"))
    page = preview(amina, *ids.values())
    assert "Ingenting er gjort ennå." in text(page)
    assert "agency : BYM" in text(page) or "agency: BYM" in text(page)
    assert adopted(amina) == [], "a preview does nothing"

    done = confirm(amina, picks(page))
    assert "2 blir overtatt" in done.text
    orders = adopted(amina)
    assert {one.agency for one in orders} == {"BYM"}
    assert {one.placed_by for one in orders} == {"amina"}
    assert all(one.promised_at == one.placed_at for one in orders), "no lead time"
    assert {one.items["1"].resource.id for one in orders} == {"i-0new", "i-2"}
    assert orders[0].items["1"].given["image"] == "ami-0123456789abcdef0"
    entries = [one for one in amina.ledger.audit.entries(by="amina") if one.kind == "OrderPlaced"]
    assert {one.event.why for one in entries} == {"det er deres"}
    assert "Under overtakelse" in amina.client.get("/adoption").text


def test_a_second_yes_changes_nothing(amina: PortalHouse) -> None:
    ids = tell(amina, met())
    said = picks(preview(amina, ids["i-0new"]))
    confirm(amina, said)
    again = confirm(amina, said)
    assert "hadde endret seg" in again.text
    assert len(adopted(amina)) == 1


def test_what_has_changed_since_it_was_shown_is_left(amina: PortalHouse) -> None:
    ids = tell(amina, met())
    said = picks(preview(amina, ids["i-0new"]))
    tell(amina, met(tags={**WELL, "env": "test"}))
    assert "hadde endret seg" in confirm(amina, said).text
    said = picks(preview(amina, ids["i-0new"]))
    larger = {**met().parameters, "disk_gb": 500}
    tell(amina, met(tags={**WELL, "env": "test"}, parameters=larger))
    assert "hadde endret seg" in confirm(amina, said).text, "it is larger than was shown"
    tell(amina)
    assert "hadde endret seg" in confirm(amina, said).text, "it is gone"
    assert adopted(amina) == []


def test_a_yes_needs_a_reason(amina: PortalHouse) -> None:
    ids = tell(amina, met())
    said = picks(preview(amina, ids["i-0new"]))
    refused = confirm(amina, said, why="  ")
    assert refused.status_code == 422
    assert picks(refused) == said, "what was chosen is not lost"
    assert adopted(amina) == []


def test_what_is_missing_is_filled_in_on_its_own_page(amina: PortalHouse) -> None:
    ids = tell(amina, met(tags={}, name="Gammel server!"))
    where = f"/adoption/{ids['i-0new']}"
    assert "Gammel server!" in amina.client.get(where).text
    wish = {"_agency": "BYM", "_offering": "linux-server", "plan": "medium", "name": "gammel"}
    short = amina.client.post(where, data=wish)
    assert short.status_code == 422
    assert "Koststed" in short.text
    whole = {**wish, "environment": "prod", "classification": "open", "cost_centre": "410123"}
    unknown = amina.client.post(where, data={**whole, "_agency": "NOWHERE"})
    assert "Det er ingen etat" in text(unknown)
    page = amina.client.post(where, data=whole)
    confirm(amina, picks(page))
    (order,) = adopted(amina)
    assert order.items["1"].name == "gammel"
    assert order.items["1"].parameters["disk_gb"] == 50


def test_what_is_not_ours_is_set_aside_and_can_be_taken_up_again(amina: PortalHouse) -> None:
    ids = tell(amina, met())
    sent = {"candidate": ids["i-0new"], "act": "refuse", "why": ""}
    assert amina.client.post("/adoption/preview", data=sent).status_code == 422
    amina.client.post("/adoption/preview", data={**sent, "why": "statens"})
    assert tell(amina, met()) == {}
    assert "statens" in amina.client.get("/adoption").text
    amina.client.post(f"/adoption/{ids['i-0new']}", data={"_step": "again"})
    assert tell(amina, met()).keys() == {"i-0new"}


def test_only_operators_see_and_adopt(portal: PortalHouse) -> None:
    ids = tell(portal, met())
    for name in ("kari", "ola", "per"):
        portal.sign_in(name)
        for path in ("/adoption", "/adoption.csv", f"/adoption/{ids['i-0new']}"):
            assert portal.client.get(path).status_code == 403, path
        assert preview(portal, ids["i-0new"]).status_code == 403
        assert confirm(portal, "x").status_code == 403
        assert sheet(portal, "x").status_code == 403
        assert portal.client.post(f"/adoption/{ids['i-0new']}", data={}).status_code == 403
    assert portal.ledger.candidates.decided(Choice.ADOPTED) == []


def test_odd_input_is_refused_and_nothing_is_done(amina: PortalHouse) -> None:
    tell(amina, met())
    assert amina.client.get("/adoption/nothing").status_code == 404
    assert preview(amina, "nothing", "").status_code == 200
    assert preview(amina).status_code == 422
    assert "hadde endret seg" in confirm(amina, "nothing:x \x00").text
    assert amina.client.get("/adoption", params={"after": "%%", "view": "x"}).status_code == 200
    assert adopted(amina) == []


def test_what_is_a_thing_already_is_not_adopted_again(amina: PortalHouse) -> None:
    """The listing was late: it was told as a stranger after it had become ours."""
    ids = tell(amina, met("i-0abc"))
    assert "hadde endret seg" in confirm(amina, picks(preview(amina, ids["i-0abc"]))).text
    assert adopted(amina) == []


def kinds_that_can(provider: str) -> dict[str, bool]:
    """Every kind at a provider, and whether what others made of it can be adopted."""
    there = connect(provider, "sandbox")
    assert isinstance(there, KindProvider)
    return {name: isinstance(kind, Adoptable) for name, kind in there.by_kind.items()}


@pytest.mark.parametrize("provider", sorted(providers.names() - {"fake"}))
def test_what_cannot_be_adopted_is_told_with_a_reason_on_the_page_and_in_the_document(
    amina: PortalHouse, provider: str
) -> None:
    can = kinds_that_can(provider)
    told = {
        kind for kind in can if {(provider, kind), (EVERY, kind), (provider, EVERY)} & set(REFUSED)
    }
    assert told == {kind for kind, yes in can.items() if not yes}
    page = unescape(amina.client.get("/adoption?lang=en").text)
    for words in REFUSED.values():
        assert words in page
    rows = [line.split("|")[1:3] for line in DOCUMENT.read_text().splitlines() if "|" in line]
    row = next((kinds for name, kinds in rows if name.strip() == provider), "")
    assert {one.strip() for one in row.split(",")} - {""} == set(can) - told
