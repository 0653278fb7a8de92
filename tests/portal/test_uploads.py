"""Files on the thread: what comes in, what does not, and how they are handed out."""

import sys

import pytest

from fixtures.own_things import place
from fixtures.portal_house import PortalHouse
from portal.uploads import INFECTED, NOT_SCANNED, File, command_scan, wrong

PDF = ("kart.pdf", b"%PDF-1.7 a map")


@pytest.fixture
def kari(portal: PortalHouse) -> PortalHouse:
    portal.sign_in("kari")
    return portal


def attach(portal: PortalHouse, number: str, *files: tuple[str, bytes], text: str = "Se vedlegg"):
    sent = [("files", file) for file in files]
    return portal.client.post(f"/orders/{number}/message", data={"text": text}, files=sent)


def links(portal: PortalHouse, number: str) -> list[str]:
    parts = portal.client.get(f"/orders/{number}").text.split(f'href="/orders/{number}/files/')[1:]
    return [f"/orders/{number}/files/{part.partition(chr(34))[0]}" for part in parts]


def test_a_file_is_read_by_whoever_reads_the_thread_and_nobody_else(kari: PortalHouse) -> None:
    number = place(kari.ledger, kari.moment[0])
    assert attach(kari, number, PDF).status_code == 303
    (link,) = links(kari, number)
    kari.sign_in("amina")
    answer = kari.client.get(link)
    assert answer.content == PDF[1]
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''kart.pdf")
    assert "sandbox" in answer.headers["content-security-policy"]
    kari.sign_in("siri")
    assert kari.client.get(link).status_code == 404


def test_a_file_may_be_sent_without_words(kari: PortalHouse) -> None:
    number = place(kari.ledger, kari.moment[0])
    assert attach(kari, number, PDF, text="").status_code == 303


def test_a_file_of_one_order_is_not_found_on_another(kari: PortalHouse) -> None:
    number, other = place(kari.ledger, kari.moment[0]), place(kari.ledger, kari.moment[0])
    attach(kari, number, PDF)
    (link,) = links(kari, number)
    assert kari.client.get(link.replace(number, other, 1)).status_code == 404


@pytest.mark.parametrize(
    "files",
    [
        [("page.html", b"<script>alert(1)</script>")],
        [("picture.svg", b"<svg onload='alert(1)'/>")],
        [("program.exe", b"MZ")],
        [("noending", b"x")],
        [("false.pdf", b"<html>")],
        [("false.txt", b"\x00\xff")],
        [("empty.txt", b"")],
        [("large.txt", b"x" * (5 * 1024 * 1024 + 1))],
        [(f"{n}.txt", b"x") for n in range(6)],
        [(f"{n}.txt", b"x" * (4 * 1024 * 1024)) for n in range(3)],
    ],
    ids=lambda files: files[0][0] if isinstance(files, list) else "",
)
def test_what_may_not_come_in_is_refused_and_the_words_are_kept(
    kari: PortalHouse, files: list[tuple[str, bytes]]
) -> None:
    number = place(kari.ledger, kari.moment[0])
    answer = attach(kari, number, *files, text="Se vedlegg her")
    assert answer.status_code in {413, 422}
    if answer.status_code == 422:
        assert "Se vedlegg her" in answer.text
    assert kari.rows() == 1


def test_a_name_cannot_lead_anywhere(kari: PortalHouse) -> None:
    number = place(kari.ledger, kari.moment[0])
    attach(kari, number, ('../../etc/"x\r\nSet-Cookie: a=b.pdf', PDF[1]))
    (link,) = links(kari, number)
    answer = kari.client.get(link)
    assert "set-cookie" not in answer.headers
    assert ".." not in answer.headers["content-disposition"]


def scan(code: str):
    return command_scan(
        [sys.executable, "-c", f"import sys; data = sys.stdin.buffer.read(); {code}"]
    )


def test_the_scan_reads_the_file_and_its_verdict_counts() -> None:
    judge = scan("sys.exit(b'EICAR' in data)")
    clean, harmful = File(name="a.txt", data=b"fine"), File(name="b.txt", data=b"EICAR")
    assert wrong([clean], judge) == ""
    assert wrong([clean, harmful], judge) == INFECTED


@pytest.mark.parametrize("judge", [scan("sys.exit(2)"), command_scan(["/no/such/scanner"])])
def test_without_an_answer_of_the_scan_nothing_comes_in(judge) -> None:
    assert wrong([File(name="a.txt", data=b"fine")], judge) == NOT_SCANNED
