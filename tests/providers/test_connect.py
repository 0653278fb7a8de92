"""The one door: names and connections, without an SDK until one is needed."""

import subprocess
import sys
from pathlib import Path

import pytest

import providers
from providers.errors import NotAuthorised, UnknownProvider

ROOT = Path(__file__).parents[2]


def test_a_folder_is_a_registration():
    assert {"aws", "fake"} <= providers.names()


def test_an_unknown_provider_is_refused_with_those_there_are():
    with pytest.raises(UnknownProvider, match=r"'nimbus'.*aws"):
        providers.connect("nimbus", "sandbox")


@pytest.mark.parametrize("name", ["aws", "fake"])
def test_the_same_account_is_the_same_connection(name, aws_sandbox):
    one = providers.connect(name, aws_sandbox)
    assert providers.connect(name, aws_sandbox) is one
    assert providers.connect(name, "other") is not one
    assert "virtual-machine" in one.kinds


def test_other_settings_are_another_connection(aws_sandbox, monkeypatch):
    one = providers.connect("aws", aws_sandbox)
    monkeypatch.setenv("GRUNNMUR_ACCOUNT_SANDBOX_AWS_REGIONS", "eu-north-1")
    assert providers.connect("aws", aws_sandbox) is not one


def test_a_profile_that_does_not_exist_is_told_at_once(monkeypatch, tmp_path):
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("GRUNNMUR_ACCOUNT_ODD_AWS_PROFILE", "nobody")
    with pytest.raises(NotAuthorised, match="nobody"):
        providers.connect("aws", "odd").preview(None)


def test_importing_the_providers_imports_no_sdk():
    code = (
        "import sys, providers, providers.fake; providers.names();"
        "print(sorted({'boto3', 'botocore', 'google', 'azure'} & set(sys.modules)))"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert told.stdout.strip() == "[]"
