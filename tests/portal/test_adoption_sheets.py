"""Candidates as a spreadsheet: out, and in again line by line, whatever is written in it."""

from __future__ import annotations

import csv
from io import StringIO

import pytest

from fixtures.adoption_pages import adopted, confirm, fetched, lines, met, picks, sheet, tell
from fixtures.own_things import owned
from fixtures.portal_house import PortalHouse
from fixtures.rightcloud_pages import text


@pytest.fixture
def amina(portal: PortalHouse) -> PortalHouse:
    owned(portal)  # so that the agency is known
    portal.sign_in("amina")
    return portal


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
    in_order = [rows[name] for name in ("i-0new", "i-2", "i-3", "i-4", "i-0new")]
    page = sheet(amina, lines(*in_order, other))
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


def test_a_sheet_of_more_lines_than_a_list_has_is_taken_whole(amina: PortalHouse) -> None:
    tell(amina, *(met(f"i-{number}") for number in range(1003)))
    rows = fetched(amina)
    page = sheet(amina, lines(*rows))
    assert (len(rows), len(picks(page).split())) == (1003, 1003)


def test_a_yes_to_a_whole_sheet_is_not_too_much_to_send(amina: PortalHouse) -> None:
    tell(amina, met())
    many = " ".join(f"{number:032x}:{'0' * 16}-{'0' * 16}" for number in range(5000))
    assert confirm(amina, many).status_code == 200


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
