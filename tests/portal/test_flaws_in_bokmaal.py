"""What the catalogue finds wrong with an agency's own offering is told in the reader's language."""

import re
from html import unescape

import pytest

from catalog.load import written
from fixtures.offerings import BUNDLE, NETWORK, SEVERAL
from fixtures.portal_house import PortalHouse

NEW = {"like": "linux-server", "id": "map-server", "title.nb": "Kart", "title.en": "Map"}
COPY = (written("linux-server") or "").replace("id: linux-server", "id: map-server")
WRONG = {
    "not YAML": "a: [",
    "no offering": "- a\n",
    "empty": "# bare en kommentar\n",
    "tags": "a: !x y\n",
    "unknown keys": COPY.replace("icon:", "icom:").replace("summary:", "zzz:"),
    "shape": re.sub(r"(?m)^lead_time:.*$", "lead_time: 4h\ngrace: 7\nlate: maybe", COPY),
    "rules": COPY.replace("  name:\n", "  title:\n").replace("required:", "minimum: 5\n    hint:"),
    "places": SEVERAL.replace("id: several", "id: map-server"),
    "a bundle": BUNDLE.replace("id: bundle", "id: map-server"),
    "a network": NETWORK.replace("id: network", "id: map-server").replace("kind: ", "kind: x"),
    "too cheap": re.sub(r"monthly_price: \d+", "monthly_price: 1", COPY),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_flaw_is_told_in_the_readers_language(portal: PortalHouse, case: str) -> None:
    portal.sign_in("eva")
    assert portal.client.post("/offerings/new", data=NEW).status_code == 303
    said = {}
    for language in ("nb", "en"):
        portal.client.cookies.set("lang", language)
        form = {"_number": "1", "text": WRONG[case]}
        answer = portal.client.post("/offerings/map-server/edit/file", data=form)
        assert answer.status_code == 422
        found = re.search(r'id="summary".*?<ul>(.*?)</ul>', answer.text, re.DOTALL)
        said[language] = [unescape(one) for one in re.findall(r"<li>(.*?)</li>", found[1])]
        assert f'<html lang="{language}"' in answer.text
    assert len(said["nb"]) == len(said["en"]) > 0
    for nb, en in zip(said["nb"], said["en"], strict=True):
        assert re.match(r"Linje \d+: .", nb)
        assert re.match(r"Line \d+: .", en)
        assert nb.partition(": ")[2] != en.partition(": ")[2]
