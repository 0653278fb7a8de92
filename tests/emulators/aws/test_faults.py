"""Every kind of fault, seen through boto3."""

from __future__ import annotations

import time
from threading import Event

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError

RUN = "ec2.RunInstances"


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("throttle", ("RequestLimitExceeded", 503)),
        ("error", ("InternalError", 500)),
        ("no-capacity", ("InsufficientInstanceCapacity", 500)),
        ("quota", ("VcpuLimitExceeded", 400)),
    ],
)
def test_a_refusal_makes_nothing_and_strikes_as_often_as_told(
    ec2, aws_emulator, refusal, kind, told
):
    aws_emulator.fault(match=RUN, kind=kind, times=2)
    assert refusal(ec2.run)[:2] == told
    assert refusal(ec2.run)[:2] == told
    assert ec2.ids() == []
    assert ec2.run()["InstanceId"]


def test_a_refusal_speaks_the_protocol_of_its_service(aws_emulator, refusal):
    aws_emulator.fault(
        match=r"\w+\.(CreateBucket|CreateDBInstance|ListKeys)", kind="throttle", times=3
    )
    s3, rds, kms = (aws_emulator.client(name) for name in ("s3", "rds", "kms"))
    where = {"LocationConstraint": "eu-west-1"}
    create = s3.create_bucket
    assert refusal(create, Bucket="abc", CreateBucketConfiguration=where)[0] == "SlowDown"
    asked = {"DBInstanceIdentifier": "d", "Engine": "postgres", "DBInstanceClass": "db.t4g.micro"}
    assert refusal(rds.create_db_instance, **asked)[0] == "Throttling"
    assert refusal(kms.list_keys)[0] == "ThrottlingException"


def test_an_error_says_what_the_rule_says(ec2, aws_emulator):
    rule = {"code": "Blocked", "message": "by the weather", "status": 403}
    aws_emulator.fault(match=RUN, kind="error", **rule)
    with pytest.raises(ClientError) as refused:
        ec2.run()
    told = refused.value.response
    assert told["Error"]["Code"] == "Blocked"
    assert told["Error"]["Message"] == "by the weather"
    assert told["ResponseMetadata"]["HTTPStatusCode"] == 403


def test_a_reset_comes_before_any_work(ec2, aws_emulator):
    aws_emulator.fault(match=RUN, kind="reset")
    with pytest.raises(ConnectionClosedError):
        ec2.run()
    assert ec2.ids() == []


def test_a_lost_answer_comes_after_the_work(ec2, aws_emulator):
    aws_emulator.fault(match=RUN, kind="lost")
    with pytest.raises(ConnectionClosedError):
        ec2.run("t-1")
    [id_] = ec2.ids()
    assert ec2.run("t-1")["InstanceId"] == id_


def test_an_sdk_that_retries_a_lost_answer_finds_its_machine(ec2, aws_emulator):
    aws_emulator.fault(match=RUN, kind="lost")
    patient = boto3.Session("a", "b", region_name="eu-west-1").client(
        "ec2",
        endpoint_url=aws_emulator.url,
        config=Config(proxies={}, retries={"total_max_attempts": 3, "mode": "standard"}),
    )
    made = patient.run_instances(
        ImageId=ec2.image, InstanceType="t3.micro", MinCount=1, MaxCount=1
    )["Instances"][0]
    patient.close()
    assert ec2.ids() == [made["InstanceId"]]
    assert aws_emulator.calls(RUN) == 2


def test_a_delayed_request_is_done_although_nobody_waits_any_more(ec2, aws_emulator):
    image = ec2.image
    hasty = boto3.Session("a", "b", region_name="eu-west-1").client(
        "ec2",
        endpoint_url=aws_emulator.url,
        config=Config(proxies={}, read_timeout=0.1, retries={"total_max_attempts": 1}),
    )
    aws_emulator.fault(match=RUN, kind="delay", seconds=0.5)
    with pytest.raises(ReadTimeoutError):
        hasty.run_instances(ImageId=image, InstanceType="t3.micro", MinCount=1, MaxCount=1)
    hasty.close()
    end = time.monotonic() + 120
    while not ec2.ids() and time.monotonic() < end:
        Event().wait(0.05)
    assert len(ec2.ids()) == 1


def test_an_accepted_machine_can_end_badly(ec2, aws_emulator):
    code = "Server.InsufficientInstanceCapacity"
    aws_emulator.fault(match=RUN, kind="async-error", code=code, message=f"{code}: none left")
    id_ = ec2.run()["InstanceId"]
    assert ec2.state(id_) == "pending"
    aws_emulator.settle()
    found = ec2.machine(id_)
    assert found["State"]["Name"] == "terminated"
    assert found["StateReason"] == {"Code": code, "Message": f"{code}: none left"}
    assert ec2.client.describe_volumes()["Volumes"] == []


def test_a_rule_matches_whole_titles_only(ec2, aws_emulator):
    aws_emulator.fault(match=r"ec2\.Run.*", kind="throttle")
    assert ec2.client.describe_instances()["Reservations"] == []
    with pytest.raises(ClientError):
        ec2.run()


def test_the_first_rule_that_strikes_is_the_only_one(ec2, aws_emulator, refusal):
    aws_emulator.fault(match=RUN, kind="quota")
    aws_emulator.fault(match=RUN, kind="throttle")
    assert [refusal(ec2.run)[0] for _ in "ab"] == ["VcpuLimitExceeded", "RequestLimitExceeded"]


def test_a_rule_may_let_calls_pass_first(ec2, aws_emulator):
    aws_emulator.fault(match="ec2.DescribeTags", kind="throttle", after=2)
    assert [_refused(ec2.client.describe_tags) for _ in range(4)] == [False, False, True, False]


def test_chance_follows_its_seed(ec2, aws_emulator):
    def drawn() -> list[bool]:
        aws_emulator.overlay.faults.clear()
        aws_emulator.fault(match="ec2.DescribeTags", kind="throttle", probability=0.3, seed=7)
        return [_refused(ec2.client.describe_tags) for _ in range(40)]

    first = drawn()
    assert drawn() == first
    assert 3 <= first.count(True) <= 25


def _refused(call) -> bool:
    try:
        call()
    except ClientError:
        return True
    return False
