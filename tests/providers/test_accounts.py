"""An account alias and what the environment says about it."""

import pytest

from providers.accounts import account
from providers.errors import NotAuthorised, Remedy

PREFIX = "GRUNNMUR_ACCOUNT_AGENCY_SANDBOX_AWS_"


def settings(**values):
    environment = {PREFIX + name: value for name, value in values.items()}
    return account("agency-sandbox", "aws", environment)


def test_with_nothing_set_everything_is_the_sdks_default():
    found = settings()
    assert (found.endpoint, found.profile, found.regions, found.local) == ("", "", (), False)


def test_settings_are_read_by_alias_and_provider():
    found = settings(
        ENDPOINT="http://127.0.0.1:4566", PROFILE="p", REGIONS=" eu-west-1, eu-north-1,"
    )
    assert found.endpoint == "http://127.0.0.1:4566"
    assert found.profile == "p"
    assert found.regions == ("eu-west-1", "eu-north-1")
    assert found.local
    other = {f"{PREFIX}PROFILE": "p"}
    assert account("agency-sandbox", "gcp", other).profile == ""
    assert account("agency", "aws", {"GRUNNMUR_ACCOUNT_OTHER_AWS_PROFILE": "p"}).profile == ""


@pytest.mark.parametrize(
    "endpoint",
    ["http://127.0.0.1:1", "http://localhost:1/x", "http://[::1]:1", "https://example.org"],
)
def test_an_endpoint_is_https_or_on_this_machine(endpoint):
    assert settings(ENDPOINT=endpoint).endpoint == endpoint


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://example.org",
        "http://10.0.0.1:80",
        "http://127.0.0.1.example.org",
        "http://0.0.0.0:1",
        "ftp://127.0.0.1",
        "127.0.0.1:4566",
        "https://",
        "http://127.0.0.1:no",
        "http://[::1",
        "https://user:hunter2@example.org",
        "https://example.org?key=hunter2",
    ],
)
def test_another_endpoint_is_refused_by_the_name_of_its_variable(endpoint):
    with pytest.raises(NotAuthorised, match=f"{PREFIX}ENDPOINT") as refused:
        settings(ENDPOINT=endpoint)
    assert "hunter2" not in str(refused.value)
    assert refused.value.remedy is Remedy.HOLD


def test_a_misspelt_setting_is_named():
    with pytest.raises(NotAuthorised, match=f"{PREFIX}ENDPIONT: no such setting"):
        settings(ENDPIONT="http://127.0.0.1:1")


@pytest.mark.parametrize("regions", ["eu west", "eu-west-1;eu-north-1", "../x"])
def test_a_region_that_is_none_is_refused(regions):
    with pytest.raises(NotAuthorised, match=f"{PREFIX}REGIONS"):
        settings(REGIONS=regions)


@pytest.mark.parametrize("alias", ["", "Sandbox", "a_b", "a--b", "-a", "a b", "a\nb"])
def test_an_odd_alias_is_refused(alias):
    with pytest.raises(NotAuthorised, match="alias"):
        account(alias, "aws", {})


def test_a_provider_may_have_settings_of_its_own():
    name = f"{PREFIX}RESOURCE_GROUP"
    found = account("agency-sandbox", "aws", {name: " agency "}, more=["RESOURCE_GROUP", "CRN"])
    assert found.own("RESOURCE_GROUP") == "agency"
    assert found.own("CRN") == ""
    assert hash(found) == hash(
        account("agency-sandbox", "aws", {name: "agency"}, more=["RESOURCE_GROUP"])
    )
    with pytest.raises(NotAuthorised, match="RESOURCE_GROUP: no such setting"):
        account("agency-sandbox", "aws", {name: "agency"})
