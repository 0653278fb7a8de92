"""Faults by rule: what each kind looks like through Google's SDK, and that nothing else strikes."""

import time
from threading import Event
from types import SimpleNamespace
from uuid import uuid4

import pytest
import requests
from google.api_core import exceptions as gx
from googleapiclient.errors import HttpError

from emulators import rules
from fixtures.google_emulator import PROJECT, REGION, ZONE

INSERT = "compute.instances.insert"
PATIENCE = 60.0  # seconds


def machines(desk):
    return [m.name for m in desk.google.compute("InstancesClient").list(project=PROJECT, zone=ZONE)]


@pytest.mark.parametrize(
    ("kind", "raised", "reason"),
    [
        ("throttle", gx.Forbidden, "rateLimitExceeded"),
        ("error", gx.ServiceUnavailable, "backendError"),
    ],
)
def test_refusals_do_nothing_and_pass(desk, google_emulator, kind, raised, reason):
    google_emulator.fault(match=INSERT, kind=kind)
    with pytest.raises(raised) as refused:
        desk.insert(desk.machine())
    assert refused.value.errors[0]["reason"] == reason
    assert machines(desk) == []
    desk.insert(desk.machine())


@pytest.mark.parametrize(
    ("kind", "code", "status"),
    [
        ("quota", "QUOTA_EXCEEDED", 403),
        ("no-capacity", "ZONE_RESOURCE_POOL_EXHAUSTED", 503),
        ("async-error", "INTERNAL_ERROR", 500),
    ],
)
def test_what_google_finds_out_late_is_told_by_an_operation_answered_with_200(
    desk, google_emulator, kind, code, status
):
    google_emulator.fault(match=INSERT, kind=kind)
    accepted = desk.insert(desk.machine())
    assert machines(desk) == ["web"]
    google_emulator.settle()
    done = desk.operation(accepted.name)
    assert done.status.name == "DONE"
    assert done.error.errors[0].code == code
    assert done.http_error_status_code == status
    assert machines(desk) == []
    disks = google_emulator.compute("DisksClient")
    assert list(disks.list(project=PROJECT, zone=ZONE)) == []


def test_the_same_request_id_answers_the_failed_operation_and_a_new_one_tries_again(
    desk, google_emulator
):
    request = str(uuid4())
    google_emulator.fault(match=INSERT, kind="quota")
    first = desk.insert(desk.machine(), request_id=request)
    google_emulator.settle()
    again = desk.insert(desk.machine(), request_id=request)
    assert (again.name, bool(again.error.errors)) == (first.name, True)
    assert desk.insert(desk.machine(), request_id=str(uuid4())).name != first.name


def test_a_lost_answer_comes_after_the_work(desk, google_emulator):
    request = str(uuid4())
    google_emulator.fault(match=INSERT, kind="lost")
    with pytest.raises(requests.exceptions.ConnectionError):
        desk.insert(desk.machine(), request_id=request)
    assert machines(desk) == ["web"]
    desk.insert(desk.machine(), request_id=request)
    assert machines(desk) == ["web"]


def test_a_reset_comes_before_the_work(desk, google_emulator):
    google_emulator.fault(match=INSERT, kind="reset")
    with pytest.raises(requests.exceptions.ConnectionError):
        desk.insert(desk.machine())
    assert machines(desk) == []


def test_a_delayed_call_does_its_work_though_nobody_waits(desk, google_emulator, monkeypatch):
    late = Event()
    held = SimpleNamespace(wait=lambda _seconds: late.wait(PATIENCE))
    monkeypatch.setattr(rules, "Event", lambda: held)  # however slow this machine is meanwhile
    google_emulator.fault(match=INSERT, kind="delay", seconds=1.0)
    with pytest.raises(requests.exceptions.ReadTimeout):
        google_emulator.compute("InstancesClient").insert_unary(
            request={"project": PROJECT, "zone": ZONE, "instance_resource": desk.machine()},
            timeout=0.05,
        )
    assert machines(desk) == []
    late.set()
    end = time.monotonic() + PATIENCE
    while not machines(desk):
        assert time.monotonic() < end, "the delayed call never did its work"


