"""Faults strike as they were told to, in Azure's own words."""

import json
import urllib.request

import pytest
from azure.core.exceptions import HttpResponseError, ServiceRequestError, ServiceResponseError

from emulators.rules import BadRule
from fixtures.azure_emulator import REGION

GROUP = "rg1"
CREATE = "compute.VirtualMachines_CreateOrUpdate"
BROKEN = (ServiceRequestError, ServiceResponseError)


def control(azure, path, method="GET", body=None):
    data = None if body is None else json.dumps(body).encode()
    url = f"{azure.url}/_emulator/{path}"
    request = urllib.request.Request(url, data, method=method)  # noqa: S310 - loopback
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - likewise
        return answer.status, json.load(answer)


@pytest.mark.parametrize(
    ("kind", "refusal"),
    [
        ("throttle", (429, "OperationNotAllowed")),
        ("error", (500, "InternalServerError")),
        ("quota", (409, "OperationNotAllowed")),
    ],
)
def test_a_refusal_is_told_and_nothing_is_done(desk, kind, refusal):
    body = desk.machine(desk.network())
    desk.azure.fault(match=CREATE, kind=kind)
    assert desk.refused(lambda: desk.start(desk.machines, GROUP, "web", body)) == refusal
    assert list(desk.machines.list_all()) == []
    desk.begin(desk.machines, GROUP, "web", body)


def test_a_throttled_caller_is_told_how_long_to_wait(desk):
    desk.azure.fault(match="resources.ResourceGroups_CreateOrUpdate", kind="throttle")
    with pytest.raises(HttpResponseError) as refused:
        desk.group()
    assert refused.value.response.headers["Retry-After"] == "1"


@pytest.mark.parametrize(("kind", "made"), [("reset", 0), ("lost", 1)])
def test_a_connection_breaks_before_or_after_the_work(desk, kind, made):
    desk.azure.fault(match="resources.ResourceGroups_CreateOrUpdate", kind=kind)
    with pytest.raises(BROKEN):
        desk.group()
    assert len(list(desk.groups.list())) == made


@pytest.mark.parametrize(
    ("kind", "code"), [("async-error", "InternalServerError"), ("no-capacity", "AllocationFailed")]
)
def test_what_fails_later_says_so_in_its_operation_and_on_the_machine(desk, kind, code):
    body = desk.machine(desk.network())
    desk.azure.fault(match=CREATE, kind=kind, message="not today")
    poller = desk.machines.begin_create_or_update(GROUP, "web", body, polling_interval=0)
    desk.azure.settle()
    with pytest.raises(HttpResponseError, match="not today"):
        poller.result()
    found = desk.machines.get(GROUP, "web", expand="instanceView")
    assert found.provisioning_state == "Failed"
    assert found.instance_view.statuses[0].code == f"ProvisioningState/failed/{code}"
    desk.begin(desk.machines, GROUP, "web", body)  # asked again, it is built after all
    assert desk.machines.get(GROUP, "web").provisioning_state == "Succeeded"


def test_an_account_that_fails_later_was_never_there(desk):
    desk.group()
    accounts = desk.of("storage").storage_accounts
    desk.azure.fault(match="storage.StorageAccounts_Create", kind="async-error")
    body = {"location": REGION, "sku": {"name": "Standard_ZRS"}, "kind": "StorageV2"}
    desk.begin(accounts, GROUP, "acct1", body, verb="create")
    assert list(accounts.list()) == []


def test_a_delay_is_waited_for(desk):
    desk.azure.fault(match="resources.ResourceGroups_CreateOrUpdate", kind="delay", seconds=0.05)
    desk.group()
    assert desk.azure.emulator.rules.report()[0]["struck"] == 1


def test_rules_are_set_and_cleared_over_http(desk):
    rule = {"match": r"resources\..*", "kind": "error", "times": None}
    status, told = control(desk.azure, "faults", "POST", rule)
    assert (status, told["rules"][0]["left"]) == (201, None)
    assert desk.refused(desk.group)[0] == 500
    assert control(desk.azure, "faults")[1]["rules"][0]["struck"] == 1
    assert control(desk.azure, "faults", "DELETE") == (200, {"rules": []})
    desk.group()
    assert control(desk.azure, "health") == (200, {"status": "ok"})
    counts = control(desk.azure, "calls")[1]["counts"]
    assert counts == {"resources.ResourceGroups_CreateOrUpdate": 2}


@pytest.mark.parametrize(
    "rule",
    [
        {"match": "compute.VirtualMachines_Creat", "kind": "error"},
        {"match": "compute.VirtualMachines_Get", "kind": "async-error"},
        {"match": ".*", "kind": "flood"},
    ],
)
def test_a_rule_that_could_never_strike_is_refused(azure_emulator, rule):
    with pytest.raises(BadRule):
        azure_emulator.fault(**rule)
