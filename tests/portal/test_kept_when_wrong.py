"""What was typed and ticked is kept when it cannot be done as it was sent."""

import pytest

from fixtures.own_things import place
from fixtures.portal_house import PortalHouse


@pytest.mark.parametrize(
    ("text", "said"),
    [("", "Skriv hvorfor"), ("a\x00b", "et tegn som ikke kan lagres"), ("x" * 4001, "lengre enn")],
)
def test_a_stop_without_a_usable_reason_keeps_what_was_ticked(
    portal: PortalHouse, text: str, said: str
) -> None:
    number = place(portal.ledger, portal.moment[0])
    portal.sign_in("amina")
    form = {"order": number, "act": "hold", "text": text}
    answer = portal.client.post("/desk", data=form)
    assert answer.status_code == 422
    assert said in answer.text
    assert f'value="{number}" checked' in answer.text
    assert f'value="{text}"' in answer.text


@pytest.mark.parametrize("act", ["message", "cancel"])
def test_a_text_that_cannot_be_kept_is_an_error_at_its_field(portal: PortalHouse, act: str) -> None:
    number = place(portal.ledger, portal.moment[0])
    portal.sign_in("kari")
    before = portal.rows()
    answer = portal.client.post(f"/orders/{number}/{act}", data={"text": "Fordi\x00 det."})
    assert answer.status_code == 422
    assert f'id="{act}-error"' in answer.text
    assert "Fordi\x00 det.</textarea>" in answer.text
    assert portal.rows() == before


def test_a_form_without_its_file_says_so_and_keeps_why(portal: PortalHouse) -> None:
    portal.sign_in("amina")
    answer = portal.client.post("/cloud/policy/file", data={"why": "Ny lov"})
    assert answer.status_code == 422
    assert "Velg en fil først." in answer.text
    assert 'value="Ny lov"' in answer.text
    assert portal.client.post("/cloud/prices/card", data={"x": ""}).status_code == 422
