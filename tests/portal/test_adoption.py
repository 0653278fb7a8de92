"""What stands in the clouds without our tag, on the operators' pages: nothing without a yes."""

from __future__ import annotations

import csv
from io import StringIO

import pytest

from catalog.adopting import Surroundings, propose
from catalog.load import load
from fixtures.own_things import owned
from fixtures.portal_house import PortalHouse
from fixtures.rightcloud_pages import text
from orders.adoption import Choice, Met
from orders.findings import Scope
from orders.lifecycle import replay
from orders.model import Action

HERE = Scope(provider="aws", account="sandbox")
KNOWN = Surroundings(agencies=frozenset({"BYM", "BYS"}))
WELL = {"Owner": "BYM", "env": "prod", "koststed": "410123", "classification": "internal"}
HEADERS = {"Content-Type": "application/x-www-form-urlencoded"}


def met(resource: str = "i-0new", **changes) -> Met:
    fields = {
        "provider": "aws",
        "account": "sandbox",
        "region": "eu-north-1",
        "kind": "virtual-machine",
        "resource": resource,
        "name": "parkering-web",
        "tags": WELL,
        "parameters": {"size": "t3.large", "image": "ami-0123456789abcdef0", "disk_gb": 50},
    }
    return Met(**{**fields, **changes})


def tell(portal: PortalHouse, *several: Met) -> dict[str, str]:
    """The candidates, as a run tells them; their ids by resource."""
    offered, now = load(), portal.moment[0]
    found = [(one, propose(one, offered, KNOWN, now.date())) for one in several]
    portal.ledger.candidates.tell(found, now)
    portal.ledger.candidates.close(HERE, now)
    return {one.met.resource: one.id for one in portal.ledger.candidates.open(limit=1000)}


@pytest.fixture
def amina(portal: PortalHouse) -> PortalHouse:
    owned(portal)  # so that the agency is known
    portal.sign_in("amina")
    return portal


def preview(portal: PortalHouse, *ids: str):
    sent = "&".join(f"candidate={one}" for one in ids)
    return portal.client.post("/adoption/preview", content=sent, headers=HEADERS)


def picks(page) -> str:
    return page.text.split('name="picks" value="')[1].split('"')[0]


def confirm(portal: PortalHouse, said: str, why: str = "det er deres"):
    sent = {"picks": said, "why": why}
    return portal.client.post("/adoption/confirm", data=sent, follow_redirects=True)


def sheet(portal: PortalHouse, data: bytes | str):
    raw = data if isinstance(data, bytes) else data.encode()
    return portal.client.post("/adoption/csv", files={"sheet": ("in.csv", raw, "text/csv")})


def fetched(portal: PortalHouse) -> list[dict[str, str]]:
    answer = portal.client.get("/adoption.csv")
    assert answer.headers["content-type"].startswith("text/csv")
    return list(csv.DictReader(StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))


def lines(*rows: dict[str, str]) -> str:
    out = StringIO()
    names = list(dict.fromkeys(name for row in rows for name in row))
    writer = csv.DictWriter(out, names, delimiter=";", restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def adopted(portal: PortalHouse):
    """The orders that adopt something."""
    orders = [replay(portal.ledger.history(one.id)) for one in portal.ledger.orders()]
    return [one for one in orders if one.items["1"].action is Action.ADOPT]


def test_the_list_tells_evidence_and_says_when_there_is_no_proposal(amina: PortalHouse) -> None:
    tell(amina, met(), met("i-1", name="<ukjent>", tags={}, region="eu-west-9"))
    page = text(amina.client.get("/adoption"))
    for words in ("parkering-web", "merke Owner=BYM: BYM (sikkert)", "&lt;ukjent&gt;"):
        assert words in page, words
    assert page.count("Ikke noe forslag") == 2
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


def test_a_sheet_goes_out_and_in_and_nothing_is_done_before_a_yes(amina: PortalHouse) -> None:
    tell(amina, met(), met("i-2", tags={}, name="=cmd|' /C calc'!A0"))
    rows = {row["resource"]: row for row in fetched(amina)}
    assert rows["i-0new"]["agency"] == "BYM"
    assert rows["i-0new"]["answer:cost_centre"] == "410123"
    assert rows["i-2"]["called"].startswith("'="), "no spreadsheet computes it"
    rows["i-2"] |= {
        "agency": "BYM",
        "plan": "large",
        "answer:name": "kalkyle",
        "answer:environment": "dev",
        "answer:classification": "open",
        "answer:cost_centre": "410123",
    }
    page = sheet(amina, lines(*rows.values()))
    assert "2 kan overtas" in text(page)
    assert adopted(amina) == []
    confirm(amina, picks(page))
    assert {one.items["1"].plan for one in adopted(amina)} == {"medium", "large"}


def test_wrong_lines_say_why_and_lose_nothing_of_the_others(amina: PortalHouse) -> None:
    tell(amina, met(), met("i-2"), met("i-3"), met("i-4"))
    rows = {row["resource"]: row for row in fetched(amina)}
    rows["i-2"]["agency"] = "NOWHERE"
    rows["i-3"]["answer:cost_centre"] = "=1+1"
    rows["i-4"]["plan"] = "gigantic"
    other = {**rows["i-0new"], "id": "not-there"}
    page = sheet(amina, lines(*rows.values(), rows["i-0new"], other))
    assert "Én kan overtas" in text(page)
    for words in (
        "Linje 3",
        "Det er ingen etat som heter NOWHERE",
        "answer:cost_centre begynner som en formel (=)",
        "small, medium, large",
        "Den står på linje 2 også.",
        "Den er ikke her lenger",
    ):
        assert words in text(page), words
    confirm(amina, picks(page))
    assert [one.items["1"].resource.id for one in adopted(amina)] == ["i-0new"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("id;agency;offering;plan\nå".encode("latin-1"), "ikke UTF-8"),
        (b"id;agency\x00;offering;plan\n", "ikke UTF-8"),
        ("id;agency;plan\n1;BYM;small\n", "offering"),
        ("id;agency;offering;plan;plan\n", "to ganger"),
        ('id;agency;offering;plan\n"1;BYM', "kan ikke leses"),
        ("", "Velg filen"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(amina: PortalHouse, data, words: str) -> None:
    tell(amina, met())
    answer = sheet(amina, data)
    assert answer.status_code == 422
    assert words in text(answer)
    assert adopted(amina) == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_sheets_as_spreadsheets_save_them_are_read(
    amina: PortalHouse, encoding: str, delimiter: str
) -> None:
    tell(amina, met())
    (row,) = fetched(amina)
    out = StringIO()
    writer = csv.DictWriter(out, row, delimiter=delimiter)
    writer.writeheader()
    writer.writerow(row)
    assert "Én kan overtas" in text(sheet(amina, out.getvalue().encode(encoding)))


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
