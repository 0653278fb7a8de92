"""What Google says, and what it means to us."""

import json

import pytest
import requests
from google.api_core import exceptions as api
from google.auth import exceptions as auth
from google.protobuf.json_format import ParseError
from googleapiclient.errors import HttpError
from httplib2 import Response
from urllib3.exceptions import ProtocolError

from providers import errors as e
from providers.gcp.errors import Failure, readable, reason, translate

LONG = "projects/sandbox-project/zones/europe-north1-b/instances/gm-" + "0" * 32 + "-1"


def refused(status, why="", message="no"):
    told = [{"reason": why, "message": message, "domain": "global"}] if why else ()
    return api.from_http_status(status, f"POST http://x/y: {message}", errors=told)


def sql_refused(status, why="", message="no"):
    error = {"code": status, "message": message, "errors": [{"reason": why, "message": message}]}
    return HttpError(Response({"status": status}), json.dumps({"error": error}).encode())


TABLE = [
    (403, "rateLimitExceeded", e.Throttled),
    (429, "rateLimitExceeded", e.Throttled),
    (429, "", e.Throttled),
    (403, "quotaExceeded", e.QuotaExceeded),
    (403, "errorMaxInstancePerLabel", e.QuotaExceeded),
    (403, "forbidden", e.NotAuthorised),
    (403, "accessNotConfigured", e.NotAuthorised),
    (403, "", e.NotAuthorised),
    (401, "authError", e.NotAuthorised),
    (400, "resourceNotReady", e.Unavailable),
    (409, "operationInProgress", e.Unavailable),
    (412, "conditionNotMet", e.Unavailable),
    (400, "invalid", e.InvalidSpec),
    (400, "badRequest", e.InvalidSpec),
    (400, "resourceInUseByAnotherResource", e.Conflict),
    (404, "notFound", e.InvalidSpec),
    (409, "alreadyExists", e.Conflict),
    (409, "", e.Conflict),
    (408, "", e.Unavailable),
    (500, "", e.Unavailable),
    (502, "", e.Unavailable),
    (503, "backendError", e.Unavailable),
    (504, "", e.Unavailable),
    (501, "notImplemented", e.InvalidSpec),
]


@pytest.mark.parametrize(("status", "why", "meaning"), TABLE)
def test_every_refusal_has_its_meaning(status, why, meaning):
    assert type(translate(refused(status, why))) is meaning
    assert type(translate(sql_refused(status, why))) is meaning


@pytest.mark.parametrize(
    ("error", "meaning"),
    [
        (requests.exceptions.ConnectionError("http://user:pw@x/"), e.Unavailable),
        (requests.exceptions.ReadTimeout(), e.Unavailable),
        (requests.exceptions.ChunkedEncodingError(), e.Unavailable),
        (ProtocolError(), e.Unavailable),
        (api.RetryError("too long", None), e.Unavailable),
        (ParseError("half"), e.Unavailable),
        (json.JSONDecodeError("half", "{", 1), e.Unavailable),
        (auth.TransportError("down"), e.Unavailable),
        (auth.RefreshError("busy", retryable=True), e.Unavailable),
        (auth.RefreshError("invalid_grant: eyJhbGciOi.secret"), e.NotAuthorised),
        (auth.DefaultCredentialsError("none"), e.NotAuthorised),
        (auth.InvalidOperation("anonymous"), e.NotAuthorised),
    ],
)
def test_what_an_sdk_raises_by_itself_has_its_meaning_and_tells_no_secret(error, meaning):
    known = translate(error)
    assert type(known) is meaning
    assert "secret" not in str(known)
    assert "pw" not in str(known)


@pytest.mark.parametrize("error", [ValueError("x"), KeyError("x"), AttributeError("x")])
def test_what_the_table_does_not_know_is_a_bug_of_ours(error):
    assert translate(error) is None


@pytest.mark.parametrize(
    ("code", "meaning"),
    [
        ("QUOTA_EXCEEDED", e.QuotaExceeded),
        ("CPUS_LIMIT_EXCEEDED", e.QuotaExceeded),
        ("RATE_LIMIT_EXCEEDED", e.Throttled),
        ("ZONE_RESOURCE_POOL_EXHAUSTED", e.NoCapacity),
        ("ZONE_RESOURCE_POOL_EXHAUSTED_WITH_DETAILS", e.NoCapacity),
        ("IP_SPACE_EXHAUSTED", e.NoCapacity),
        ("PERMISSIONS_ERROR", e.NotAuthorised),
        ("INTERNAL_ERROR", None),
        ("SOMETHING_NEW", None),
    ],
)
def test_how_an_operation_ended_has_its_meaning(code, meaning):
    assert Failure(code, "why").meaning is meaning


def test_sentences_say_which_thing_and_survive_the_hiding_of_secrets():
    known = translate(refused(404, "notFound", f"The resource '{LONG}' was not found"))
    assert f"instances gm-{'0' * 32}-1" in str(known)
    assert readable("https://www.googleapis.com/compute/v1/projects/p/global/networks/n x") == (
        "networks n x"
    )


@pytest.mark.parametrize(
    "content", [b"", b"<html>", b"[]", b'{"error": {"errors": "x"}}', b'{"error": {"errors": [1]}}']
)
def test_refusals_of_any_shape_are_read(content):
    error = HttpError(Response({"status": 503}), content)
    assert isinstance(translate(error), e.Unavailable)
    assert reason(error) == ""
