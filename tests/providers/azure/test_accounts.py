"""Accounts: settings from the environment, credentials from Azure's chain, none of them told."""

import subprocess
import sys
from dataclasses import replace

import pytest

from fixtures.azure_emulator import REGION, SUBSCRIPTION
from providers import connect
from providers.accounts import Account
from providers.azure.clients import Clients
from providers.azure.credentials import Emulated, LoopbackAuthentication, sign_in
from providers.errors import InvalidSpec, NotAuthorised, Unavailable

PREFIX = "GRUNNMUR_ACCOUNT_AGENCY_AZURE_"


def test_connecting_calls_nobody_and_imports_no_management_package():
    code = (
        "import sys, os;"
        "sys.addaudithook(lambda e, a: (_ for _ in ()).throw(SystemExit(e)) "
        "if e in {'socket.connect', 'socket.getaddrinfo'} else None);"
        "from providers import connect; connect('azure', 'agency');"
        "print({m for m in sys.modules if m.startswith('azure.mgmt.') "
        "and not m.startswith('azure.mgmt.core')} | ({'azure.identity'} & set(sys.modules)))"
    )
    out = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert out.stdout.strip() == "set()", out.stderr


def test_the_same_settings_give_the_same_connection(azure_sandbox, monkeypatch):
    first = connect("azure", azure_sandbox)
    assert connect("azure", azure_sandbox) is first
    monkeypatch.setenv("GRUNNMUR_ACCOUNT_SANDBOX_AZURE_SUBSCRIPTION", "another")
    assert connect("azure", azure_sandbox) is not first


@pytest.mark.parametrize("missing", ["SUBSCRIPTION", "TENANT", "SUBNET"])
def test_a_setting_that_is_missing_is_told_by_its_variable(azure, cases, monkeypatch, missing):
    monkeypatch.delenv(f"GRUNNMUR_ACCOUNT_SANDBOX_AZURE_{missing}")
    with pytest.raises((NotAuthorised, InvalidSpec), match=f"AZURE_{missing}"):
        connect("azure", "sandbox").apply(cases["database"].spec)


def test_a_region_that_is_not_the_accounts_is_refused_before_any_call(azure, azure_emulator, cases):
    for case in cases.values():
        for verb in (azure.preview, azure.apply):
            with pytest.raises(InvalidSpec, match="not one of this account's"):
                verb(replace(case.spec, region="eastus"))
    assert azure_emulator.emulator.calls.report()["counts"] == {}


def test_accounts_do_not_see_each_other(azure, azure_emulator, cases, monkeypatch):
    monkeypatch.setenv(f"{PREFIX}ENDPOINT", azure_emulator.url)
    monkeypatch.setenv(f"{PREFIX}SUBSCRIPTION", SUBSCRIPTION[:-1] + "f")
    other = connect("azure", "agency")
    for number, case in enumerate(cases.values()):
        azure.apply(replace(case.spec, instance=f"{number:032x}"))
    assert list(other.inventory()) == []
    assert len(list(azure.inventory())) == len(cases)


def test_an_emulators_token_goes_over_http_to_this_machine_only():
    local = Account(alias="a", endpoint="http://127.0.0.1:1", subscription="s")
    credential, policy = sign_in(local)
    assert isinstance(credential, Emulated)
    assert isinstance(policy, LoopbackAuthentication)


def test_a_real_account_signs_in_by_azures_own_chain_and_over_https_only():
    from azure.core.exceptions import ServiceRequestError  # noqa: PLC0415 - slow to import
    from azure.core.pipeline import PipelineContext, PipelineRequest  # noqa: PLC0415 - likewise
    from azure.core.rest import HttpRequest  # noqa: PLC0415 - likewise
    from azure.identity import DefaultAzureCredential  # noqa: PLC0415 - likewise

    credential, policy = sign_in(Account(alias="a", subscription="s", profile="client", tenant="t"))
    assert isinstance(credential, DefaultAzureCredential)
    assert not isinstance(policy, LoopbackAuthentication)
    for address in ("http://127.0.0.1/x", "http://management.azure.com/x"):
        request = PipelineRequest(HttpRequest("GET", address), PipelineContext(None))
        with pytest.raises(ServiceRequestError, match="non-TLS"):
            policy.on_request(request)


def test_our_token_is_sent_nowhere_else(azure_emulator):
    """Not even when an answer points there."""
    settings = Account(alias="a", endpoint=azure_emulator.url, subscription=SUBSCRIPTION)
    clients = Clients(settings, (REGION,))
    assert clients.trusts(f"{azure_emulator.url}/subscriptions/x/operations/y")
    assert not clients.trusts("https://management.azure.com.evil.example/operations/y")
    assert not clients.trusts("")


def test_a_cloud_that_is_not_there_is_unavailable_and_soon_told(azure, cases, monkeypatch):
    monkeypatch.setenv("GRUNNMUR_ACCOUNT_SANDBOX_AZURE_ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(Unavailable, match="cannot be reached"):
        connect("azure", "sandbox").apply(cases["network"].spec)
