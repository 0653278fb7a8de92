"""Whose account an order is delivered in."""

from pathlib import Path

import pytest

from catalog.form import Checked, check
from catalog.items import Placement, items
from catalog.landing_zones import LandingZones, LandingZonesWrong, from_environment
from fixtures.offerings import GOOD, NOW, SERVER, TODAY

ZONES = """\
BYM:
  prod: {aws: bym-prod, azure: bym-prod}
  "*": {aws: bym-test}
UDE:
  "*": {azure: ude}
"*":
  test: {gcp: everyones-test}
  "*": {aws: sandbox, azure: sandbox, gcp: sandbox}
"""
PROVIDERS = {"aws", "azure", "gcp"}


def zones(folder: Path, content: str = ZONES) -> LandingZones:
    path = folder / "zones.yaml"
    path.write_text(content)
    return from_environment({"GRUNNMUR_LANDING_ZONES": str(path)}, PROVIDERS)


@pytest.mark.parametrize(
    ("agency", "environment", "provider", "alias"),
    [
        ("BYM", "prod", "aws", "bym-prod"),
        ("BYM", "dev", "aws", "bym-test"),
        ("BYM", "", "aws", "bym-test"),
        ("BYM", "test", "azure", "sandbox"),
        ("BYM", "prod", "gcp", "sandbox"),
        ("UDE", "prod", "azure", "ude"),
        ("KUL", "test", "gcp", "everyones-test"),
        ("KUL", "test", "aws", "sandbox"),
    ],
)
def test_the_nearest_that_is_said_counts(
    tmp_path: Path, agency: str, environment: str, provider: str, alias: str
) -> None:
    assert zones(tmp_path).alias(agency, environment, provider) == alias


@pytest.mark.parametrize(("agency", "account"), [("BYM", "bym-prod"), ("KUL", "sandbox")])
def test_an_order_names_the_account_of_its_agency(
    tmp_path: Path, agency: str, account: str
) -> None:
    checked = check(SERVER, "small", GOOD, today=TODAY)
    assert isinstance(checked, Checked)
    placement = Placement(
        line="1", at=NOW, instance=lambda: "0" * 32, agency=agency, zones=zones(tmp_path)
    )
    (item,) = items(SERVER, checked, placement)
    assert item.target.account == account


def test_without_a_file_the_offering_says_it() -> None:
    none = from_environment({}, PROVIDERS)
    assert none.alias("BYM", "prod", "aws") is None
    checked = check(SERVER, "small", GOOD, today=TODAY)
    assert isinstance(checked, Checked)
    placement = Placement(line="1", at=NOW, instance=lambda: "0" * 32, agency="BYM", zones=none)
    (item,) = items(SERVER, checked, placement)
    assert item.target.account == SERVER.places[SERVER.usual_place].account


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("aws: bym-prod", "asw: bym-prod", "zones.yaml:2: BYM.prod.asw: the catalogue delivers by"),
        (
            "aws: bym-prod",
            "aws: BYM_prod",
            "zones.yaml:2: BYM.prod.aws: an alias has small letters",
        ),
        ("aws: bym-prod", "aws: 5", "zones.yaml:2: BYM.prod.aws: an alias has small letters"),
        (
            "  prod: {aws: bym-prod, azure: bym-prod}",
            "  prod: bym",
            "zones.yaml:2: BYM.prod: write",
        ),
        ("gcp: sandbox}", "}", "zones.yaml:1: everybody else has no account at gcp: add"),
        ("BYM:", "BYM: &a", "zones.yaml:1: anchors and aliases are not allowed"),
        (ZONES, "", "zones.yaml:1: the file is empty"),
        (ZONES, "[]", "zones.yaml:1: everybody else has no account at aws"),
    ],
)
def test_a_wrong_file_is_told_with_its_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in ZONES
    with pytest.raises(LandingZonesWrong) as wrong:
        zones(tmp_path, ZONES.replace(old, new, 1))
    assert any(line.startswith(said) for line in str(wrong.value).splitlines()), wrong.value


def test_a_file_that_is_not_there_is_told_by_its_variable(tmp_path: Path) -> None:
    gone = {"GRUNNMUR_LANDING_ZONES": str(tmp_path / "gone.yaml")}
    with pytest.raises(LandingZonesWrong, match=r"GRUNNMUR_LANDING_ZONES: .*No such file"):
        from_environment(gone, PROVIDERS)
