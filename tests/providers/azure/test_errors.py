"""Azure's refusals and what each means to us."""

import json

import pytest
from azure.core import exceptions as azure

from providers.azure.errors import Failure, absent, busy, translate
from providers.errors import (
    Conflict,
    InvalidSpec,
    NoCapacity,
    NotAuthorised,
    QuotaExceeded,
    Throttled,
    Unavailable,
)

QUOTA = "Operation could not be completed as it results in exceeding approved cores quota."


class Answer:
    """As much of a response as an error looks at."""

    def __init__(self, status, body):
        self.status_code = status
        self.reason = "reason"
        self.headers = {}
        self._body = body if isinstance(body, str) else json.dumps(body)

    def text(self):
        return self._body

    def read(self):
        return self._body.encode()


def refusal(status, code, message="why"):
    body = {"error": {"code": code, "message": message}} if code else {}
    return azure.HttpResponseError(response=Answer(status, body))


@pytest.mark.parametrize(
    ("status", "code", "message", "meaning"),
    [
        (429, "TooManyRequests", "", Throttled),
        (429, "OperationNotAllowed", "too many requests", Throttled),
        (429, "", "", Throttled),
        (500, "InternalServerError", "", Unavailable),
        (503, "ServiceUnavailable", "", Unavailable),
        (502, "", "", Unavailable),
        (409, "AnotherOperationInProgress", "", Unavailable),
        (409, "ServerIsBusy", "", Unavailable),
        (412, "PreconditionFailed", "", Unavailable),
        (404, "ResourceGroupNotFound", "", Unavailable),
        (409, "AllocationFailed", "", NoCapacity),
        (409, "ZonalAllocationFailed", "", NoCapacity),
        (409, "OperationNotAllowed", QUOTA, QuotaExceeded),
        (400, "QuotaExceeded", "", QuotaExceeded),
        (409, "PublicIPCountLimitReached", "", QuotaExceeded),
        (400, "MaxStorageAccountsCountPerSubscriptionExceeded", "", QuotaExceeded),
        (409, "ResourceGroupQuotaExceeded", "", QuotaExceeded),
        (401, "ExpiredAuthenticationToken", "", NotAuthorised),
        (403, "AuthorizationFailed", "", NotAuthorised),
        (403, "RequestDisallowedByPolicy", "", NotAuthorised),
        (409, "MissingSubscriptionRegistration", "", NotAuthorised),
        (404, "SubscriptionNotFound", "", NotAuthorised),
        (403, "", "", NotAuthorised),
        (400, "InvalidParameter", "", InvalidSpec),
        (409, "SkuNotAvailable", "", InvalidSpec),
        (404, "PlatformImageNotFound", "", InvalidSpec),
        (422, "Unprocessable", "", InvalidSpec),
        (409, "StorageAccountAlreadyTaken", "", Conflict),
        (409, "OperationNotAllowed", "not while it runs", Conflict),
        (409, "SomethingNew", "", Conflict),
        (400, "InUseSubnetCannotBeDeleted", "", Conflict),
    ],
)
def test_a_refusal_has_its_class(status, code, message, meaning):
    told = translate(refusal(status, code, message))
    assert type(told) is meaning
    assert code in str(told).replace(" ", "")


@pytest.mark.parametrize("body", ["", "no json", "[]", '{"error": null}', '{"error": "text"}'])
def test_a_refusal_that_says_nothing_readable_is_told_by_its_status(body):
    told = translate(azure.HttpResponseError(response=Answer(503, body)))
    assert type(told) is Unavailable
    assert "503" in str(told)


def test_what_is_no_answer_of_azures_is():
    assert type(translate(azure.ServiceRequestError("refused"))) is Unavailable
    assert type(translate(azure.ServiceResponseError("reset"))) is Unavailable
    assert type(translate(azure.DecodeError("garbled"))) is Unavailable
    assert type(translate(azure.IncompleteReadError("cut"))) is Unavailable
    assert type(translate(azure.ClientAuthenticationError("no chain"))) is NotAuthorised


def test_a_bug_of_ours_is_left_to_crash():
    for bug in (KeyError("x"), ValueError("x"), AttributeError("x")):
        assert translate(bug) is None


def test_a_message_is_short_and_tells_no_secret():
    long = (
        "Resource /subscriptions/0000/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/"
        "net is odd. password=hunter2 " + "x" * 900
    )
    told = str(translate(refusal(400, "Odd", long)))
    assert "virtualNetworks net" in told
    assert "/subscriptions/" not in told
    assert "hunter2" not in told
    assert len(told) <= 400


def test_what_ends_late_has_a_meaning_only_where_somebody_can_help():
    assert Failure("AllocationFailed", "").meaning is NoCapacity
    assert Failure("OperationNotAllowed", QUOTA).meaning is QuotaExceeded
    assert Failure("InternalServerError", "").meaning is None
    assert Failure("SkuNotAvailable", "").meaning is None


def test_absence_and_being_busy_are_known():
    assert absent(refusal(404, "ResourceNotFound"))
    assert not absent(refusal(409, "Conflict"))
    assert busy(refusal(409, "AnotherOperationInProgress"))
    assert not busy(refusal(409, "NicInUse"))
