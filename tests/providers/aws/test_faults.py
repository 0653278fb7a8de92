"""Whatever goes wrong with a create ends as one machine or none, and as the right error."""

from __future__ import annotations

import traceback
from random import Random

import pytest
from botocore.config import Config

from fixtures.provider_worlds import a_spec
from providers import connect
from providers.aws import clients
from providers.errors import (
    NoCapacity,
    NotAuthorised,
    ProviderError,
    QuotaExceeded,
    Remedy,
    Throttled,
    Unavailable,
)
from providers.types import Status

RUN = "ec2.RunInstances"
END = "ec2.TerminateInstances"
LIVE = ("pending", "running", "stopping", "stopped")


@pytest.fixture
def hasty(aws_emulator, monkeypatch):
    """A connection that waits a fifth of a second for an answer."""
    monkeypatch.setattr(clients, "LOCAL", clients.LOCAL.merge(Config(read_timeout=0.2)))
    monkeypatch.setenv("GRUNNMUR_ACCOUNT_HASTY_AWS_ENDPOINT", aws_emulator.url)
    return connect("aws", "hasty")


@pytest.mark.parametrize(
    ("kind", "error", "made"),
    [
        ("throttle", Throttled, 0),
        ("error", Unavailable, 0),
        ("reset", Unavailable, 0),
        ("lost", Unavailable, 1),
        ("no-capacity", NoCapacity, 0),
        ("quota", QuotaExceeded, 0),
    ],
)
def test_a_fault_at_create_is_one_try_the_right_error_and_then_one_machine(
    aws, aws_emulator, kind, error, made
):
    aws_emulator.fault(match=RUN, kind=kind)
    with pytest.raises(ProviderError) as told:
        aws.apply(a_spec())
    assert type(told.value) is error
    assert told.value.__cause__ is None
    assert aws_emulator.calls(RUN) == 1, "nobody but the caller tries again"
    assert len(aws_emulator.machines()) == made
    ref = aws.apply(a_spec()).ref
    assert [m["InstanceId"] for m in aws_emulator.machines()] == [ref.id]
    assert aws_emulator.calls(RUN) == 2 - made, "what was made is found, not asked for again"


def test_an_answer_that_takes_too_long_is_unavailable_and_its_machine_is_found(
    hasty, aws, aws_emulator
):
    aws_emulator.fault(match=RUN, kind="delay", seconds=0.6)
    with pytest.raises(Unavailable, match="ReadTimeout"):
        hasty.apply(a_spec())
    # the request is still on its way when we try again: only its token can make them one
    ref = aws.apply(a_spec()).ref
    aws_emulator.fault(match="ec2.DescribeTags", kind="delay", seconds=0.8)
    aws_emulator.client("ec2").describe_tags()  # answered after the late one has arrived
    assert [m["InstanceId"] for m in aws_emulator.machines()] == [ref.id]


@pytest.mark.parametrize("operation", ["ec2.DescribeTags", "ec2.DescribeImages"])
@pytest.mark.parametrize("kind", ["throttle", "error", "reset", "lost"])
def test_a_fault_before_the_create_makes_nothing(aws, aws_emulator, operation, kind):
    aws_emulator.fault(match=operation, kind=kind)
    with pytest.raises(ProviderError) as told:
        aws.apply(a_spec())
    assert told.value.remedy is Remedy.RETRY
    assert aws_emulator.machines() == []
    aws.apply(a_spec())
    assert len(aws_emulator.machines()) == 1


@pytest.mark.parametrize("kind", ["throttle", "error", "reset", "lost"])
def test_a_fault_at_removal_leaves_it_to_the_next_try(aws, aws_emulator, kind):
    ref = aws.apply(a_spec()).ref
    aws_emulator.fault(match=END, kind=kind)
    with pytest.raises(ProviderError) as told:
        aws.delete(ref)
    assert told.value.remedy is Remedy.RETRY
    aws.delete(ref)
    aws_emulator.settle()
    assert aws.read(ref) is None
    assert aws_emulator.machines(states=LIVE) == []


