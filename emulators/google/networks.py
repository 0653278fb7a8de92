"""Networks, their subnets and firewall rules, and addresses in them."""

from __future__ import annotations

from ipaddress import IPv4Network, ip_network

from emulators.google import offers, operations, resources
from emulators.google.call import LINK, Call
from emulators.google.operations import Work, fingerprint, new_id
from emulators.google.refusal import Refusal, invalid
from emulators.google.store import Store, Thing

SMALLEST = 29  # bits of the smallest subnet's prefix
AUTOMATIC = IPv4Network("10.128.0.0/9")  # what networks that make their own subnets take
DEFAULT = "default"


def furnish(store: Store, project: str, now: str) -> None:
    """Give a project the default network that every new project has, once."""
    path = f"projects/{project}/global/networks/{DEFAULT}"
    if store.get(f"furnished/{project}") is not None:
        return
    store.put(f"furnished/{project}", "furnished", {})
    network = {
        "kind": "compute#network",
        "id": new_id(),
        "name": DEFAULT,
        "description": "Default network for the project",
        "autoCreateSubnetworks": True,
        "creationTimestamp": now,
        "routingConfig": {"routingMode": "REGIONAL"},
        "selfLink": LINK + path,
    }
    store.put(path, "networks", network)
    _automatic_subnets(store, project, network)


def prepare(call: Call, network: Thing) -> Work:
    path = f"{call.folder}/{network['name']}"
    if "IPv4Range" in network:
        raise invalid("resource.IPv4Range", network["IPv4Range"], "Legacy networks are refused.")
    network.setdefault("autoCreateSubnetworks", True)
    network.setdefault("routingConfig", {"routingMode": "REGIONAL"})
    network.setdefault("mtu", 1460)
    if network["autoCreateSubnetworks"]:
        _automatic_subnets(call.store, call.project, network)
    return Work(path, failed=[["drop", path]])


def remove(call: Call, network: Thing) -> Work:
    """Subnets that a network made for itself go with it; others must be gone first."""
    users = call.store.mentioning(network["selfLink"], ["subnetworks"])
    own = [path for path in users if path.endswith(f"/{network['name']}")]
    if not network["autoCreateSubnetworks"]:
        own = []
    resources.not_used(call, [path for path in users if path not in own])
    return Work(call.target, done=[["drop", path] for path in (call.target, *own)])


def shown(call: Call, network: Thing) -> Thing:
    """A network tells its subnets; worked out here, kept nowhere twice."""
    prefix = f"projects/{call.project}/regions/"
    found = call.store.among("subnetworks", prefix)
    links = [s["selfLink"] for _, s in found if s["network"] == network["selfLink"]]
    return {**network, "subnetworks": links} if links else network


def prepare_subnet(call: Call, subnet: Thing) -> Work:
    path = f"{call.folder}/{subnet['name']}"
    network = resources.refer(call, "resource.network", subnet.get("network"), "networks")
    subnet["network"] = LINK + network
    addresses = _range("resource.ipCidrRange", subnet.get("ipCidrRange", ""))
    if addresses.prefixlen > SMALLEST:
        why = f"The smallest subnet has a /{SMALLEST} range."
        raise invalid("resource.ipCidrRange", addresses, why)
    _check_free(call, LINK + network, addresses)
    subnet |= {"gatewayAddress": str(addresses[1]), "stackType": "IPV4_ONLY", "purpose": "PRIVATE"}
    subnet.setdefault("privateIpGoogleAccess", False)
    return Work(path, failed=[["drop", path]])


def expand(call: Call) -> Thing:
    """Widen the range of a subnet, which is all that can be done with one."""
    if again := operations.replay(call):
        return again
    subnet = resources.must(call, call.target)
    operations.idle(call, call.target)
    field = "resource.ipCidrRange"
    have, wanted = IPv4Network(subnet["ipCidrRange"]), _range(field, call.body["ipCidrRange"])
    if not have.subnet_of(wanted) or have == wanted:
        raise invalid(field, wanted, f"It must be wider than {have} and contain it.")
    _check_free(call, subnet["network"], wanted, but=call.target)
    change = ["merge", call.target, {"ipCidrRange": str(wanted)}]
    return operations.begin(call, Work(call.target, done=[change]))


