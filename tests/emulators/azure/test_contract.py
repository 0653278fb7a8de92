"""What Azure's own description does not hold is refused, and what is not done here says so."""

import json
import urllib.error
import urllib.request

import pytest

from emulators.azure.call import Reply
from emulators.azure.checks import check_answer
from emulators.azure.contract import PACKAGES, Contract, check
from emulators.azure.contract.operation import operation
from emulators.azure.contract.shapes import Many, Nested, Record, fields
from emulators.azure.contract.sources import sources
from fixtures.azure_emulator import SUBSCRIPTION

GROUP = "rg1"
PLACE = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{GROUP}"
VMS = f"{PLACE}/providers/Microsoft.Compute/virtualMachines/web"


def ask(url, method="GET", body=None, sign="Bearer x"):
    """Status and code of a raw request."""
    headers = {"Authorization": sign} if sign else {}
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, headers, method=method)  # noqa: S310 - loopback
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - likewise
            return answer.status, ""
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, json.load(refused)["error"]["code"]


@pytest.mark.parametrize(
    ("method", "path", "refusal"),
    [
        ("GET", f"{VMS}", (400, "MissingApiVersionParameter")),
        ("GET", f"{VMS}?api-version=2015-01-01", (400, "NoRegisteredProviderFound")),
        ("GET", f"{VMS}?api-version=2026-04-01&colour=red", (400, "InvalidQueryParameter")),
        ("POST", f"{VMS}?api-version=2026-04-01", (405, "MethodNotAllowed")),
        ("GET", f"{PLACE}/providers/Microsoft.Compute/vms/x", (404, "InvalidResourceType")),
        ("GET", f"{PLACE}/providers/Microsoft.Coffee/cups/x", (404, "InvalidResourceNamespace")),
        ("GET", "/nowhere", (404, "InvalidResourceNamespace")),
    ],
)
def test_what_is_not_described_is_refused(azure_emulator, method, path, refusal):
    assert ask(azure_emulator.url + path, method) == refusal


def test_nobody_is_served_without_a_token(azure_emulator):
    assert ask(f"{azure_emulator.url}{VMS}", sign="") == (401, "AuthenticationFailed")


def test_a_name_that_the_description_does_not_allow_is_refused(desk):
    desk.group()
    pools = desk.of("desktopvirtualization").host_pools
    assert desk.refused(lambda: pools.get(GROUP, "a!")) == (400, "InvalidResourceName")
    assert desk.refused(lambda: desk.groups.get("x" * 91)) == (400, "InvalidResourceGroup")


def test_what_is_real_and_not_done_here_says_so(desk):
    desk.built()
    body = {"vhdPrefix": "p", "destinationContainerName": "c", "overwriteVhds": True}
    for call in (
        lambda: desk.machines.begin_capture(GROUP, "web", body, polling=False),
        lambda: desk.of("network").route_tables.get(GROUP, "r"),
        lambda: list(desk.of("network").azure_firewalls.list_all()),
        lambda: desk.start(desk.of("network").nat_gateways, GROUP, "n", {"location": "x"}),
        lambda: list(desk.machines.list_by_location("norwayeast")),
        lambda: list(desk.machines.list_all(status_only="true")),
    ):
        assert desk.refused(call) == (501, "NotImplementedByEmulator")


def test_what_only_azure_sets_is_overlooked_in_a_request(desk):
    body = desk.machine(desk.network())
    body["properties"]["vmId"] = "mine"
    body["id"] = "/elsewhere"
    desk.begin(desk.machines, GROUP, "web", body)
    assert desk.machines.get(GROUP, "web").vm_id != "mine"


def test_the_operations_of_every_package_can_be_read():
    """One in eight of them; all is a matter of a quarter of a minute."""
    seen = 0
    for package in {name for several in PACKAGES.values() for name in several}:
        told = list(sources(package))
        assert len({source.title for source in told}) == len(told)
        seen += len(told)
        for found in (operation(source, package) for source in told[::8]):
            by_id = found.title.startswith("resources.Resources_")  # each type has its own version
            assert found.version or by_id
            assert found.method in {"GET", "PUT", "POST", "PATCH", "DELETE", "HEAD"}
            assert found.statuses
    assert seen > 1400


