"""Microsoft.Network: virtual networks, subnets, security groups and interfaces."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from emulators.azure import addresses, circuits, endpoints, ranges
from emulators.azure.call import Call
from emulators.azure.cloud import Thing
from emulators.azure.errors import ArmError
from emulators.azure.kinds import NETWORK, Kind, Offer

LOWEST, HIGHEST = 100, 4096  # a rule's priority
SUBNET = "microsoft.network/virtualnetworks/subnets"
DEFAULT_RULES = (
    ("AllowVnetInBound", 65000, "Inbound", "Allow", "VirtualNetwork", "VirtualNetwork"),
    ("AllowAzureLoadBalancerInBound", 65001, "Inbound", "Allow", "AzureLoadBalancer", "*"),
    ("DenyAllInBound", 65500, "Inbound", "Deny", "*", "*"),
    ("AllowVnetOutBound", 65000, "Outbound", "Allow", "VirtualNetwork", "VirtualNetwork"),
    ("AllowInternetOutBound", 65001, "Outbound", "Allow", "*", "Internet"),
    ("DenyAllOutBound", 65500, "Outbound", "Deny", "*", "*"),
)


def _check_network(call: Call, _old: Thing | None) -> None:
    properties = call.body.get("properties") or {}
    around = ranges.space(properties, call.path)
    subnets = {s.get("name", ""): ranges.of_subnet(s) for s in properties.get("subnets") or ()}
    ranges.check(subnets, around, call.place.name)
    kept = {name.lower(): prefixes for name, prefixes in subnets.items()}
    if "subnets" in properties:
        for key, thing in call.cloud.each(f"{call.place.key}/subnets/", SUBNET):
            if key.rsplit("/", 1)[1] not in kept:
                _check_empty(call, thing)
            elif kept[key.rsplit("/", 1)[1]] != ranges.of_subnet(thing.body):
                _check_empty(call, thing, "InUsePrefixCannotBeDeleted")


def _check_subnet(call: Call, _old: Thing | None) -> None:
    parent = call.place.parent
    network = call.cloud.peek(parent.key) if parent else None
    if network is None or parent is None:
        return
    others = {
        thing.body["name"]: ranges.of_subnet(thing.body)
        for key, thing in call.cloud.each(f"{parent.key}/subnets/", SUBNET)
        if key != call.place.key
    }
    wanted = {**others, call.place.name: ranges.of_subnet(call.body)}
    ranges.check(wanted, ranges.space(network.properties, network.id), parent.name)


def _check_empty(call: Call, subnet: Thing, code: str = "InUseSubnetCannotBeDeleted") -> None:
    used = next(addresses.used_in(call, subnet.id), None)
    if used:
        raise ArmError(
            400,
            code,
            f"Subnet {subnet.body['name']} is in use by {used[0]} and cannot be deleted. In order "
            "to delete the subnet, delete all the resources within the subnet.",
        )


def _fill(_call: Call, new: Thing, old: Thing | None) -> dict[str, Any]:
    new.body["etag"] = f'W/"{uuid4()}"'
    had = old.properties if old else {}
    new.properties["resourceGuid"] = had.get("resourceGuid", str(uuid4()))
    return {}


def _fill_child(_call: Call, new: Thing, _old: Thing | None) -> dict[str, Any]:
    new.body["etag"] = f'W/"{uuid4()}"'
    return {}


def _fill_group(call: Call, new: Thing, old: Thing | None) -> dict[str, Any]:
    new.properties["defaultSecurityRules"] = [
        {
            "id": f"{call.path}/defaultSecurityRules/{name}",
            "name": name,
            "type": "Microsoft.Network/networkSecurityGroups/defaultSecurityRules",
            "properties": {
                "priority": priority,
                "direction": direction,
                "access": access,
                "protocol": "*",
                "sourceAddressPrefix": source,
                "sourcePortRange": "*",
                "destinationAddressPrefix": destination,
                "destinationPortRange": "*",
                "provisioningState": "Succeeded",
            },
        }
        for name, priority, direction, access, source, destination in DEFAULT_RULES
    ]
    return _fill(call, new, old)


def _show_network(call: Call, thing: Thing) -> dict[str, Any]:
    found = call.cloud.each(f"{thing.id.lower()}/subnets/", SUBNET)
    thing.properties["subnets"] = [_show_subnet(call, subnet) for _, subnet in found]
    return thing.body


def _show_subnet(call: Call, thing: Thing) -> dict[str, Any]:
    users = [{"id": id_} for id_, _ in addresses.used_in(call, thing.id)]
    properties = {**thing.properties, **({"ipConfigurations": users} if users else {})}
    return {**thing.body, "properties": properties}


def _show_group(call: Call, thing: Thing) -> dict[str, Any]:
    rules = call.cloud.each(f"{thing.id.lower()}/securityrules/")
    thing.properties["securityRules"] = [rule.body for _, rule in rules]
    return thing.body


def _check_group(call: Call, _old: Thing | None) -> None:
    rules = (call.body.get("properties") or {}).get("securityRules") or []
    seen: dict[tuple[str, int], str] = {}
    for rule in rules:
        properties = rule.get("properties") or {}
        priority = int(properties.get("priority") or 0)
        if not LOWEST <= priority <= HIGHEST:
            raise ArmError(
                400,
                "SecurityRuleInvalidPriority",
                f"Security rule {rule.get('name')} has invalid priority {priority}. Value should "
                f"be from {LOWEST} to {HIGHEST}.",
            )
        place = (str(properties.get("direction")).lower(), priority)
        if place in seen:
            raise ArmError(
                400,
                "SecurityRuleConflict",
                f"Security rule {rule.get('name')} conflicts with rule {seen[place]}. Rules "
                "cannot have the same Priority and Direction.",
            )
        seen[place] = str(rule.get("name"))


OFFER = Offer(
    kinds=(
        Kind(
            type="Microsoft.Network/virtualNetworks",
            states=NETWORK,
            check=_check_network,
            fill=_fill,
            show=_show_network,
            embeds=("subnets",),
            in_use=(400, "InUseSubnetCannotBeDeleted"),
        ),
        Kind(
            type="Microsoft.Network/virtualNetworks/subnets",
            states=NETWORK,
            tracked=False,
            check=_check_subnet,
            fill=_fill_child,
            show=_show_subnet,
            in_use=(400, "InUseSubnetCannotBeDeleted"),
        ),
        Kind(
            type="Microsoft.Network/networkSecurityGroups",
            states=NETWORK,
            check=_check_group,
            fill=_fill_group,
            show=_show_group,
            embeds=("securityRules",),
            in_use=(400, "InUseNetworkSecurityGroupCannotBeDeleted"),
        ),
        Kind(
            type="Microsoft.Network/networkSecurityGroups/securityRules",
            states=NETWORK,
            tracked=False,
            fill=_fill_child,
        ),
        Kind(
            type="Microsoft.Network/networkInterfaces",
            states=NETWORK,
            fill=addresses.fill_interface,
            in_use=(400, "NicInUse"),
        ),
        *circuits.KINDS,
        *endpoints.KINDS,
    ),
)
