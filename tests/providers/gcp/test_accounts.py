"""Accounts: settings and credentials from the environment, and none of them told to anybody."""

import json
import subprocess
import sys
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from google.cloud.storage._bucket_metadata_cache import BucketMetadataCache

from fixtures.deliveries import Delivery
from fixtures.google_emulator import PROJECT
from providers import connect
from providers.errors import InvalidSpec, NotAuthorised, ProviderError, Unavailable

PREFIX = "GRUNNMUR_ACCOUNT_AGENCY_GCP_"
KEY_ID = "planted0key0id0planted0key0id0"


@pytest.fixture
def key_file(tmp_path):
    """A service account's key as Google hands it out; its sign-in leads nowhere."""
    made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = made.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    file = tmp_path / "key.json"
    told = {
        "type": "service_account",
        "project_id": "from-the-file",
        "private_key_id": KEY_ID,
        "private_key": private.decode(),
        "client_email": "robot@from-the-file.iam.gserviceaccount.com",
        "token_uri": "http://127.0.0.1:9/token",
    }
    file.write_text(json.dumps(told))
    return file


def test_connecting_calls_nobody_and_imports_no_sdk(tmp_path):
    code = (
        "import sys, socket, os;"
        "os.environ['GOOGLE_APPLICATION_CREDENTIALS'] = '/nowhere';"
        "sys.addaudithook(lambda e, a: (_ for _ in ()).throw(SystemExit(e)) "
        "if e in {'socket.connect', 'socket.getaddrinfo'} else None);"
        "from providers import connect; connect('gcp', 'agency');"
        "heavy = {'google.cloud.compute_v1', 'google.cloud.storage', 'googleapiclient.discovery'};"
        "print(heavy & set(sys.modules))"
    )
    out = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert out.stdout.strip() == "set()", out.stderr


def test_the_same_settings_give_the_same_connection(google_sandbox, monkeypatch):
    first = connect("gcp", google_sandbox)
    assert connect("gcp", google_sandbox) is first
    monkeypatch.setenv("GRUNNMUR_ACCOUNT_SANDBOX_GCP_PROJECT", "another-project")
    assert connect("gcp", google_sandbox) is not first


def test_a_project_that_nobody_names_is_told_by_its_variable(google_emulator, monkeypatch, cases):
    monkeypatch.setenv(f"{PREFIX}ENDPOINT", google_emulator.url)
    provider = connect("gcp", "agency")
    for case in cases.values():
        with pytest.raises(NotAuthorised, match=f"{PREFIX}PROJECT"):
            provider.apply(case.spec)


def test_a_sign_in_that_cannot_be_reached_is_told_without_the_credential(
    google_emulator, monkeypatch, cases, key_file
):
    monkeypatch.setenv(f"{PREFIX}ENDPOINT", google_emulator.url)
    monkeypatch.setenv(f"{PREFIX}CREDENTIALS_FILE", str(key_file))
    provider = connect("gcp", "agency")
    for kind in ("object-storage", "database"):  # Compute Engine takes what we sign ourselves
        with pytest.raises(Unavailable, match="sign-in cannot be reached") as away:
            provider.apply(cases[kind].spec)
        assert KEY_ID not in str(away.value)
    assert google_emulator.emulator.calls.report()["counts"] == {}
    provider.apply(cases["virtual-machine"].spec)
    assert google_emulator.calls("compute.instances.insert") == 1


def test_an_expired_credential_is_told_as_such(google_emulator, gcp, cases):
    for case in cases.values():
        google_emulator.fault(match=".*", kind="error", status=401, message="Invalid Credentials")
        with pytest.raises(NotAuthorised) as expired:
            gcp.apply(case.spec)
        assert "credential" in str(expired.value) or "authError" in str(expired.value)
        assert list(gcp.inventory()) == []


def test_a_credential_that_expires_half_way_holds_and_goes_on_when_it_is_renewed(
    gcp, google_emulator, cases
):
    for case in cases.values():
        google_emulator.emulator.rules.clear()
        google_emulator.fault(
            match=".*", kind="error", status=401, message="Invalid Credentials", after=2
        )
        delivery = Delivery(gcp, google_emulator.settle, case.spec)
        ready = delivery.deliver()
        met = {type(error).__name__ for error in delivery.met}
        assert met == {"NotAuthorised"}, (case.kind, delivery.met)
        assert list(gcp.by_kind[case.kind].inventory()) == [ready]


def test_the_sdk_asks_for_no_bucket_behind_our_back(gcp, cases, monkeypatch):
    asked = []
    monkeypatch.setattr(
        BucketMetadataCache, "get_or_queue_fetch", lambda _self, name: asked.append(name)
    )
    gcp.read(gcp.apply(cases["object-storage"].spec).ref)
    assert asked == []


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (None, "cannot be read"),
        ("{", "no JSON"),
        ("[]", "type None"),
        ('{"type": "pluggable"}', "type 'pluggable'"),
        ('{"type": "service_account", "private_key": "planted-secret"}', "not a whole"),
        ('{"type": "external_account", "credential_source": {"executable": {}}}', "not a whole"),
    ],
)
def test_a_file_that_is_no_credential_is_told_without_its_content(
    tmp_path, monkeypatch, cases, content, text
):
    file = tmp_path / "key.json"
    if content is not None:
        file.write_text(content)
    monkeypatch.setenv(f"{PREFIX}CREDENTIALS_FILE", str(file))
    with pytest.raises(NotAuthorised, match=text) as refused:
        connect("gcp", "agency").apply(cases["virtual-machine"].spec)
    assert "planted-secret" not in str(refused.value)


def test_a_region_that_is_not_the_accounts_is_refused_before_any_call(google_emulator, gcp, cases):
    for case in cases.values():
        for verb in (gcp.preview, gcp.apply):
            with pytest.raises(InvalidSpec, match="not one of this account's"):
                verb(replace(case.spec, region="us-central1"))
    assert google_emulator.emulator.calls.report()["counts"] == {}


def test_accounts_do_not_see_each_other(google_emulator, gcp, cases, monkeypatch):
    monkeypatch.setenv(f"{PREFIX}ENDPOINT", google_emulator.url)
    monkeypatch.setenv(f"{PREFIX}PROJECT", "other-project")
    other = connect("gcp", "agency")
    for case in cases.values():
        gcp.apply(case.spec)
    assert list(other.inventory()) == []
    assert len(list(gcp.inventory())) == len(cases)
    assert PROJECT != "other-project"


def test_only_provider_errors_leave_when_everything_is_refused(google_emulator, gcp, cases):
    for status in (400, 403, 404, 409, 412, 418, 500):
        google_emulator.emulator.empty()
        google_emulator.fault(match=".*", kind="error", status=status, code="strange", times=None)
        for case in cases.values():
            with pytest.raises(ProviderError):
                gcp.apply(case.spec)
