"""What the emulated cloud offers, and what stands in it before anybody orders."""

from __future__ import annotations

from ipaddress import IPv4Network
from uuid import NAMESPACE_URL, uuid5

from emulators.openstack.call import PROJECT, Cloud
from emulators.openstack.identity import REGIONS
from emulators.openstack.store import Thing

# name -> processors, MiB, GB of the disk that comes along
FLAVOURS = {
    "vm-1-2": (1, 2048, 20),
    "vm-2-4": (2, 4096, 20),
    "vm-2-8": (2, 8192, 20),
    "vm-4-16": (4, 16384, 20),
}
IMAGES = ("debian-12", "debian-13", "ubuntu-24.04")
OUTSIDE, PLAN, ZONE = "municipality", "address-plan", "landing-zone"
PLAN_PREFIX = "10.0.0.0/9"
OUTSIDE_CIDR, ZONE_CIDR = "172.31.0.0/20", "10.255.0.0/20"


def fixed_id(region: str, name: str) -> str:
    """The same for ever: settings may name it."""
    return str(uuid5(NAMESPACE_URL, f"grunnmur-openstack/{region}/{name}"))


def flavours(region: str) -> list[Thing]:
    return [
        {
            "id": fixed_id(region, f"flavour {name}"),
            "name": name,
            "vcpus": cpus,
            "ram": mib,
            "disk": disk,
            "swap": "",
            "OS-FLV-EXT-DATA:ephemeral": 0,
            "os-flavor-access:is_public": True,
        }
        for name, (cpus, mib, disk) in FLAVOURS.items()
    ]


def images(region: str) -> list[Thing]:
    return [
        {
            "id": fixed_id(region, f"image {name}"),
            "name": name,
            "status": "active",
            "visibility": "public",
            "created_at": "2026-06-01T00:00:00Z",
            "min_disk": 2,
            "disk_format": "qcow2",
            "container_format": "bare",
        }
        for name in IMAGES
    ]


def furnish(cloud: Cloud) -> None:
    """The way out, the address plan, and a network for what is ordered without one of its own."""
    for region in REGIONS:
        if cloud.store.get(f"{region}/networks", fixed_id(region, OUTSIDE)):
            continue
        for name, cidr in ((OUTSIDE, OUTSIDE_CIDR), (ZONE, ZONE_CIDR)):
            _network(cloud, region, name, cidr)
        pool = {
            "id": fixed_id(region, PLAN),
            "name": PLAN,
            "prefixes": [PLAN_PREFIX],
            "min_prefixlen": "16",
            "max_prefixlen": "28",
            "default_prefixlen": "26",
            "ip_version": 4,
            "project_id": PROJECT,
        }
        cloud.store.put(f"{region}/subnetpools", pool)


def _network(cloud: Cloud, region: str, name: str, cidr: str) -> None:
    now = cloud.zulu()
    network = {
        "id": fixed_id(region, name),
        "name": name,
        "description": "",
        "status": "ACTIVE",
        "admin_state_up": True,
        "router:external": name == OUTSIDE,
        "shared": name == OUTSIDE,
        "tags": [],
        "project_id": PROJECT,
        "created_at": now,
    }
    subnet = {
        "id": fixed_id(region, f"{name} subnet"),
        "name": name,
        "description": "",
        "network_id": network["id"],
        "cidr": cidr,
        "gateway_ip": str(next(IPv4Network(cidr).hosts())),
        "ip_version": 4,
        "enable_dhcp": True,
        "subnetpool_id": None,
        "project_id": PROJECT,
        "created_at": now,
        "tags": [],
    }
    cloud.store.put(f"{region}/networks", network)
    cloud.store.put(f"{region}/subnets", subnet)
