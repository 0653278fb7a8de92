"""A served process: what exists is still there after a restart, also after a kill -9."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from threading import Event, RLock
from typing import Any

import boto3
import pytest
from botocore.config import Config

import emulators.aws
from emulators.aws.persistence import Store
from emulators.state_file import StateInUse

ROOT = Path(__file__).parents[3]
PATIENCE = 60.0


@dataclass
class Served:
    process: subprocess.Popen[str] | None
    url: str
    ec2: Any

    def end(self, number: int) -> int:
        self.process.send_signal(number)
        code = self.process.wait(PATIENCE)
        self.ec2.close()
        self.process.stdout.close()
        self.process.stderr.close()
        return code

    def machines(self) -> dict[str, str]:
        found = self.ec2.describe_instances()["Reservations"]
        return {i["InstanceId"]: i["State"]["Name"] for r in found for i in r["Instances"]}


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "emulators.aws", *arguments]


@pytest.fixture
def serve(tmp_path):
    started: list[Served] = []

    def start(*more: str, state: Path = tmp_path / "aws") -> Served:
        process = subprocess.Popen(
            command("--port", "0", "--state", str(state), *more),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        ready = process.stdout.readline().split()
        assert ready[:1] == ["ready"], process.stderr.read()
        url = ready[1].rstrip(",")
        ec2 = boto3.Session("a", "b", region_name="eu-west-1").client(
            "ec2",
            endpoint_url=url,
            config=Config(proxies={}, retries={"total_max_attempts": 1}),
        )
        started.append(Served(process, url, ec2))
        return started[-1]

    yield start
    for one in started:
        if one.process.poll() is None:
            one.end(signal.SIGKILL)


def run(served: Served, token: str, **more: Any) -> str:
    image = served.ec2.describe_images(Owners=["136693071363"])["Images"][0]["ImageId"]
    made = served.ec2.run_instances(
        ImageId=image, InstanceType="t3.micro", MinCount=1, MaxCount=1, ClientToken=token, **more
    )
    return made["Instances"][0]["InstanceId"]


def until(question, wanted) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if question() == wanted:
            return
        Event().wait(0.05)  # it is another process whose time we wait for
    pytest.fail(f"never came to {wanted!r}, but to {question()!r}")


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_what_has_arrived_has_still_arrived_after_a_change_elsewhere(serve, number):
    first = serve("--lag", "0.2")
    id_ = run(first, "t-1")
    until(first.machines, {id_: "running"})
    elsewhere = boto3.Session("a", "b", region_name="eu-north-1").client(
        "ec2", endpoint_url=first.url, config=Config(proxies={})
    )
    elsewhere.create_vpc(CidrBlock="10.9.0.0/16")  # saves the dues, where this one is no more
    elsewhere.close()
    first.end(number)

    assert serve("--lag", "0.2").machines() == {id_: "running"}


@pytest.mark.parametrize(("number", "code"), [(signal.SIGKILL, -9), (signal.SIGTERM, 0)])
def test_machines_tokens_and_what_is_under_way_outlive_the_process(serve, number, code):
    first = serve("--lag", "1")
    tags = [{"ResourceType": "instance", "Tags": [{"Key": "k", "Value": "v"}]}]
    disk = [{"DeviceName": "/dev/xvda", "Ebs": {"VolumeSize": 9, "Encrypted": True}}]
    id_ = run(first, "t-1", TagSpecifications=tags, BlockDeviceMappings=disk)
    subnets = {s["SubnetId"] for s in first.ec2.describe_subnets()["Subnets"]}
    assert first.machines() == {id_: "pending"}
    assert first.end(number) == code

    second = serve("--lag", "1")
    assert run(second, "t-1", TagSpecifications=tags, BlockDeviceMappings=disk) == id_
    assert set(second.machines()) == {id_}
    found = second.ec2.describe_tags(Filters=[{"Name": "resource-id", "Values": [id_]}])["Tags"]
    assert [(t["Key"], t["Value"]) for t in found] == [("k", "v")]
    assert [v["Size"] for v in second.ec2.describe_volumes()["Volumes"]] == [9]
    assert {s["SubnetId"] for s in second.ec2.describe_subnets()["Subnets"]} == subnets
    until(second.machines, {id_: "running"})
    second.ec2.terminate_instances(InstanceIds=[id_])
    until(second.machines, {id_: "terminated"})


def test_other_things_and_what_is_under_way_with_them_outlive_a_kill(serve):
    first = serve("--lag", "1")
    ask(first, "directconnect").create_direct_connect_gateway(directConnectGatewayName="gw")
    where = {"LocationConstraint": "eu-west-1"}
    ask(first, "s3").create_bucket(Bucket="abc-1", CreateBucketConfiguration=where)
    ask(first, "rds").create_db_instance(
        DBInstanceIdentifier="d-1",
        Engine="postgres",
        DBInstanceClass="db.t4g.medium",
        AllocatedStorage=20,
        MasterUsername="app",
        ManageMasterUserPassword=True,
    )
    first.end(signal.SIGKILL)
    second = serve("--lag", "1")
    gateways = ask(second, "directconnect").describe_direct_connect_gateways()
    assert [g["directConnectGatewayName"] for g in gateways["directConnectGateways"]] == ["gw"]
    assert [b["Name"] for b in ask(second, "s3").list_buckets()["Buckets"]] == ["abc-1"]
    rds = ask(second, "rds")
    until(lambda: rds.describe_db_instances()["DBInstances"][0]["DBInstanceStatus"], "available")


def ask(served: Served, service: str) -> Any:
    return boto3.Session("a", "b", region_name="eu-west-1").client(
        service,
        endpoint_url=served.url,
        config=Config(proxies={}, retries={"total_max_attempts": 1}),
    )


def test_a_state_file_that_is_cut_short_is_set_aside_with_a_message(serve, tmp_path):
    first = serve()
    run(first, "t-1")
    assert first.end(signal.SIGINT) == 0
    file = tmp_path / "aws" / "aws-state.bin"
    cut = file.read_bytes()[:-100]
    file.write_bytes(cut)
    served = serve()
    assert served.machines() == {}
    run(served, "t-1")
    [aside] = file.parent.glob("*.set-aside")
    assert aside.read_bytes() == cut
    served.process.send_signal(signal.SIGTERM)
    told = served.process.communicate()[1]
    served.ec2.close()
    assert "set aside" in told
    assert "damaged" in told


@pytest.mark.parametrize(
    "content",
    [b"", b"nonsense", b"\xff\n", b"[]\n", b'{"kind": "other", "format": 1, "sha256": ""}\nx'],
)
def test_a_state_file_of_another_kind_is_set_aside(tmp_path, content):
    (tmp_path / "aws-state.bin").write_bytes(content)
    assert load(tmp_path) is None
    [aside] = tmp_path.glob("*.set-aside")
    assert aside.read_bytes() == content


def test_a_state_file_that_others_could_write_is_not_trusted(tmp_path):
    file = tmp_path / "aws-state.bin"
    store = Store(tmp_path, RLock(), dict)
    store.save(store.touch("eu-west-1"))
    assert load(tmp_path) == {}
    file.chmod(0o666)
    assert load(tmp_path) is None
    assert not file.exists()


def load(folder: Path) -> dict[str, Any] | None:
    store = Store(folder, RLock(), dict)
    store.hold()
    try:
        return store.load()
    finally:
        store.close()


def test_a_folder_belongs_to_one_emulator(tmp_path):
    store = Store(tmp_path, RLock(), dict)
    store.hold()
    with pytest.raises(StateInUse, match="another emulator"):
        load(tmp_path)
    store.close()
    assert load(tmp_path) is None


def test_what_cannot_be_served_is_one_clear_sentence(aws_emulator):
    taken = aws_emulator.url.rpartition(":")[2]
    told = subprocess.run(
        command("--port", taken),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        cwd=ROOT,
        check=False,
    )
    assert told.returncode == 1
    assert "in use" in told.stderr
    assert len(told.stderr.splitlines()) == 1


def test_a_second_emulator_in_one_process_rules_until_it_is_closed(aws_emulator):
    second = emulators.aws.serve(clock=lambda: 0.0, lag=0.0)
    elsewhere = boto3.Session("a", "b", region_name="eu-west-1").client(
        "ec2", endpoint_url=second.url, config=Config(proxies={})
    )
    served = Served(None, second.url, elsewhere)
    assert list(served.machines()) == []
    id_ = run(served, "t-1")
    assert served.machines() == {id_: "running"}
    elsewhere.close()
    second.close()
    first = Served(None, aws_emulator.url, aws_emulator.client("ec2"))
    assert first.machines() == {}
    id_ = run(first, "t-1")
    assert first.machines() == {id_: "pending"}
