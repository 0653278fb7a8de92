"""Networks, circuits and private endpoints as Azure has them."""

import pytest

from fixtures.azure_emulator import REGION

GROUP = "rg1"
CARRIER = {
    "serviceProviderName": "GlobalConnect",
    "peeringLocation": "Oslo",
    "bandwidthInMbps": 200,
}
SKU = {"name": "Standard_MeteredData", "tier": "Standard", "family": "MeteredData"}
PEERING = {
    "properties": {
        "peeringType": "AzurePrivatePeering",
        "peerASN": 65010,
        "vlanId": 100,
        "primaryPeerAddressPrefix": "10.9.0.0/30",
        "secondaryPeerAddressPrefix": "10.9.0.4/30",
    }
}


def rule(name, priority, **more):
    properties = {
        "priority": priority,
        "direction": "Inbound",
        "access": "Allow",
        "protocol": "Tcp",
        "sourceAddressPrefix": "10.0.0.0/8",
        "sourcePortRange": "*",
        "destinationAddressPrefix": "*",
        "destinationPortRange": "443",
        **more,
    }
    return {"name": name, "properties": properties}


def circuit(**changed):
    return {
        "location": REGION,
        "sku": SKU,
        "properties": {"serviceProviderProperties": {**CARRIER, **changed}},
    }


def test_a_network_shows_the_subnets_it_was_put_with_and_those_of_their_own(desk):
    desk.network()
    subnets = desk.of("network").subnets
    body = {"properties": {"addressPrefix": "10.0.2.0/24"}}
    desk.begin(subnets, GROUP, "net", "more", body)
    found = desk.networks.get(GROUP, "net")
    assert [s.name for s in found.subnets] == ["work", "more"]
    assert {s.provisioning_state for s in found.subnets} == {"Succeeded"}


def test_putting_a_network_without_a_subnet_removes_it_unless_it_is_in_use(desk):
    subnet = desk.network()
    space = {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}, "subnets": []}
    desk.begin(desk.machines, GROUP, "web", desk.machine(subnet))

    def put():
        desk.begin(desk.networks, GROUP, "net", {"location": REGION, "properties": space})

    assert desk.refused(put) == (400, "InUseSubnetCannotBeDeleted")
    desk.begin(desk.machines, GROUP, "web", verb="delete")
    put()
    assert desk.networks.get(GROUP, "net").subnets == []


@pytest.mark.parametrize(
    ("properties", "code"),
    [
        ({"addressSpace": {"addressPrefixes": ["10.0.0.1/16"]}}, "InvalidAddressPrefixFormat"),
        ({"addressSpace": {}}, "InvalidRequestFormat"),
        (
            {"subnets": [{"name": "s", "properties": {"addressPrefix": "10.1.0.0/24"}}]},
            "NetcfgInvalidSubnet",
        ),
        (
            {
                "subnets": [
                    {"name": "a", "properties": {"addressPrefix": "10.0.0.0/24"}},
                    {"name": "b", "properties": {"addressPrefix": "10.0.0.128/25"}},
                ]
            },
            "NetcfgSubnetRangesOverlap",
        ),
        ({"adressSpace": {}}, "InvalidRequestContent"),
    ],
)
def test_a_network_that_cannot_be_is_refused(desk, properties, code):
    assert desk.refused(lambda: desk.network(**properties)) == (400, code)
    assert list(desk.networks.list_all()) == []


def test_a_security_group_has_rules_of_its_own_and_those_that_all_have(desk):
    desk.group()
    groups = desk.of("network").network_security_groups
    body = {"location": REGION, "properties": {"securityRules": [rule("https", 100)]}}
    desk.begin(groups, GROUP, "nsg", body)
    found = groups.get(GROUP, "nsg")
    assert [r.name for r in found.security_rules] == ["https"]
    assert "DenyAllInBound" in {r.name for r in found.default_security_rules}


@pytest.mark.parametrize(
    ("rules", "code"),
    [
        ([rule("a", 100), rule("b", 100)], "SecurityRuleConflict"),
        ([rule("a", 99)], "SecurityRuleInvalidPriority"),
        ([rule("a", 100, access="Perhaps")], "InvalidParameter"),
        ([{"name": "a", "properties": {"priority": 100}}], "InvalidParameter"),
    ],
)
def test_rules_that_cannot_be_are_refused(desk, rules, code):
    desk.group()
    groups = desk.of("network").network_security_groups
    body = {"location": REGION, "properties": {"securityRules": rules}}
    assert desk.refused(lambda: desk.start(groups, GROUP, "nsg", body)) == (400, code)