def prepare_firewall(call: Call, rule: Thing) -> Work:
    path = f"{call.folder}/{rule['name']}"
    network = rule.get("network") or f"global/networks/{DEFAULT}"
    rule["network"] = LINK + resources.refer(call, "resource.network", network, "networks")
    if bool(rule.get("allowed")) == bool(rule.get("denied")):
        raise invalid("resource.allowed", "", "Exactly one of allowed and denied is needed.")
    rule.setdefault("direction", "INGRESS")
    rule.setdefault("priority", 1000)
    rule.setdefault("disabled", False)
    rule.setdefault("logConfig", {"enable": False})
    for side in ("sourceRanges", "destinationRanges"):
        for one in rule.get(side, []):
            _range(f"resource.{side}", one)
    if rule["direction"] == "INGRESS" and not any(
        rule.get(k) for k in ("sourceRanges", "sourceTags", "sourceServiceAccounts")
    ):
        rule["sourceRanges"] = ["0.0.0.0/0"]
    return Work(path, failed=[["drop", path]])


def prepare_address(call: Call, address: Thing) -> Work:
    path = f"{call.folder}/{address['name']}"
    if address.get("addressType") == "INTERNAL":
        reference = address.get("subnetwork")
        subnet = resources.must(
            call, resources.refer(call, "resource.subnetwork", reference, "subnetworks")
        )
        address["subnetwork"] = subnet["selfLink"]
        address.setdefault("purpose", "GCE_ENDPOINT")
        hosts = _range("ipCidrRange", subnet["ipCidrRange"])
        nth = call.store.count_up(f"hosts/{subnet['selfLink'].removeprefix(LINK)}")
        address.setdefault("address", str(hosts[nth % (hosts.num_addresses - 4) + 1]))
    else:
        address["addressType"] = "EXTERNAL"
        nth = call.store.count_up(f"external/{call.project}")
        address.setdefault("address", f"203.0.113.{nth % 254 + 1}")
    address["status"] = "RESERVING"
    done = {"status": "RESERVED"}
    return Work(path, done=[["merge", path, done]], failed=[["drop", path]])


def remove_address(call: Call, address: Thing) -> Work:
    resources.not_used(call, [link.removeprefix(LINK) for link in address.get("users", [])])
    return Work(call.target, done=[["drop", call.target]])


def _range(field: str, text: str) -> IPv4Network:
    try:
        found = ip_network(text)
    except ValueError as error:
        raise invalid(field, text, f"Invalid IPCidrRange: {error}.") from None
    if not isinstance(found, IPv4Network):
        raise invalid(field, text, "Only IPv4 ranges are offered by this emulator.")
    return found


def _check_free(call: Call, network: str, wanted: IPv4Network, but: str = "") -> None:
    for path, other in call.store.among("subnetworks", f"projects/{call.project}/regions/"):
        if path == but or other["network"] != network:
            continue
        if ip_network(other["ipCidrRange"]).overlaps(wanted):
            region = path.split("/")[3]
            raise Refusal(
                400,
                "badRequest",
                f"Invalid IPCidrRange: {wanted} conflicts with existing subnetwork "
                f"'{other['name']}' in region '{region}'.",
            )


def _automatic_subnets(store: Store, project: str, network: Thing) -> None:
    ranges = AUTOMATIC.subnets(new_prefix=20)
    for region, addresses in zip(offers.ZONES, ranges, strict=False):
        path = f"projects/{project}/regions/{region}/subnetworks/{network['name']}"
        store.put(
            path,
            "subnetworks",
            {
                "kind": "compute#subnetwork",
                "id": new_id(),
                "name": network["name"],
                "network": network["selfLink"],
                "ipCidrRange": str(addresses),
                "gatewayAddress": str(addresses[1]),
                "region": f"{LINK}projects/{project}/regions/{region}",
                "fingerprint": fingerprint(path),
                "creationTimestamp": network["creationTimestamp"],
                "purpose": "PRIVATE",
                "stackType": "IPV4_ONLY",
                "privateIpGoogleAccess": False,
                "selfLink": LINK + path,
            },
        )
