"""A policy that is not whole or not sound is refused at start, by line."""

import pytest

from rightcloud.errors import Refused
from rightcloud.policy import Policy
from rightcloud.policy_file import read_policy

SMALL = """\
version = "1"
status = {nb = "Utkast", en = "Draft"}
[prices]
mark_after_days = 90
refuse_after_days = 900
[weights]
price = 1
latency = 0.0
carbon = 0.0
delivery = 0.0
control = 0.0
[zones.here]
title = {nb = "Her", en = "Here"}
owners = ["own"]
countries = "norway"
distance = 0
[zones.there]
title = {nb = "Der", en = "There"}
owners = ["own", "eea", "us"]
countries = "*"
distance = 1
[measures.ros]
title = {nb = "ROS", en = "Risk assessment"}
control = "form:ros_id"
[tags.open]
title = {nb = "Åpne", en = "Open"}
examples = {nb = "Kart", en = "Maps"}
basis = "policy"
reference = "Circular"
checked = 2026-11-23
recheck_days = 10
[tags.open.default]
outcome = "allow"
why = {nb = "Fordi", en = "Because"}
[tags.open.zone.there]
outcome = "measures"
measures = ["ros"]
why = {nb = "Langt", en = "Far"}
"""


@pytest.fixture
def complaint(groups):
    def complaint(old: str = "", new: str = "", more: str = "") -> str:
        assert old in SMALL
        with pytest.raises(Refused) as refused:
            read_policy((SMALL.replace(old, new, 1) + more).encode(), "policy.toml", groups)
        return str(refused.value)

    return complaint


def test_the_small_policy_itself_is_sound(groups) -> None:
    policy = read_policy(SMALL.encode(), "policy.toml", groups)
    assert policy.judge(["open"], "there").measures == ("ros",)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('outcome = "allow"', 'outcome = "maybe"', "policy.toml:33: tags.open.default.outcome"),
        ('["ros"]', '["rso"]', "policy.toml:37: tags.open.zone.there.measures: unknown measure"),
        ('["ros"]', "[]", "policy.toml:36: tags.open.zone.there.outcome: `measures` names"),
        ('outcome = "measures"', 'outcome = "deny"', ":36: tags.open.zone.there.outcome"),
        ("zone.there]", "zone.moon]", ":35: tags.open.zone.moon: no zone `moon`"),
        ('en = "Because"', 'en = " "', ":34: tags.open.default.why.en"),
        ('why = {nb = "Fordi", en = "Because"}', "", ":32: tags.open.default.why: `why` is miss"),
        ('reference = "Circular"', 'reference = ""', ":29: tags.open.reference"),
        ('basis = "policy"', 'basis = "habit"', ":28: tags.open.basis"),
        ("checked = 2026-11-23", 'checked = "today"', ":30: tags.open.checked"),
        ("checked = 2026-11-23", "checked = 9999-12-31", ":30: tags.open.checked"),
        ("recheck_days = 10", "recheck_days = 0", ":31: tags.open.recheck_days"),
        ('countries = "*"', 'countries = "eea"', ":17: zones.there: the last zone must take"),
        ('countries = "norway"', 'countries = "noreg"', ":15: zones.here.countries: no group"),
        ("price = 1", "price = 0", ":6: weights: at least one must be more than 0"),
        ("price = 1", "price = nan", ":7: weights.price"),
        ("refuse_after_days = 900", "refuse_after_days = 90", ":5: prices.refuse_after_days"),
        ('"form:ros_id"', '"ask somebody"', ":24: measures.ros.control"),
        ("[tags.open.default]", "[tags.open.defualt]", "tags.open.defualt: unknown key"),
        ('version = "1"', 'version = "1', "policy.toml:1: not TOML"),
    ],
)
def test_a_flaw_is_told_with_file_line_and_key(complaint, old: str, new: str, said: str) -> None:
    assert said in complaint(old, new)


def test_a_cell_without_an_answer_is_refused(complaint) -> None:
    without = 'outcome = "allow"\nwhy = {nb = "Fordi", en = "Because"}\n'
    said = complaint(f"[tags.open.default]\n{without}")
    assert said == (
        "policy.toml:25: tags.open: says nothing about here: add a default, or these zones"
    )


def test_everything_wrong_is_told_at_once_in_the_order_of_the_file(complaint) -> None:
    said = complaint(
        '["ros"]', '["rso"]', more='[tags.open.zone.moon]\noutcome="allow"\nwhy={nb="a",en="b"}\n'
    )
    assert [line.split(":")[1] for line in said.splitlines()] == ["37", "39"]


def test_a_policy_cut_short_is_refused(groups, policy_text: str) -> None:
    for length in (0, 100, len(policy_text) // 2, len(policy_text) - 20):
        with pytest.raises(Refused, match=r"policy\.toml:\d+: "):
            read_policy(policy_text.encode()[:length], "policy.toml", groups)


def test_another_text_is_another_policy(groups, policy: Policy, policy_text: str) -> None:
    other = read_policy(policy_text.replace("365", "366", 1).encode(), "policy.toml", groups)
    assert other.version == policy.version
    assert other.id != policy.id