def test_what_stands_on_something_waits_until_it_is_done(desk):
    desk.group()
    groups = desk.of("network").network_security_groups
    desk.start(groups, GROUP, "nsg", {"location": REGION})
    nsg = desk.id("Microsoft.Network/networkSecurityGroups", "nsg")
    subnet = {
        "name": "s",
        "properties": {"addressPrefix": "10.0.1.0/24", "networkSecurityGroup": {"id": nsg}},
    }
    call = lambda: desk.network("other", subnets=[subnet])  # noqa: E731
    assert desk.refused(call) == (409, "ReferencedResourceNotProvisioned")
    desk.azure.settle()
    call()
    assert desk.refused(lambda: desk.start(groups, GROUP, "nsg", verb="delete")) == (
        400,
        "InUseNetworkSecurityGroupCannotBeDeleted",
    )


def test_what_it_refers_to_has_to_be_there(desk):
    subnet = desk.network()
    call = lambda: desk.start(desk.machines, GROUP, "web", desk.machine(f"{subnet}x"))  # noqa: E731
    assert desk.refused(call) == (400, "InvalidResourceReference")
    interfaces = desk.of("network").network_interfaces
    body = {
        "location": REGION,
        "properties": {
            "ipConfigurations": [{"name": "ip", "properties": {"subnet": {"id": subnet}}}]
        },
    }
    desk.begin(interfaces, GROUP, "nic", body)
    assert interfaces.get(GROUP, "nic").ip_configurations[0].private_ip_address == "10.0.1.4"
    assert desk.refused(lambda: desk.start(desk.networks, GROUP, "net", verb="delete")) == (
        400,
        "InUseSubnetCannotBeDeleted",
    )


def test_a_subnet_that_is_full_gives_no_more_addresses(desk):
    small = [{"name": "work", "properties": {"addressPrefix": "10.0.1.0/29"}}]
    subnet = desk.network(subnets=small)
    for name in ("a1", "b1", "c1"):
        body = desk.machine(subnet)
        profile = body["properties"]["networkProfile"]["networkInterfaceConfigurations"][0]
        profile["name"] = name
        desk.begin(desk.machines, GROUP, name, body)
    body = desk.machine(subnet)
    assert desk.refused(lambda: desk.start(desk.machines, GROUP, "d1", body)) == (
        400,
        "SubnetIsFull",
    )


def test_a_circuit_waits_for_its_carrier_and_only_then_takes_a_peering(desk):
    desk.group()
    circuits = desk.of("network").express_route_circuits
    peerings = desk.of("network").express_route_circuit_peerings
    desk.start(circuits, GROUP, "er", circuit())
    desk.azure.settle(1)
    found = circuits.get(GROUP, "er")
    assert found.provisioning_state == "Succeeded"
    assert found.service_provider_provisioning_state == "NotProvisioned"
    assert len(found.service_key) == 36
    call = lambda: desk.begin(peerings, GROUP, "er", "AzurePrivatePeering", PEERING)  # noqa: E731
    assert desk.refused(call) == (400, "CircuitNotProvisionedByServiceProvider")
    desk.azure.settle()
    assert circuits.get(GROUP, "er").service_provider_provisioning_state == "Provisioned"
    call()
    assert [p.vlan_id for p in circuits.get(GROUP, "er").peerings] == [100]
    assert circuits.get(GROUP, "er").service_key == found.service_key


@pytest.mark.parametrize(
    "changed",
    [
        {"serviceProviderName": "Nobody"},
        {"peeringLocation": "Moon"},
        {"bandwidthInMbps": 123},
    ],
)
def test_a_circuit_that_nobody_sells_is_refused(desk, changed):
    desk.group()
    circuits = desk.of("network").express_route_circuits
    call = lambda: desk.start(circuits, GROUP, "er", circuit(**changed))  # noqa: E731
    assert desk.refused(call) == (400, "InvalidParameter")


def test_a_private_endpoint_leads_to_a_service_from_inside(desk):
    subnet = desk.network()
    account = desk.of("storage").storage_accounts
    body = {"location": REGION, "sku": {"name": "Standard_ZRS"}, "kind": "StorageV2"}
    desk.begin(account, GROUP, "acct1", {**body, "properties": {}}, verb="create")
    endpoints = desk.of("network").private_endpoints

    def put(door):
        connection = {
            "privateLinkServiceId": desk.id("Microsoft.Storage/storageAccounts", "acct1"),
            "groupIds": [door],
        }
        properties = {
            "subnet": {"id": subnet},
            "privateLinkServiceConnections": [{"name": "c", "properties": connection}],
        }
        desk.begin(endpoints, GROUP, "pe", {"location": REGION, "properties": properties})

    assert desk.refused(lambda: put("table")) == (400, "PrivateEndpointInvalidGroupId")
    put("blob")
    found = endpoints.get(GROUP, "pe")
    assert found.custom_dns_configs[0].fqdn == "acct1.blob.core.windows.net"
    assert found.custom_dns_configs[0].ip_addresses == ["10.0.1.4"]
    desk.begin(endpoints, GROUP, "pe", verb="delete")
    assert list(desk.of("network").network_interfaces.list_all()) == []
