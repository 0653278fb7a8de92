"""What Google's description does not allow is refused, in Google's own form."""

import pytest
import requests
from google.api_core import exceptions as gx

from emulators.google.contract import Contract
from emulators.google.offered import HANDLERS
from fixtures.google_emulator import PROJECT, ZONE

MACHINES = f"/compute/v1/projects/{PROJECT}/zones/{ZONE}/instances"


def told(response):
    error = response.json()["error"]
    assert error["code"] == response.status_code
    assert error["errors"][0]["message"] == error["message"]
    return response.status_code, error["errors"][0]["reason"], error["message"]


def test_everything_offered_is_a_method_of_google():
    assert set(HANDLERS) <= set(Contract().methods)


@pytest.mark.parametrize(
    ("method", "path", "body", "expected"),
    [
        ("GET", f"/compute/v1/projects/{PROJECT}/zones/{ZONE}/virtualMachines", None, (404, "URL")),
        ("PUT", MACHINES, {}, (405, "POST")),
        ("GET", f"{MACHINES}?foo=1", None, (400, 'Unknown name "foo"')),
        ("GET", f"{MACHINES}?maxResults=ten", None, (400, "maxResults")),
        ("GET", f"{MACHINES}?maxResults=501", None, (400, "maxResults")),
        ("POST", MACHINES, {"name": "x", "machineTyp": "y"}, (400, 'Unknown name "machineTyp"')),
        ("POST", MACHINES, {"name": "x", "disks": [{"boots": True}]}, (400, "disks[0]")),
        ("POST", MACHINES, {"name": "x", "disks": {}}, (400, "a list is expected")),
        ("POST", MACHINES, {"name": "Bad_Name"}, (400, "Must be a match of regex")),
        ("POST", MACHINES, {"name": "x", "canIpForward": "yes"}, (400, "true or false")),
        (
            "POST",
            MACHINES,
            {"name": "x", "scheduling": {"provisioningModel": "SPOTTY"}},
            (400, "It is none of"),
        ),
        (
            "POST",
            f"/compute/v1/projects/{PROJECT}/zones/{ZONE}/disks",
            {"name": "x", "sizeGb": "ten"},
            (400, "sizeGb"),
        ),
        ("POST", f"/compute/v1/projects/{PROJECT}/global/routers", {}, (404, "URL")),
        ("POST", "/storage/v1/b?project=p", {"location": "EU"}, (400, "name")),
        ("POST", "/storage/v1/b", {"name": "abc"}, (400, "Required parameter: project")),
        (
            "POST",
            f"/v1/projects/{PROJECT}/instances",
            {"name": "pg", "databaseVersion": "POSTGRES_999"},
            (400, "databaseVersion"),
        ),
        ("DELETE", f"{MACHINES}/x", {"why": "not"}, (400, "must be empty")),
        (
            "GET",
            f"/compute/v1/projects/NOT_A_PROJECT/zones/{ZONE}/instances",
            None,
            (400, "project"),
        ),
    ],
)
def test_what_the_description_does_not_have_is_refused(
    google_emulator, method, path, body, expected
):
    answer = requests.request(method, google_emulator.url + path, json=body, timeout=60)
    code, _, message = told(answer)
    assert code == expected[0]
    assert expected[1] in message


def test_broken_json_is_refused(google_emulator):
    answer = requests.post(google_emulator.url + MACHINES, data=b"{", timeout=60)
    assert told(answer)[0] == 400


def test_unknown_fields_are_told_as_the_newer_front_end_tells_them(google_emulator):
    answer = requests.post(google_emulator.url + MACHINES, json={"nme": "x"}, timeout=60)
    error = answer.json()["error"]
    assert error["status"] == "INVALID_ARGUMENT"
    assert error["details"][0]["@type"].endswith("BadRequest")


def test_output_only_fields_are_ignored_as_google_ignores_them(desk, google_emulator):
    body = desk.machine(status="RUNNING", id=7)
    desk.insert(body)
    assert desk.instance().status == "PROVISIONING"
    assert desk.instance().id != 7


def test_a_real_method_that_is_not_offered_is_a_501(desk, google_emulator):
    desk.insert(desk.machine())
    with pytest.raises(gx.MethodNotImplemented, match="simulateMaintenanceEvent"):
        google_emulator.compute("InstancesClient").simulate_maintenance_event_unary(
            project=PROJECT, zone=ZONE, instance="web"
        )


def test_an_answer_that_breaks_the_description_is_our_bug_and_says_so(
    desk, google_emulator, monkeypatch
):
    monkeypatch.setitem(HANDLERS, "compute.instances.get", lambda _: {"statuss": "RUNNING"})
    with pytest.raises(gx.InternalServerError, match="broke the API's description"):
        desk.instance()
    (told,) = google_emulator.emulator.broken
    assert "statuss" in told
    google_emulator.emulator.broken.clear()


@pytest.mark.parametrize("name", ["nope", "x" * 63])
def test_what_is_not_there_is_a_404(desk, name):
    with pytest.raises(gx.NotFound) as refused:
        desk.instance(name)
    assert refused.value.errors[0]["reason"] == "notFound"


def test_web_pages_under_other_names_cannot_steer_it(google_emulator):
    url = f"{google_emulator.url}/_emulator/faults"
    assert requests.get(url, timeout=60).status_code == 200
    assert requests.get(url, headers={"Host": "evil.example"}, timeout=60).status_code == 403