@pytest.mark.parametrize("verb", ["read", "inventory", "preview"])
def test_a_fault_while_looking_is_an_error_and_never_absence(aws, aws_emulator, verb):
    ref = aws.apply(a_spec()).ref
    for kind in ("throttle", "error", "reset"):
        aws_emulator.fault(match="ec2.DescribeInstances", kind=kind)
        with pytest.raises(ProviderError) as told:
            _look(aws, verb, ref)
        assert told.value.remedy is Remedy.RETRY
    assert aws.read(ref) is not None


def _look(aws, verb, ref):
    if verb == "inventory":
        return list(aws.inventory())
    return aws.read(ref) if verb == "read" else aws.preview(a_spec())


def test_a_machine_that_ends_by_itself_is_a_failure_with_amazons_reason(aws, aws_emulator):
    code = "Server.InsufficientInstanceCapacity"
    aws_emulator.fault(match=RUN, kind="async-error", code=code, message=f"{code}: none left")
    ref = aws.apply(a_spec()).ref
    aws_emulator.settle()
    told = aws.read(ref)
    assert told.status is Status.FAILED
    assert told.detail == f"terminated: {code}: none left"
    assert list(aws.inventory()) == []


def test_an_emulator_that_is_not_there_is_unavailable(aws_sandbox, monkeypatch):
    monkeypatch.setenv("GRUNNMUR_ACCOUNT_AWAY_AWS_ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(Unavailable, match=r"127\.0\.0\.1:9"):
        connect("aws", "away").apply(a_spec())


def test_an_answer_that_is_no_answer_is_unavailable(aws, aws_emulator, monkeypatch):
    answer = aws_emulator.overlay._answer  # noqa: SLF001 - to garble what goes over the wire

    def garbled(environ):
        whole = answer(environ)
        return type(whole)(200, whole.headers, b"<RunInstancesResponse><reserv")

    monkeypatch.setattr(aws_emulator.overlay, "_answer", garbled)
    with pytest.raises(Unavailable):
        aws.apply(a_spec())


def test_no_secret_of_an_answer_shows_in_the_error_or_its_traceback(aws, aws_emulator):
    secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"  # noqa: S105 - the documentation's own
    message = f"string to sign was 'x-amz-security-token:{secret}' with AKIAIOSFODNN7EXAMPLE"
    rule = {"code": "SignatureDoesNotMatch", "message": message, "status": 403}
    aws_emulator.fault(match="ec2.DescribeTags", kind="error", **rule)
    with pytest.raises(NotAuthorised) as told:
        aws.apply(a_spec())
    printed = "".join(traceback.format_exception(told.value)) + repr(told.value)
    assert "SignatureDoesNotMatch" in printed
    assert secret not in printed
    assert "AKIAIOSFODNN7EXAMPLE" not in printed


@pytest.mark.parametrize("seed", range(3))
def test_many_orders_through_many_faults_end_as_one_machine_each(aws, aws_emulator, seed):
    for kind in ("throttle", "error", "reset", "lost"):
        aws_emulator.fault(
            match=r"ec2\..*", kind=kind, probability=0.06, seed=seed * 10 + len(kind)
        )
    chance = Random(seed)
    orders = [f"{chance.getrandbits(128):032x}" for _ in range(12)]
    for instance in orders:
        _insist(lambda i=instance: aws.apply(a_spec(instance=i)))
    aws_emulator.overlay.faults.clear()
    alive = aws_emulator.machines(states=LIVE)
    owned = sorted(t["Value"] for m in alive for t in m["Tags"] if t["Key"] == "grunnmur:instance")
    assert owned == sorted(orders)


def _insist(call):
    for _ in range(60):
        try:
            return call()
        except (Throttled, Unavailable):  # anything else is not for trying again
            continue
    pytest.fail("never got through")
