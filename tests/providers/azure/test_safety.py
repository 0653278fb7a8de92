"""What no caller can switch off, and what is never told."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, replace

import pytest

from providers.azure.keys import nobodys
from providers.errors import InvalidSpec

ALL = ("virtual-machine", "object-storage", "network", "database", "private-connection")
KINDS = (*ALL, "workspace")


@pytest.fixture
def things(azure_emulator):
    """What Azure holds of a type, by the end of its name; the landing zone aside."""

    def found(type_):
        each = azure_emulator.emulator.cloud.each(type_=type_.lower())
        return [thing.body for key, thing in each if "/landing-zone/" not in key]

    return found


@pytest.fixture
def deliver(cases, built):
    return lambda kind: built(cases[kind].spec)


def test_a_machine_is_closed_and_encrypted(deliver, things):
    deliver("virtual-machine")
    (machine,) = things("Microsoft.Compute/virtualMachines")
    properties = machine["properties"]
    assert properties["securityProfile"] == {
        "securityType": "TrustedLaunch",
        "encryptionAtHost": True,
        "uefiSettings": {"secureBootEnabled": True, "vTpmEnabled": True},
    }
    linux = properties["osProfile"]["linuxConfiguration"]
    assert linux["disablePasswordAuthentication"] is True
    assert properties["storageProfile"]["osDisk"]["deleteOption"] == "Delete"
    (nic,) = things("Microsoft.Network/networkInterfaces")
    for configuration in nic["properties"]["ipConfigurations"]:
        assert "publicIPAddress" not in configuration["properties"]
    (disk,) = things("Microsoft.Compute/disks")
    assert disk["properties"]["encryption"]["type"] == "EncryptionAtRestWithPlatformKey"


def test_an_account_is_closed_and_encrypted(deliver, things):
    deliver("object-storage")
    (account,) = things("Microsoft.Storage/storageAccounts")
    properties = account["properties"]
    assert properties["publicNetworkAccess"] == "Disabled"
    assert properties["networkAcls"]["defaultAction"] == "Deny"
    assert properties["minimumTlsVersion"] == "TLS1_2"
    assert properties["supportsHttpsTrafficOnly"] is True
    assert properties["allowBlobPublicAccess"] is False
    assert properties["allowSharedKeyAccess"] is False
    assert properties["encryption"]["requireInfrastructureEncryption"] is True
    (container,) = things("Microsoft.Storage/storageAccounts/blobServices/containers")
    assert container["properties"]["publicAccess"] == "None"


def test_a_database_is_closed_and_has_no_password(deliver, things):
    deliver("database")
    (server,) = things("Microsoft.DBforPostgreSQL/flexibleServers")
    properties = server["properties"]
    assert properties["network"]["publicNetworkAccess"] == "Disabled"
    assert properties["authConfig"]["passwordAuth"] == "Disabled"
    assert "administratorLogin" not in properties
    assert properties["backup"]["backupRetentionDays"] == 35


def test_a_network_lets_in_itself_and_whom_it_names(deliver, things):
    deliver("network")
    (guard,) = things("Microsoft.Network/networkSecurityGroups")
    rules = things("Microsoft.Network/networkSecurityGroups/securityRules")
    allowed = {r["name"]: r["properties"] for r in rules}
    assert allowed["allow-known"]["sourceAddressPrefixes"] == ["10.20.0.0/24"]
    assert allowed["deny-others"]["access"] == "Deny"
    (subnet,) = things("Microsoft.Network/virtualNetworks/subnets")
    assert subnet["properties"]["networkSecurityGroup"]["id"] == guard["id"]
    assert subnet["properties"]["defaultOutboundAccess"] is False


def test_a_desktop_is_closed_and_leaks_nothing(deliver, things):
    deliver("workspace")
    (pool,) = things("Microsoft.DesktopVirtualization/hostPools")
    (workspace,) = things("Microsoft.DesktopVirtualization/workspaces")
    for one in (pool, workspace):
        assert one["properties"]["publicNetworkAccess"] == "Disabled"
    assert "redirectclipboard:i:0" in pool["properties"]["customRdpProperty"]
    assert "drivestoredirect:s:;" in pool["properties"]["customRdpProperty"]


@pytest.mark.parametrize("kind", KINDS)
def test_no_parameter_loosens_anything(azure, cases, kind):
    for name in ("publicNetworkAccess", "public_access", "encryption", "admin_password", "tls"):
        spec = cases[kind].spec
        loose = replace(spec, parameters={**spec.parameters, name: True})
        with pytest.raises(InvalidSpec, match=name):
            azure.apply(loose)


@pytest.mark.parametrize("kind", KINDS)
def test_everything_says_whose_it_is_and_what_for(deliver, azure_emulator, cases, kind):
    deliver(kind)
    spec = cases[kind].spec
    wanted = {f"grunnmur:{key}": value for key, value in spec.tags.items()}
    wanted |= {"grunnmur:instance": spec.instance, "grunnmur:kind": kind}
    for key, thing in azure_emulator.emulator.cloud.each():
        made_by_azure = thing.type == "microsoft.network/networkinterfaces"
        if "/landing-zone" in key or "tags" not in thing.body or made_by_azure:
            continue
        assert wanted.items() <= thing.body["tags"].items(), key


LOOSENED = {
    "object-storage": ("storage", "storage_accounts", {"allowSharedKeyAccess": True}),
    "database": (
        "postgresqlflexibleservers",
        "servers",
        {"network": {"publicNetworkAccess": "Enabled"}},
    ),
    "workspace": ("desktopvirtualization", "host_pools", {"customRdpProperty": "all:i:1;"}),
}


@pytest.mark.parametrize("kind", list(LOOSENED))
def test_what_somebody_loosens_is_drift_and_is_closed_again(
    azure, azure_emulator, cases, built, kind
):
    ready = built(cases[kind].spec)
    package, operations, properties = LOOSENED[kind]
    group = ready.outputs["resource_group"]
    name = ready.outputs.get("account", group)
    client = getattr(azure_emulator.client(package), operations)
    if hasattr(client, "begin_update"):
        client.begin_update(group, name, {"properties": properties}, polling=False)
    else:
        client.update(group, name, {"properties": properties})
    azure_emulator.settle()
    assert [c.field.split(".")[0] for c in azure.preview(cases[kind].spec)] == ["security"]
    built(cases[kind].spec)
    assert list(azure.preview(cases[kind].spec)) == []


def test_a_hole_in_a_network_is_drift_and_is_closed_again(azure, azure_emulator, cases, built):
    ready = built(cases["network"].spec)
    group = ready.outputs["resource_group"]
    rules = azure_emulator.client("network").security_rules
    hole = {
        "priority": 300,
        "direction": "Inbound",
        "access": "Allow",
        "protocol": "Tcp",
        "sourceAddressPrefix": "Internet",
        "sourcePortRange": "*",
        "destinationAddressPrefix": "*",
        "destinationPortRange": "22",
    }
    known = {**hole, "priority": 400, "sourceAddressPrefix": "10.8.0.0/16"}
    for name, properties in (("hole", hole), ("known", known)):
        body = {"properties": properties}
        rules.begin_create_or_update(group, group, name, body, polling=False)
        azure_emulator.settle()
    (change,) = azure.preview(cases["network"].spec)
    assert (change.field, change.actual) == ("security.holes", ["hole"])
    built(cases["network"].spec)
    assert {r.name for r in rules.list(group, group)} == {"allow-known", "deny-others", "known"}


def test_a_service_key_is_told_nobody(azure, cases, deliver, things, caplog):
    caplog.set_level(logging.DEBUG)
    ready = deliver("private-connection")
    (circuit,) = things("Microsoft.Network/expressRouteCircuits")
    key = circuit["properties"]["serviceKey"]
    told = [ready, azure.read(ready.ref), *azure.inventory()]
    told += azure.preview(replace(cases["private-connection"].spec, tags={}))
    assert key not in json.dumps([asdict(one) for one in told])
    assert key not in caplog.text


def test_a_key_that_nobody_has_is_the_same_for_one_machine_and_no_others():
    keys = {nobodys(f"{n:032x}") for n in range(20)}
    assert len(keys) == 20
    assert nobodys("a") == nobodys("a")
    from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415 - slow
        load_ssh_public_key,
    )

    for key in keys:
        load_ssh_public_key(key.encode())
