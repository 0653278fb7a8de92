"""Accounts: where IBM is and who we are there, from the environment; what is missing says so."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest

from emulators.ibm.landing_zone import WORKLOADS, furnish
from fixtures.deliveries import Delivery
from fixtures.ibm_emulator import NORWAY, STORAGE
from providers import connect
from providers.accounts import account
from providers.errors import InvalidSpec, NotAuthorised, ProviderError
from providers.ibm.endpoints import SETTINGS, Endpoints

PREFIX = "GRUNNMUR_ACCOUNT_AGENCY_IBM_"
OWN = ("VPC", "STORAGE", "DIRECTLINK", "TAGGING", "SEARCH", "IAM")


def endpoints(**settings):
    told = {f"{PREFIX}{name}": value for name, value in settings.items()}
    return Endpoints.of(account("agency", "ibm", told, more=SETTINGS))


def test_connecting_calls_nobody_and_imports_no_sdk():
    code = (
        "import sys, os;"
        "os.environ['IBMCLOUD_API_KEY'] = 'none';"
        "sys.addaudithook(lambda e, a: (_ for _ in ()).throw(SystemExit(e)) "
        "if e in {'socket.connect', 'socket.getaddrinfo'} else None);"
        "from providers import connect; connect('ibm', 'agency');"
        "print({'boto3', 'botocore', 'ibm_vpc', 'ibm_boto3'} & set(sys.modules))"
    )
    out = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=300
    )
    assert out.stdout.strip() == "set()", out.stderr


def test_without_settings_the_services_are_ibms_own():
    usual = endpoints()
    assert usual.at("vpc", "eu-de") == "https://eu-de.iaas.cloud.ibm.com/v1"
    assert usual.at("storage", "eu-es") == "https://s3.eu-es.cloud-object-storage.appdomain.cloud"
    assert usual.at("directlink") == "https://directlink.cloud.ibm.com/v1"
    assert usual.at("tagging") == "https://tags.global-search-tagging.cloud.ibm.com/v3"
    assert usual.at("search") == "https://api.global-search-tagging.cloud.ibm.com/v3"
    assert usual.at("iam") == "https://iam.cloud.ibm.com"


def test_one_endpoint_stands_for_all_and_a_service_of_its_own_goes_before_it():
    told = endpoints(
        ENDPOINT="https://ibm.example.no/",
        VPC_ENDPOINT="https://{region}.iaas.example.no/v1/",
        STORAGE_ENDPOINT="https://s3.{region}.example.no/{region}",
    )
    assert told.at("vpc", "ibm-no") == "https://ibm-no.iaas.example.no/v1"
    assert told.at("storage", "ibm-no") == "https://s3.ibm-no.example.no/ibm-no"
    assert told.at("directlink") == "https://ibm.example.no/dl/v1"
    assert told.at("search") == "https://ibm.example.no/v3"
    assert told.at("iam") == "https://ibm.example.no"


def test_tags_of_another_place_are_not_searched_for_at_ibm():
    """It would get a token that is not for it, and know nothing of them."""
    elsewhere = {"TAGGING_ENDPOINT": "https://tags.example.no/v3"}
    assert endpoints(**elsewhere).at("search") == ""
    told = endpoints(**elsewhere, SEARCH_ENDPOINT="https://search.example.no/v3")
    assert told.at("search") == "https://search.example.no/v3"


@pytest.mark.parametrize("service", OWN)
@pytest.mark.parametrize(
    ("address", "text"),
    [
        ("iaas.example.no", "not an address"),
        ("https://key:secret@iaas.example.no", "credentials go elsewhere"),
        ("http://iaas.example.no", "http is for this machine only"),
        ("https://{zone}.example.no", "region.* braces"),
    ],
)
def test_an_address_that_cannot_be_right_is_told_by_its_setting(
    monkeypatch, service, address, text
):
    monkeypatch.setenv(f"{PREFIX}{service}_ENDPOINT", address)
    with pytest.raises(
        NotAuthorised, match=f"agency: its IBM_{service}_ENDPOINT: .*{text}"
    ) as told:
        connect("ibm", "agency")
    assert "secret" not in str(told.value)


def test_a_region_stands_only_where_a_service_has_one():
    for service in ("DIRECTLINK", "TAGGING", "IAM"):
        with pytest.raises(NotAuthorised, match=f"IBM_{service}_ENDPOINT: it has no region"):
            endpoints(**{f"{service}_ENDPOINT": "https://{region}.example.no"})


def test_a_platform_in_norway_is_settings_and_nothing_else(ibm_emulator, cases, monkeypatch):
    """A service each, with the region where that platform has it."""
    url = ibm_emulator.url
    monkeypatch.setenv(f"{PREFIX}ENDPOINT", f"{url}/nowhere")
    monkeypatch.setenv(f"{PREFIX}VPC_ENDPOINT", f"{url}/{{region}}/v1")
    monkeypatch.setenv(f"{PREFIX}STORAGE_ENDPOINT", f"{url}/{{region}}/cos")
    monkeypatch.setenv(f"{PREFIX}DIRECTLINK_ENDPOINT", f"{url}/dl/v1")
    monkeypatch.setenv(f"{PREFIX}TAGGING_ENDPOINT", f"{url}/v3")
    monkeypatch.setenv(f"{PREFIX}STORAGE", STORAGE)
    monkeypatch.setenv(f"{PREFIX}SUBNET", WORKLOADS)
    monkeypatch.setenv(f"{PREFIX}REGIONS", NORWAY)
    ibm_emulator.furnish()
    norway = connect("ibm", "agency")
    for case in cases.values():
        spec = replace(case.spec, region=NORWAY)
        ready = Delivery(norway, ibm_emulator.settle, spec).deliver()
        assert ready.ref.region == NORWAY
        assert ready.outputs["region"] == NORWAY
    assert len(list(norway.inventory())) == len(cases)


def test_the_same_settings_give_the_same_connection(ibm_sandbox, monkeypatch):
    first = connect("ibm", ibm_sandbox)
    assert connect("ibm", ibm_sandbox) is first
    monkeypatch.setenv("GRUNNMUR_ACCOUNT_SANDBOX_IBM_RESOURCE_GROUP", "another")
    assert connect("ibm", ibm_sandbox) is not first


def test_what_is_not_set_is_told_by_its_setting(ibm_emulator, cases, monkeypatch):
    monkeypatch.setenv(f"{PREFIX}ENDPOINT", ibm_emulator.url)
    furnish(ibm_emulator.emulator)
    ibm_emulator.settle()
    bare = connect("ibm", "agency")
    for kind, setting in (("virtual-machine", "IBM_SUBNET"), ("object-storage", "IBM_STORAGE")):
        with pytest.raises(NotAuthorised, match=f"account agency: .*set its {setting}"):
            bare.apply(cases[kind].spec)
    assert list(bare.inventory()) == []


def test_a_subnet_of_the_account_that_is_not_there_is_the_accounts_fault(
    ibm, ibm_sandbox, ibm_emulator, cases, monkeypatch
):
    """The order is held until the setting is mended; it is not refused as wrong."""
    spec = cases["virtual-machine"].spec
    monkeypatch.setenv("GRUNNMUR_ACCOUNT_SANDBOX_IBM_SUBNET", "mistyped")
    with pytest.raises(NotAuthorised, match="no subnet 'mistyped' in eu-de; set its IBM_SUBNET"):
        connect("ibm", ibm_sandbox).apply(spec)
    assert list(ibm.inventory()) == []
    Delivery(ibm, ibm_emulator.settle, spec).deliver()


def test_a_setting_that_ibm_does_not_have_is_told_with_those_there_are(monkeypatch):
    monkeypatch.setenv(f"{PREFIX}VPC_ENDPIONT", "https://example.no")
    with pytest.raises(NotAuthorised, match=f"{PREFIX}VPC_ENDPIONT: no such setting; there are"):
        connect("ibm", "agency")


def test_a_region_that_is_not_the_accounts_is_refused_before_any_call(ibm, ibm_emulator, cases):
    for case in cases.values():
        for verb in (ibm.preview, ibm.apply):
            with pytest.raises(InvalidSpec, match="'us-south' is not one of this account's: eu-de"):
                verb(replace(case.spec, region="us-south"))
    assert ibm_emulator.emulator.calls.report()["counts"] == {}


def test_only_provider_errors_leave_when_everything_is_refused(ibm, ibm_emulator, cases):
    for status in (400, 401, 403, 404, 409, 412, 422, 429, 500, 503):
        ibm_emulator.emulator.rules.clear()
        ibm_emulator.fault(match=".*", kind="error", status=status, code="strange", times=None)
        for case in cases.values():
            with pytest.raises(ProviderError):
                ibm.apply(case.spec)
