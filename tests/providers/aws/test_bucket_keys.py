"""The access key of a bucket at AWS: made when it is asked for, and gone with its bucket."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fixtures.aws_emulator import REGION
from providers.errors import Conflict, NotAuthorised, ProviderError, Unavailable

KEY = f"arn:aws:kms:{REGION}:123456789012:key/11111111-2222-3333-4444-555555555555"


@pytest.fixture
def spec(cases):
    return cases["object-storage"].spec


@pytest.fixture
def iam(aws_emulator):
    return aws_emulator.client("iam")


@pytest.fixture
def ref(aws, spec):
    return aws.apply(spec).ref


def allowed(iam, ref) -> list:
    told = iam.get_user_policy(UserName=ref.id, PolicyName="bucket")
    return told["PolicyDocument"]["Statement"]


def test_a_bucket_nobody_asked_about_has_no_user(iam, ref):
    assert ref
    assert iam.list_users()["Users"] == []


def test_whoever_has_the_key_uses_what_is_in_the_bucket_and_nothing_else(aws, iam, ref):
    aws.unlock(ref)
    may = {action for one in allowed(iam, ref) for action in one["Action"]}
    assert {"s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:ListBucket"} <= may
    assert not any("Policy" in one or "Put" in one for one in may - {"s3:PutObject"})
    assert iam.list_attached_user_policies(UserName=ref.id)["AttachedPolicies"] == []
    (user,) = iam.list_users()["Users"]
    assert user["Path"] == f"/grunnmur/{REGION}/"


def test_with_a_key_of_the_agencys_own_the_user_may_use_that_key_too(aws, iam, spec):
    ref = aws.apply(replace(spec, parameters={**spec.parameters, "kms_key": KEY})).ref
    aws.unlock(ref)
    (cipher,) = [one for one in allowed(iam, ref) if "kms:Decrypt" in one["Action"]]
    assert cipher["Resource"] == KEY


def test_keys_that_nobody_got_make_way(aws, aws_emulator, iam, ref):
    """Two answers lost: IAM lets a user have no more than two keys."""
    aws.unlock(ref)
    aws_emulator.fault(match="iam.CreateAccessKey", kind="lost")
    with pytest.raises(Unavailable):
        aws.unlock(ref)
    assert len(iam.list_access_keys(UserName=ref.id)["AccessKeyMetadata"]) == 2
    access = aws.unlock(ref)
    (key,) = iam.list_access_keys(UserName=ref.id)["AccessKeyMetadata"]
    assert key["AccessKeyId"] == access.values["access_key_id"]


def test_a_user_of_somebody_elses_with_that_name_is_left_alone(aws, iam, ref):
    iam.create_user(UserName=ref.id, Path="/people/")
    with pytest.raises(Conflict, match="not ours"):
        aws.unlock(ref)
    assert iam.list_access_keys(UserName=ref.id)["AccessKeyMetadata"] == []
    aws.delete(ref)
    assert aws.read(ref) is None
    assert [user["UserName"] for user in iam.list_users()["Users"]] == [ref.id]


@pytest.mark.parametrize("step", ["DeleteAccessKey", "DeleteUserPolicy", "DeleteUser"])
def test_a_user_that_was_left_behind_is_told_and_removed_at_the_next_try(
    aws, aws_emulator, iam, ref, step
):
    aws.unlock(ref)
    aws_emulator.fault(match=f"iam.{step}", kind="error", status=403, code="AccessDenied")
    with pytest.raises(NotAuthorised):
        aws.delete(ref)
    (left,) = aws.inventory()
    assert left == aws.read(ref)
    assert (left.ref, left.instance) == (ref, "0123456789abcdef0123456789abcdef")
    assert left.status == "pending"
    assert "the bucket is gone" in left.detail
    aws.delete(ref)
    assert aws.read(ref) is None
    assert list(aws.inventory()) == []
    assert iam.list_users()["Users"] == []


def test_a_bucket_that_still_holds_something_keeps_its_key(aws, aws_emulator, iam, ref):
    access = aws.unlock(ref)
    aws_emulator.client("s3").put_object(Bucket=ref.id, Key="a", Body=b"b")
    with pytest.raises(Conflict):
        aws.delete(ref)
    (key,) = iam.list_access_keys(UserName=ref.id)["AccessKeyMetadata"]
    assert key["AccessKeyId"] == access.values["access_key_id"]


def test_an_answer_that_cannot_be_read_is_in_no_error(aws, aws_emulator, ref, monkeypatch):
    """The SDK repeats what it could not read; a key may be in it."""
    from botocore.parsers import QueryParser, ResponseParserError  # noqa: PLC0415 - for this alone

    def cut(*_args):
        raise ResponseParserError("invalid XML: <SecretAccessKey>planted9")

    monkeypatch.setattr(QueryParser, "_do_parse", cut)
    with pytest.raises(ProviderError) as refused:
        aws.unlock(ref)
    assert "planted9" not in str(refused.value)
