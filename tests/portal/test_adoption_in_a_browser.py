"""Adoption and a lost tag as operators see them, in both languages and at every width."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from fixtures.adoption_pages import lines, met, tell
from fixtures.browser import NARROW, TIGHT, WIDE, assert_accessible, keep_picture, sign_in
from fixtures.busy_portal import PEOPLE
from fixtures.own_things import delivery, place, server
from fixtures.portal_served import ServedPortal
from orders.findings import Scope, Seen
from orders.reconcile import Verdict


@pytest.fixture
def amina(served: ServedPortal, page: Page) -> Page:
    """An operator, an agency that has something, and three candidates, one of them unclear."""
    served.record(place(served.ledger, served.moment[0], server()), *delivery())
    tell(
        served,
        met(f"i-{uuid4().hex}"),
        met(f"i-{uuid4().hex}", name="parkering-med-et-langt-navn-som-skal-brytes-der-det-trengs"),
        met("nett/with/a/very/long/id/" + "x" * 80, kind="network", tags={}, name=""),
    )
    sign_in(page, served.url, PEOPLE["amina"])
    return page


def pictured(page: Page, folder: Path, name: str) -> None:
    """At every width: accessible, within the window, and a picture to look at."""
    for size, word in ((WIDE, "wide"), (NARROW, "narrow"), (TIGHT, "320")):
        page.set_viewport_size(size)
        assert_accessible(page)
        keep_picture(page, folder, f"{name}-{word}")
    page.set_viewport_size(WIDE)


@pytest.mark.parametrize("language", ["nb", "en"])
def test_from_the_list_to_the_yes(
    served: ServedPortal, amina: Page, tmp_path: Path, language: str
) -> None:
    amina.goto(f"{served.url}/adoption?lang={language}")
    amina.locator("details.help summary").last.click()  # what is never among them
    pictured(amina, tmp_path, f"list-{language}")
    for tick in amina.locator("input[name=candidate]").all():
        tick.check()
    amina.locator("button[value=preview]").click()
    pictured(amina, tmp_path, f"preview-{language}")
    amina.locator("input[name=why], textarea[name=why]").first.fill("det er deres")
    amina.locator("form[action='/adoption/confirm'] button").first.click()
    expect(amina.get_by_role("status")).to_contain_text("2")
    pictured(amina, tmp_path, f"done-{language}")


@pytest.mark.parametrize("language", ["nb", "en"])
def test_a_sheet_with_something_wrong_in_it(
    served: ServedPortal, amina: Page, tmp_path: Path, language: str
) -> None:
    ids = [one.id for one in served.ledger.candidates.open()]
    rows = [
        {"id": ids[0], "agency": "NOWHERE", "offering": "linux-server", "plan": "medium"},
        {"id": "no-such-id", "agency": "BYM", "offering": "linux-server", "plan": "medium"},
    ]
    amina.goto(f"{served.url}/adoption?lang={language}")
    sheet = {"name": "in.csv", "mimeType": "text/csv", "buffer": lines(*rows).encode()}
    amina.locator("#sheet").set_input_files(sheet)
    amina.locator("form[action='/adoption/csv'] button").click()
    pictured(amina, tmp_path, f"sheet-{language}")


@pytest.mark.parametrize("language", ["nb", "en"])
def test_a_tag_that_is_put_back(
    served: ServedPortal, amina: Page, tmp_path: Path, language: str
) -> None:
    item = server("byarkivet-web")
    number = place(served.ledger, served.moment[0], item)
    served.record(number, *delivery())
    seen = Seen(
        verdict=Verdict.UNTAGGED,
        provider="aws",
        account="sandbox",
        region="eu-north-1",
        kind="virtual-machine",
        instance=item.instance,
        resource="i-0abc",
        agency="BYM",
        owner="kari",
        name=item.name,
        order=number,
        item="1",
        evidence={"tag_ordered": item.instance, "tag_found": ""},
    )
    scope = Scope(provider="aws", account="sandbox")
    served.ledger.findings.tell(scope, [seen], served.moment[0])
    amina.goto(f"{served.url}/findings?lang={language}")
    amina.locator("details.help summary").first.click()
    pictured(amina, tmp_path, f"finding-{language}")
    words = {"nb": "Ja, sett merket på igjen", "en": "Yes, put the tag back"}
    amina.get_by_role("button", name=words[language]).first.click()
    (finding,) = [one for one in served.ledger.findings.open() if one.seen.order == number]
    assert (finding.decision, finding.decided_by) == ("yes", "amina")