def test_an_operation_that_fails_leaves_things_as_they_were(desk, google_emulator):
    client = google_emulator.compute("InstancesClient")
    desk.insert(desk.machine())
    google_emulator.settle()
    for verb in ("stop", "delete"):
        google_emulator.fault(match=f"compute.instances.{verb}", kind="async-error")
        getattr(client, f"{verb}_unary")(project=PROJECT, zone=ZONE, instance="web")
        assert desk.instance().status == "STOPPING"
        google_emulator.settle()
        assert desk.instance().status == "RUNNING"


def test_services_tell_quota_in_their_own_way(google_emulator):
    google_emulator.fault(match="storage.buckets.insert", kind="quota")
    with pytest.raises(gx.Forbidden) as refused:
        google_emulator.storage().create_bucket("grunnmur-a")
    assert refused.value.errors[0]["reason"] == "quotaExceeded"
    google_emulator.fault(match="sql.instances.insert", kind="quota")
    body = {"name": "pg", "region": REGION, "settings": {"tier": "db-custom-2-8192"}}
    with pytest.raises(HttpError) as full:
        google_emulator.sql().instances().insert(project=PROJECT, body=body).execute()
    assert full.value.status_code == 403


def test_a_rule_may_say_its_own_status_code_and_message(desk, google_emulator):
    google_emulator.fault(match=INSERT, kind="error", status=404, code="lost", message="gone")
    with pytest.raises(gx.NotFound, match="gone"):
        desk.insert(desk.machine())
    google_emulator.fault(match=INSERT, kind="quota", status=403)
    with pytest.raises(gx.Forbidden):
        desk.insert(desk.machine())


def test_rules_come_over_the_control_endpoint_and_calls_are_counted(desk, google_emulator):
    url = f"{google_emulator.url}/_emulator"
    assert requests.get(f"{url}/health", timeout=60).json() == {"status": "ok"}
    rule = {"match": INSERT, "kind": "error", "times": 2}
    assert requests.post(f"{url}/faults", json=rule, timeout=60).status_code == 201
    with pytest.raises(gx.ServiceUnavailable):
        desk.insert(desk.machine())
    told = requests.get(f"{url}/faults", timeout=60).json()["rules"]
    assert [(r["struck"], r["left"]) for r in told] == [(1, 1)]
    requests.delete(f"{url}/faults", timeout=60)
    desk.insert(desk.machine())
    assert requests.get(f"{url}/calls", timeout=60).json()["counts"] == {INSERT: 2}
    assert requests.delete(f"{url}/calls", timeout=60).json()["counts"] == {}


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ([], None),
        ({"kind": "error"}, "match is missing"),
        ({"match": INSERT, "kind": "boom"}, "none of"),
        ({"match": "compute.instances.inssert", "kind": "error"}, "no operation"),
        ({"match": "compute.instances.get", "kind": "async-error"}, "no operation"),
        ({"match": INSERT, "kind": "delay"}, "seconds"),
        ({"match": INSERT, "kind": "reset", "status": 500}, "status"),
        ({"match": INSERT, "kind": "error", "often": 1}, "unknown often"),
        ({"match": "(", "kind": "error"}, "regular expression"),
        ({"match": INSERT, "kind": "error", "times": 0}, "from 1"),
        ({"match": INSERT, "kind": "error", "probability": 2}, "from 0"),
    ],
)
def test_a_rule_that_cannot_be_meant_is_refused(google_emulator, rule, text):
    answer = requests.post(f"{google_emulator.url}/_emulator/faults", json=rule, timeout=60)
    assert (answer.status_code == 400) == (text is not None)
    assert text is None or text in answer.json()["error"]
    assert google_emulator.emulator.rules.report() == []
