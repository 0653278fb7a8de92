"""What is wrong with a policy or a rate card that is uploaded is told in the reader's language."""

import re
from html import unescape
from typing import Any

import pytest

from fixtures.portal_house import PortalHouse
from fixtures.rightcloud_pages import CARD
from rightcloud.bundled import DATA

POLICY = (DATA / "policy.toml").read_text("utf8")
CARDS = {
    "empty": "",
    "no column": CARD.replace("as_of", "day"),
    "no rows": CARD.splitlines()[0] + "\n",
    "cut short": CARD.rstrip()[:-12],
    "not CSV": CARD.replace("openstack", '"openstack"x', 1),
    "no region": CARD.replace("openstack,oslo-1,block", "openstack,,block"),
    "no place": CARD.replace("openstack,oslo-1,block", "openstack,maane-1,block"),
    "no number": CARD.replace(",0.4,", ",gratis,"),
    "less than nothing": CARD.replace(",0.4,", ",-1,"),
    "no day": re.sub(r"20\d\d-\d\d-\d\d", "", CARD),
    "twice": CARD + CARD.splitlines()[1] + "\n",
}
POLICIES = {
    "no TOML": POLICY + "\n[",
    "not UTF-8": b"version = \xff",
    "shape": re.sub(r"(?m)^version = .*$", "version = 1\nverson = 2", POLICY),
    "choices": POLICY.replace('outcome = "deny"', 'outcome = "no"'),
    "limits": re.sub(r"recheck_days = \d+", "recheck_days = 0", POLICY),
    "sense": re.sub(r"refuse_after_days = \d+", "refuse_after_days = 1", POLICY),
    "a name": re.sub(r"measures = \[\"\w+\"", 'measures = ["zzz"', POLICY),
}


def told(portal: PortalHouse, path: str, **sent: Any) -> dict[str, list[str]]:
    """What stands against it, by language; each time on a page that marks nothing as English."""
    portal.sign_in("amina")
    said = {}
    for language in ("nb", "en"):
        portal.client.cookies.set("lang", language)
        answer = portal.client.post(path, **sent)
        assert answer.status_code == 422
        found = re.search(r'id="summary".*?<ul>(.*?)</ul>', answer.text, re.DOTALL)
        said[language] = [unescape(one) for one in re.findall(r"<li>(.*?)</li>", found[1])]
        assert len(said[language]) == found[1].count("<li")
    return said


def in_both(said: dict[str, list[str]], file: str) -> None:
    """Each line by itself: the same place, other words."""
    assert len(said["nb"]) == len(said["en"]) > 0
    for nb, en in zip(said["nb"], said["en"], strict=True):
        assert nb.startswith(f"{file}:")
        assert nb != en
        assert nb.split(":")[:2] == en.split(":")[:2]


@pytest.mark.parametrize("case", CARDS)
def test_a_flaw_of_a_rate_card_is_told_in_the_readers_language(
    portal: PortalHouse, case: str
) -> None:
    files = {"card": ("kort.csv", CARDS[case])}
    in_both(told(portal, "/cloud/prices/card", files=files), "kort.csv")


@pytest.mark.parametrize("case", POLICIES)
def test_a_flaw_of_a_policy_is_told_in_the_readers_language(portal: PortalHouse, case: str) -> None:
    sent = {"files": {"document": ("policy.toml", POLICIES[case])}, "data": {"why": "Ny lov"}}
    in_both(told(portal, "/cloud/policy/file", **sent), "policy.toml")
