"""AWS's codes and the SDK's own exceptions, and what each means."""

import pytest
from botocore import exceptions as b
from botocore.parsers import ResponseParserError

from providers import errors as e
from providers.aws.errors import CODES, translate

SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"  # noqa: S105 - the documentation's own example


def answered(code, status=400, message="why"):
    return b.ClientError(
        {
            "Error": {"Code": code, "Message": message},
            "ResponseMetadata": {"HTTPStatusCode": status},
        },
        "RunInstances",
    )


@pytest.mark.parametrize("code", CODES)
def test_a_listed_code_means_what_the_table_says(code):
    known = translate(answered(code))
    assert type(known) is CODES[code]
    assert str(known) == f"{code} (RunInstances): why"


@pytest.mark.parametrize(
    ("status", "meaning"),
    [
        (400, e.InvalidSpec),
        (401, e.NotAuthorised),
        (403, e.NotAuthorised),
        (429, e.Throttled),
        (500, e.Unavailable),
        (501, e.InvalidSpec),
        (502, e.Unavailable),
        (503, e.Unavailable),
    ],
)
def test_a_code_not_listed_is_told_by_its_status(status, meaning):
    assert type(translate(answered("NeverSeenBefore", status))) is meaning


def test_an_answer_that_says_nothing_is_still_told():
    bare = b.ClientError({}, "RunInstances")
    assert type(translate(bare)) is e.InvalidSpec
    assert "no message" in str(translate(bare))


@pytest.mark.parametrize(
    ("raised", "meaning"),
    [
        (b.NoCredentialsError(), e.NotAuthorised),
        (b.PartialCredentialsError(provider="env", cred_var="x"), e.NotAuthorised),
        (b.ProfileNotFound(profile="p"), e.NotAuthorised),
        (b.UnauthorizedSSOTokenError(), e.NotAuthorised),
        (b.ConnectTimeoutError(endpoint_url="https://x"), e.Unavailable),
        (b.ReadTimeoutError(endpoint_url="https://x"), e.Unavailable),
        (b.EndpointConnectionError(endpoint_url="https://x"), e.Unavailable),
        (b.ConnectionClosedError(endpoint_url="https://x"), e.Unavailable),
        (b.SSLError(endpoint_url="https://x", error="x"), e.Unavailable),
        (b.ProxyConnectionError(proxy_url="http://x"), e.Unavailable),
        (b.IncompleteReadError(actual_bytes=1, expected_bytes=2), e.Unavailable),
        (ResponseParserError("cut off"), e.Unavailable),
        (b.ParamValidationError(report="x"), e.InvalidSpec),
        (b.InvalidRegionError(region_name="x y"), e.InvalidSpec),
    ],
)
def test_what_the_sdk_raises_by_itself(raised, meaning):
    assert type(translate(raised)) is meaning


@pytest.mark.parametrize(
    "bug",
    [
        KeyError("x"),
        TypeError("x"),
        b.UnknownServiceError(service_name="x", known_service_names=[]),
    ],
)
def test_what_the_table_does_not_know_is_our_bug(bug):
    assert translate(bug) is None


def test_no_secret_gets_through():
    canonical = f"The Canonical String should have been 'x-amz-security-token:{SECRET}'"
    for error in (
        answered("SignatureDoesNotMatch", 403, canonical),
        answered("AuthFailure", 401, f"credential {SECRET} is not valid"),
        b.ProxyConnectionError(proxy_url=f"http://user:{SECRET}@proxy"),
        b.HTTPClientError(error=f"Authorization: AWS4-HMAC-SHA256 Credential={SECRET}"),
    ):
        assert SECRET not in str(translate(error))
