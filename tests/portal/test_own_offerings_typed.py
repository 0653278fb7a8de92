"""Nothing that is typed about an own offering is our failure, or comes back as a script."""

import pytest

from fixtures.portal_house import PortalHouse

TITLES = {"title.nb": "Kartserver", "title.en": "Map server"}
NEW = {"like": "linux-server", "id": "map-server", **TITLES}
NASTY = ("\x00", "<script>alert(1)</script>", "a: ['", "é" * 3000)


@pytest.mark.parametrize("nasty", NASTY, ids=ascii)
def test_nothing_that_can_be_typed_is_our_failure(portal: PortalHouse, nasty: str) -> None:
    portal.sign_in("eva")
    assert portal.client.post("/offerings/new", data=NEW).status_code == 303
    for path, fields in [
        ("new", ("like", "id", "title.nb", "title.en")),
        ("new", ("text",)),
        ("map-server/edit/about", ("title.nb", "help.nb", "lead_time", "icon")),
        ("map-server/edit/sizes", ("small.title.nb", "small.price.aws/eu-north-1")),
        ("map-server/edit/ask", ("id", "type", "title.nb", "choices")),
        ("map-server/edit/file", ("text",)),
        ("map-server/form/1", ("plan", "name", "place")),
        ("map-server/use", ("why",)),
        ("map-server/propose", ("why",)),
        ("map-server/close", ("ends_on", "instead", "why")),
    ]:
        form = {"_number": "1"} | dict.fromkeys(fields, nasty)
        answer = portal.client.post(f"/offerings/{path}", data=form)
        assert answer.status_code < 500, path
        assert "<script>alert" not in answer.text
    assert portal.client.get("/offerings/map-server").status_code == 200
