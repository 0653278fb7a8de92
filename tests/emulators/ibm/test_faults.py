"""Faults by rule, told as IBM tells them; and a cloud that outlives its process."""

import signal
import subprocess
import sys

import pytest
import requests
from botocore.exceptions import ClientError
from ibm_cloud_sdk_core import ApiException

from emulators.ibm import serve
from emulators.ibm.store import FILE
from emulators.loopback import NotLoopback
from emulators.rules import BadRule
from emulators.state_file import StateInUse
from fixtures.clock import Clock
from fixtures.ibm_emulator import IbmEmulator

PATIENCE = 60.0  # seconds


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("throttle", (429, "too_many_requests")),
        ("error", (503, "service_unavailable")),
        ("quota", (403, "over_quota")),
    ],
)
def test_a_refusal_strikes_once_and_does_nothing(desk, ibm_emulator, refuses, kind, told):
    ibm_emulator.fault(match="vpc.create_vpc", kind=kind)
    error = refuses(desk.vpc, told[0])
    assert error.http_response.json()["errors"][0]["code"] == told[1]
    assert ibm_emulator.vpc().list_vpcs().get_result()["vpcs"] == []
    desk.vpc()


def test_a_lost_answer_has_done_its_work_and_a_reset_has_not(desk, ibm_emulator):
    for kind, left in (("reset", 0), ("lost", 1)):
        ibm_emulator.fault(match="vpc.create_vpc", kind=kind)
        with pytest.raises(requests.exceptions.ConnectionError):
            desk.vpc()
        assert len(ibm_emulator.vpc().list_vpcs().get_result()["vpcs"]) == left


def test_lack_of_room_shows_in_the_machine_which_can_be_started_later(desk, ibm_emulator):
    subnet = desk.subnet(desk.vpc()["id"])
    ibm_emulator.fault(match="vpc.create_instance", kind="no-capacity")
    made = desk.machine(subnet)
    ibm_emulator.settle()
    found = desk.instance(made["id"])
    assert (found["status"], found["status_reasons"][0]["code"]) == (
        "stopped",
        "cannot_start_capacity",
    )
    ibm_emulator.vpc().create_instance_action(instance_id=made["id"], type="start")
    ibm_emulator.settle()
    assert desk.instance(made["id"])["status"] == "running"


def test_a_build_fails_late_with_its_reason(desk, ibm_emulator):
    subnet = desk.subnet(desk.vpc()["id"])
    ibm_emulator.fault(match="vpc.create_(vpc|instance)", kind="async-error", times=2, message="No")
    machine, vpc = desk.machine(subnet), desk.vpc("zone-b")
    ibm_emulator.settle()
    found = desk.instance(machine["id"])
    assert (found["status"], found["status_reasons"][0]["message"]) == ("failed", "No")
    assert ibm_emulator.vpc().get_vpc(id=vpc["id"]).get_result()["status"] == "failed"


def test_buckets_have_faults_of_their_own(ibm_emulator):
    for kind, code in (("throttle", "SlowDown"), ("quota", "TooManyBuckets")):
        ibm_emulator.fault(match=r"cos\.create_bucket", kind=kind)
        with pytest.raises(ClientError, match=code):
            ibm_emulator.buckets().create_bucket(Bucket="bym-files")


@pytest.mark.parametrize(
    "rule",
    [
        {"match": "vpc.create_spaceship", "kind": "error"},
        {"match": "vpc.create_vpc", "kind": "no-capacity"},
        {"match": "vpc.list_vpcs", "kind": "async-error"},
    ],
)
def test_a_rule_that_could_never_strike_is_refused(ibm_emulator, rule):
    with pytest.raises(BadRule, match="never would"):
        ibm_emulator.fault(**rule)


def test_the_cloud_outlives_a_kill(tmp_path, desk):
    command = [sys.executable, "-m", "emulators.ibm", "--port=0", f"--state={tmp_path}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        url = running.stdout.readline().removeprefix("ready ").split(",")[0]
        ibm = IbmEmulator(
            type("Elsewhere", (), {"url": url, "close": lambda self: None})(), Clock()
        )
        vpc = type(desk)(ibm).vpc()
        ibm.buckets().create_bucket(Bucket="bym-files")
        ibm.close()
        running.send_signal(signal.SIGKILL)
        running.wait(PATIENCE)
    clock = Clock(now=4e9)
    ibm = IbmEmulator(serve(state=tmp_path, clock=clock), clock)
    with pytest.raises(StateInUse):
        serve(state=tmp_path)
    assert ibm.vpc().get_vpc(id=vpc["id"]).get_result()["status"] == "available"
    assert [one["Name"] for one in ibm.buckets().list_buckets()["Buckets"]] == ["bym-files"]
    ibm.close()


def test_a_damaged_state_is_set_aside(tmp_path, caplog):
    (tmp_path / FILE).write_bytes(b"no database at all" * 100)
    serve(state=tmp_path).close()
    assert "is set aside" in caplog.text
    assert len(list(tmp_path.glob(f"{FILE}.*.set-aside"))) == 1


def test_only_loopback_is_served():
    with pytest.raises(NotLoopback):
        serve(host="0.0.0.0")  # noqa: S104 - refused


def test_a_refusal_is_one_that_ibms_sdk_reads(desk, ibm_emulator):
    with pytest.raises(ApiException, match="vpc not found: nowhere"):
        ibm_emulator.vpc().get_vpc(id="nowhere")
