"""What Azure lists too long, links to, or may not show us, is taken for what it is."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from emulators import loopback
from fixtures.azure_emulator import client
from fixtures.deliveries import Delivery
from providers import connect
from providers.azure.door import Door
from providers.errors import NotAuthorised

GONE = "The subscription '00000000-0000-0000-0000-00000000a701' could not be found."


@pytest.mark.parametrize("kind", ["network", "object-storage"])
def test_a_subscription_that_we_may_not_see_is_not_empty(azure, azure_emulator, cases, kind):
    ready = Delivery(azure, azure_emulator.settle, cases[kind].spec).deliver()
    for verb in (azure.read, azure.delete):
        azure_emulator.fault(
            match="resources.ResourceGroups_Get",
            kind="error",
            status=404,
            code="SubscriptionNotFound",
            message=GONE,
        )
        with pytest.raises(NotAuthorised, match="could not be found"):
            verb(ready.ref)
    assert azure.read(ready.ref) == ready


@pytest.mark.parametrize(
    ("link", "ours"),
    [
        ("https://management.azure.com/subscriptions/s?$skiptoken=1", True),
        ("https://management.azure.com:443/subscriptions/s?$skiptoken=1", True),
        ("https://Management.Azure.com/subscriptions/s", True),
        ("https://management.azure.com:8443/subscriptions/s", False),
        ("http://management.azure.com/subscriptions/s", False),
        ("https://management.azure.com.example/subscriptions/s", False),
        ("https://management.azure.com@example/subscriptions/s", False),
        ("https://management.azure.com:x/subscriptions/s", False),
        ("", False),
    ],
)
def test_a_link_is_followed_to_azure_alone_however_it_is_written(link, ours):
    assert Door("https://management.azure.com").leads(link) is ours


def test_a_group_that_is_listed_after_its_removal_is_not_there(
    azure, azure_emulator, azure_sandbox, cases, monkeypatch
):
    spec = cases["network"].spec
    delivery = Delivery(azure, azure_emulator.settle, spec)
    ready = delivery.deliver()
    groups = client("resource.resources", azure_emulator.url).resource_groups
    (group,) = [one.as_dict() for one in groups.list(filter="tagName eq 'grunnmur:instance'")]
    delivery.remove(ready)

    def late(request):
        answer = azure_emulator.emulator.answer(request)
        if not request.path.lower().endswith("/resourcegroups"):
            return answer
        body = json.loads(answer.body)
        body["value"].append(group)
        return replace(answer, body=json.dumps(body).encode())

    served = loopback.serve(late, 0, "127.0.0.1")
    monkeypatch.setenv("GRUNNMUR_ACCOUNT_SANDBOX_AZURE_ENDPOINT", served.url)
    made = connect("azure", azure_sandbox).apply(replace(spec, attempt=2))
    served.close()
    assert made.ref != ready.ref
    assert made.instance == spec.instance


def test_a_network_that_grows_keeps_what_others_have_set(azure, azure_emulator, cases):
    case = cases["network"]
    delivery = Delivery(azure, azure_emulator.settle, case.spec)
    ready = delivery.deliver()
    network = client("network", azure_emulator.url)
    names = (ready.outputs["resource_group"], ready.outputs["network_id"].rpartition("/")[2])
    there = network.virtual_networks.get(*names)
    there.dhcp_options = {"dnsServers": ["10.0.0.4"]}
    there.subnets[0].service_endpoints = [{"service": "Microsoft.Storage"}]
    network.virtual_networks.begin_create_or_update(*names, there)
    azure_emulator.settle()
    delivery.spec = replace(case.spec, parameters=case.changed)
    delivery.deliver()
    grown = network.virtual_networks.get(*names)
    assert list(azure.preview(delivery.spec)) == []
    assert grown.dhcp_options.dns_servers == ["10.0.0.4"]
    assert [one.service for one in grown.subnets[0].service_endpoints] == ["Microsoft.Storage"]
