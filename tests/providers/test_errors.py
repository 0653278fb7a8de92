"""Errors are plain text and hold no credential, whatever went into them."""

from __future__ import annotations

import pickle

import pytest

from providers import errors
from providers.errors import HIDDEN, LONGEST, ProviderError, Remedy, Unavailable, plain

KEY = "AKIAIOSFODNN7EXAMPLE"
SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"  # noqa: S105 - the documentation's own example
BEARER = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl"


@pytest.mark.parametrize(
    ("told", "secret"),
    [
        (f"key {KEY} is not valid", KEY),
        (f"aws_secret_access_key={SECRET}", SECRET),
        (f"the secret {SECRET} was refused", SECRET),
        (f"digest {'0123456789abcdef' * 4} was refused", "0123456789abcdef" * 4),
        (f"Credential={KEY}/20260101/eu-west-1/ec2/aws4_request, Signature=abcdef", "abcdef"),
        ("x-amz-security-token:FwoGZXIvYXdzEBYaDH\nhost:ec2", "FwoGZXIvYXdzEBYaDH"),
        ("Authorization: Basic dXNlcjpwYXNz", "dXNlcjpwYXNz"),
        (f"got header Bearer {BEARER}", BEARER),
        (f"token {BEARER} has expired", BEARER),
        ('{"password": "hunter2", "user": "bob"}', "hunter2"),
        ("Password = hunter2;", "hunter2"),
        ("client_secret=s3cr3t&grant_type=x", "s3cr3t"),
        ("http://bob:hunter2@proxy:3128/ refused", "hunter2"),
    ],
)
def test_a_secret_is_hidden(told, secret):
    assert secret not in plain(told)
    assert HIDDEN in plain(told)
    assert secret not in str(Unavailable(told))
    assert secret not in repr(Unavailable(told))


@pytest.mark.parametrize(
    "told",
    [
        "InvalidParameterValue (RunInstances): Invalid value 't9.x' for InstanceType.",
        "SignatureDoesNotMatch (RunInstances): check your key and signing method",
        "IdempotentParameterMismatch: arguments differ for 0123456789abcdef0123456789abcdef-1",
        "ConnectionClosedError: closed before a response from http://127.0.0.1:4566/",
        "GRUNNMUR_ACCOUNT_AGENCY_SANDBOX_2_AWS_ENDPOINT: not an address",
        "operation-1764000000000-64b0c1d2e3f4a-5b6c7d8e-9f0a1b2c has failed",
        "region 'mars-1' is not one of this account's: eu-west-1, eu-central-1",
        "ikke nok plass på Sørlandet, prøv eu-north-1",
    ],
)
def test_what_is_no_secret_stays(told):
    assert plain(told) == told


def test_a_message_is_one_printable_line_of_bearable_length():
    assert plain("a\n b\t\x1b[31mc\x00") == "a b [31mc"
    assert len(plain("word " * 1000)) == LONGEST
    assert plain(plain("word " * 1000)) == plain("word " * 1000)


def test_every_error_has_its_remedy_and_survives_pickling():
    table = {
        "Throttled": Remedy.RETRY,
        "Unavailable": Remedy.RETRY,
        "NoCapacity": Remedy.RETRY,
        "QuotaExceeded": Remedy.HOLD,
        "NotAuthorised": Remedy.HOLD,
        "InvalidSpec": Remedy.FAIL,
        "Conflict": Remedy.FAIL,
    }
    assert {c.__name__: c.remedy for c in ProviderError.__subclasses__()} == table
    for name in table:
        error = pickle.loads(pickle.dumps(getattr(errors, name)("why")))  # noqa: S301 - made here
        assert (type(error).__name__, str(error)) == (name, "why")


def test_the_name_of_an_error_is_no_secret():
    told = "NoCredentialsError: Unable to locate credentials"
    assert plain(told) == told
    assert "hunter2" not in plain("CredentialError: password: hunter2")


@pytest.mark.parametrize(
    ("name", "value", "hides"),
    [
        ("ARM_CLIENT_PASSWORD", "planted horse battery", True),
        ("AWS_SECRET_ACCESS_KEY", "planted9secret", True),
        ("GRUNNMUR_ACCOUNT_SANDBOX_GCP_CREDENTIALS_FILE", "/run/secrets/sandbox.json", False),
        ("TOKEN_URL", "https://login.example/token", False),
        ("DB_PASSWORD", "oslo", False),  # as short a word stands in many an innocent text
        ("PLACE", "planted horse battery", False),
    ],
)
def test_what_the_environment_calls_a_secret_is_hidden_whatever_it_looks_like(name, value, hides):
    told = plain(f"could not sign in with {value} today", {name: value})
    assert (value not in told) == hides
