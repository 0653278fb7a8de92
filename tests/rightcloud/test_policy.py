from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightcloud.errors import Refused
from rightcloud.policy import STRICTNESS, Basis, Outcome, Policy

CHECKED = date(2026, 11, 23)
TAGS = (
    "apen",
    "intern",
    "person",
    "person_saerlig",
    "taushetsbelagt",
    "fortrolig_adresse",
    "arkiv",
    "arkiv_kopi",
    "regnskap",
    "begrenset",
)
ZONES = (
    "no_own",
    "no_private",
    "no_us_owner",
    "eea_owner",
    "eea_us_owner",
    "adequate_us_owner",
    "us_dpf",
    "third",
)
some_tags = st.sets(st.sampled_from(TAGS), min_size=1)
a_zone = st.sampled_from(ZONES)


def test_the_bundled_table_speaks_of_every_tag_in_every_zone(policy: Policy) -> None:
    assert tuple(policy.tags) == TAGS
    assert set(policy.zones) == set(ZONES)
    assert set(policy.cells) == {(tag, zone) for tag in TAGS for zone in ZONES}


def test_every_outcome_has_a_reason_in_both_languages_a_reference_and_a_date(
    policy: Policy,
) -> None:
    for cell in policy.cells.values():
        assert len(cell.why.nb) > 20
        assert len(cell.why.en) > 20
        assert cell.reference
        assert isinstance(cell.basis, Basis)
        assert cell.checked < cell.recheck


@given(tags=some_tags, more=st.sampled_from(TAGS), zone=a_zone, stands=st.booleans())
def test_adding_a_tag_never_loosens(
    policy: Policy, tags: set[str], more: str, zone: str, *, stands: bool
) -> None:
    policy = policy.switched(dpf=stands)
    before, after = policy.judge(tags, zone), policy.judge(tags | {more}, zone)
    assert STRICTNESS[after.outcome] >= STRICTNESS[before.outcome]
    assert after.outcome is Outcome.DENY or set(after.measures) >= set(before.measures)


@given(tags=some_tags, zone=a_zone)
def test_a_set_of_tags_is_as_strict_as_its_strictest(
    policy: Policy, tags: set[str], zone: str
) -> None:
    verdict = policy.judge(tags, zone)
    alone = [policy.judge({tag}, zone) for tag in tags]
    assert verdict.outcome is max((one.outcome for one in alone), key=STRICTNESS.__getitem__)
    if verdict.outcome is not Outcome.DENY:
        assert set(verdict.measures) == {measure for one in alone for measure in one.measures}


@given(tags=some_tags, zone=a_zone)
def test_every_verdict_names_the_cells_it_stands_on(
    policy: Policy, tags: set[str], zone: str
) -> None:
    verdict = policy.judge(tags, zone)
    assert verdict.cells
    assert all(cell.zone == zone and cell.tag in tags for cell in verdict.cells)
    if verdict.outcome is Outcome.DENY:
        assert all(cell.outcome is Outcome.DENY for cell in verdict.cells)
    else:
        assert {cell.tag for cell in verdict.cells} == tags


def test_measures_come_in_the_same_order_however_the_tags_are_given(policy: Policy) -> None:
    one = policy.judge(["person", "taushetsbelagt"], "no_us_owner")
    assert policy.judge(["taushetsbelagt", "person"], "no_us_owner") == one


def test_archive_originals_stay_in_norway(policy: Policy) -> None:
    allowed = {zone for zone in ZONES if policy.cells["arkiv", zone].outcome is not Outcome.DENY}
    assert allowed == {"no_own", "no_private", "no_us_owner"}


@given(tags=some_tags)
def test_the_switch_closes_the_us_zone_for_every_set_of_tags(
    policy: Policy, tags: set[str]
) -> None:
    fallen = policy.switched(dpf=False)
    assert fallen.judge(tags, "us_dpf").outcome is Outcome.DENY
    for zone in set(ZONES) - {"us_dpf"}:
        assert fallen.judge(tags, zone) == policy.judge(tags, zone)


def test_a_closed_zone_says_why_and_what_was_denied_before_keeps_its_reason(
    policy: Policy,
) -> None:
    fallen = policy.switched(dpf=False)
    assert "Data Privacy Framework" in fallen.cells["apen", "us_dpf"].why.en
    assert fallen.cells["arkiv", "us_dpf"] == policy.cells["arkiv", "us_dpf"]


def test_a_switched_policy_has_another_id_and_can_be_switched_back(policy: Policy) -> None:
    fallen = policy.switched(dpf=False)
    assert fallen.id == policy.id + "-without-dpf"
    assert fallen.switched(dpf=True).id == policy.id


def test_an_unknown_switch_is_refused_by_name(policy: Policy) -> None:
    with pytest.raises(Refused, match="no switch `schrems`; there are: dpf"):
        policy.switched(schrems=False)


def test_a_cell_is_past_due_the_day_after_its_recheck(policy: Policy) -> None:
    assert policy.past_due(CHECKED + timedelta(days=30)) == ()
    due = policy.past_due(CHECKED + timedelta(days=31))
    assert {cell.tag for cell in due} == {"arkiv", "arkiv_kopi"}
    assert len(policy.past_due(CHECKED + timedelta(days=366))) == len(policy.cells)


@pytest.mark.parametrize(
    ("owner", "country", "zone"),
    [
        ("own", "NO", "no_own"),
        ("eea", "NO", "no_private"),
        ("us", "NO", "no_us_owner"),
        ("eea", "SE", "eea_owner"),
        ("us", "IS", "eea_us_owner"),
        ("us", "GB", "adequate_us_owner"),
        ("us", "US", "us_dpf"),
        ("us", "JP", "third"),
        ("eea", "RU", "third"),
    ],
)
def test_a_zone_follows_from_country_and_owner(
    policy: Policy, owner: str, country: str, zone: str
) -> None:
    assert policy.zone_of(owner, country) == zone