def test_every_model_that_our_types_use_can_be_read():
    contract, seen, todo = Contract(), set(), []
    for path in (
        "Microsoft.Compute/virtualMachines/x",
        "Microsoft.Network/virtualNetworks/x",
        "Microsoft.Storage/storageAccounts/x",
        "Microsoft.DBforPostgreSQL/flexibleServers/x",
        "Microsoft.DesktopVirtualization/hostPools/x",
    ):
        found = contract.find("PUT", f"{PLACE}/providers/{path}").operation
        todo += [Record(found.package, found.body), Record(found.package, found.response)]
    while todo:
        record = todo.pop()
        if record not in seen:
            seen.add(record)
            todo += [r for f in fields(record).values() for r in records(f.shape)]
    assert len(seen) > 250


def records(shape):
    if isinstance(shape, Record):
        return [shape]
    if isinstance(shape, Many):
        return records(shape.of)
    if isinstance(shape, Nested):
        return [r for f in shape.fields.values() for r in records(f.shape)]
    return []


@pytest.mark.parametrize(
    ("body", "kinds"),
    [
        ({"location": "x"}, []),
        ({}, ["missing"]),
        ({"location": 3}, ["type"]),
        ({"location": "x", "zones": "1"}, ["type"]),
        ({"location": "x", "tags": {"a": 1}}, ["type"]),
        ({"location": "x", "properties": {"priority": "spot"}}, []),
        ({"location": "x", "properties": {"priority": "Cheap"}}, ["enum"]),
        ({"location": "x", "properties": {"hardwareProfile": {"vmSize": "New"}}}, []),
        ({"location": "x", "properties": {"osProfile": {"windows": 1}}}, ["unknown"]),
    ],
)
def test_a_body_is_held_against_its_model(body, kinds):
    assert [p.kind for p in check("compute", "VirtualMachine", body)] == kinds


@pytest.mark.parametrize("verb", ["get", "list"])
def test_an_answer_that_breaks_the_description_is_our_bug_and_says_so(desk, azure_emulator, verb):
    desk.network()
    (key,) = (k for k, _ in azure_emulator.emulator.cloud.each() if k.endswith("/net"))
    thing = azure_emulator.emulator.cloud.take(key)
    thing.body["properties"]["colour"] = "red"
    azure_emulator.emulator.cloud.put(key, thing)
    ask = {
        "get": lambda: desk.networks.get(GROUP, "net"),
        "list": lambda: list(desk.networks.list_all()),
    }
    assert desk.refused(ask[verb]) == (500, "EmulatorBroken")
    (told,) = azure_emulator.emulator.broken
    assert "colour" in told
    azure_emulator.emulator.broken.clear()


def test_what_an_operation_ends_with_is_held_to_the_description_too(desk, azure_emulator):
    desk.group()
    body = {
        "location": "norwayeast",
        "properties": {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}},
    }
    seen = []
    desk.networks.begin_create_or_update(
        GROUP,
        "new",
        body,
        polling=False,
        raw_response_hook=lambda told: seen.append(told.http_response.headers["Location"]),
    )
    azure_emulator.settle()
    assert ask(seen[0]) == (200, "")
    (key,) = (k for k, _ in azure_emulator.emulator.cloud.each() if k.endswith("/new"))
    thing = azure_emulator.emulator.cloud.take(key)
    thing.body["properties"]["provisioningState"] = "Splendid"
    azure_emulator.emulator.cloud.put(key, thing)
    assert ask(seen[0]) == (500, "EmulatorBroken")
    azure_emulator.emulator.broken.clear()


def test_this_emulator_is_held_to_the_description_too():
    found = Contract().find("GET", VMS).operation
    check_answer(found, Reply(200, {"id": "x", "properties": {"vmId": "1"}}))
    with pytest.raises(AssertionError, match="colour"):
        check_answer(found, Reply(200, {"colour": "red"}))
    with pytest.raises(AssertionError, match="418"):
        check_answer(found, Reply(418))
