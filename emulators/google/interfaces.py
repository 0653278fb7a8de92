"""The network interfaces of machines: private addresses, and public ones taken away."""

from __future__ import annotations

from ipaddress import ip_network

from emulators.google import offers, operations, resources
from emulators.google.call import Call
from emulators.google.operations import Work, fingerprint
from emulators.google.refusal import invalid
from emulators.google.store import Thing


def fill_in(call: Call, wanted: list[Thing]) -> list[Thing]:
    if not wanted:
        raise invalid("resource.networkInterfaces", "", "At least one network interface is needed.")
    return [_interface(call, index, nic) for index, nic in enumerate(wanted)]


def delete_access_config(call: Call) -> Thing:
    """Take a public address off one interface."""
    if again := operations.replay(call):
        return again
    machine = resources.must(call, call.target)
    operations.idle(call, call.target)
    kept = []
    for nic in machine["networkInterfaces"]:
        configs = nic.get("accessConfigs", [])
        if nic["name"] == call.query["networkInterface"]:
            configs = [c for c in configs if c.get("name") != call.query["accessConfig"]]
        kept.append({**nic, "accessConfigs": configs})
    return operations.begin(
        call, Work(call.target, done=[["merge", call.target, {"networkInterfaces": kept}]])
    )


def _interface(call: Call, index: int, nic: Thing) -> Thing:
    field = f"resource.networkInterfaces[{index}]"
    region = offers.region_of(call.path["zone"])
    if subnet := nic.get("subnetwork"):
        path = resources.refer(call, f"{field}.subnetwork", subnet, "subnetworks")
    else:
        network = nic.get("network") or "global/networks/default"
        parent = resources.must(
            call, resources.refer(call, f"{field}.network", network, "networks")
        )
        if not parent.get("autoCreateSubnetworks"):
            why = "Subnetwork should be specified for custom subnetmode network"
            raise invalid(f"{field}.subnetwork", "", why)
        path = f"projects/{call.project}/regions/{region}/subnetworks/{parent['name']}"
    if path.split("/")[3] != region:
        raise invalid(f"{field}.subnetwork", path, f"It must be in region '{region}'.")
    found = resources.must(call, path)
    hosts = ip_network(found["ipCidrRange"])
    nth = call.store.count_up(f"hosts/{path}") % (hosts.num_addresses - 4) + 1
    public = [
        {"kind": "compute#accessConfig", "natIP": f"203.0.113.{nth % 254 + 1}", **config}
        for config in nic.get("accessConfigs", [])
    ]
    return {
        "kind": "compute#networkInterface",
        "networkIP": str(hosts[nth]),
        "stackType": "IPV4_ONLY",
        **nic,
        "name": f"nic{index}",
        "network": found["network"],
        "subnetwork": found["selfLink"],
        "fingerprint": fingerprint(nic),
        **({"accessConfigs": public} if public else {}),
    }
