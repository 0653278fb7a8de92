"""What stands in the cloud before anybody orders: flavours, images, the plan, the ways out."""

from __future__ import annotations

from typing import Any

from config_files import PASSWORD, Plane
from keystoneauth1.identity.v3 import Password
from keystoneauth1.session import Session

# name -> processors, MiB, GB. The last is more than the one host has.
FLAVOURS = {
    "vm-1-2": (1, 2048, 20),
    "vm-2-4": (2, 4096, 20),
    "vm-2-8": (2, 8192, 20),
    "vm-4-16": (4, 16384, 20),
    "vm-too-large": (4000, 2048, 20),
}
IMAGES = ("debian-12", "debian-13", "ubuntu-24.04")
OUTSIDE, PLAN, ZONE, FULL = "municipality", "address-plan", "landing-zone", "full"
OCTETS = {"Content-Type": "application/octet-stream"}
OUTSIDE_CIDR, ZONE_CIDR, FULL_CIDR = "172.31.0.0/20", "10.255.0.0/20", "10.254.0.0/30"
PLAN_PREFIX = "10.64.0.0/25"  # two networks of the usual size


def furnish(plane: Plane) -> dict[str, str]:
    """Makes it, and tells the ids that settings and tests name."""
    admin, customer = _signed_in(plane, "admin"), _signed_in(plane, "municipality")
    told = {"project": str(customer.get_project_id())}
    told |= {f"flavour {name}": _flavour(plane, admin, name) for name in FLAVOURS}
    for name in IMAGES:
        _image(plane, admin, name)
    outside = _make(plane, admin, "network", name=OUTSIDE, **{"router:external": True})
    told |= {"outside": _subnet(plane, admin, outside, OUTSIDE_CIDR)}
    sizes = {"min_prefixlen": 16, "max_prefixlen": 28, "default_prefixlen": 26}
    _make(plane, admin, "subnetpool", name=PLAN, prefixes=[PLAN_PREFIX], shared=True, **sizes)
    for name, cidr in ((ZONE, ZONE_CIDR), (FULL, FULL_CIDR)):
        network = _make(plane, customer, "network", name=name)
        told[name] = _subnet(plane, customer, network, cidr)
    _make(plane, customer, "port", network_id=network, name="the last address")
    # Neutron makes the project's own group at the first look
    _ask(customer, "GET", f"{plane.url('neutron')}/v2.0/security-groups")
    return told


def _signed_in(plane: Plane, user: str) -> Session:
    auth = Password(
        auth_url=f"{plane.url('keystone')}/v3",
        username=user,
        password=PASSWORD,
        project_name=user,
        user_domain_id="default",
        project_domain_id="default",
    )
    return Session(auth)


def _ask(session: Session, method: str, url: str, **more: Any) -> Any:
    answer = session.request(url, method, **more)
    return answer.json() if answer.content else None


def _make(plane: Plane, session: Session, sort: str, **told: object) -> str:
    url = f"{plane.url('neutron')}/v2.0/{sort}s"
    return str(_ask(session, "POST", url, json={sort: told})[sort]["id"])


def _subnet(plane: Plane, session: Session, network: str, cidr: str) -> str:
    return _make(plane, session, "subnet", network_id=network, cidr=cidr, ip_version=4)


def _flavour(plane: Plane, admin: Session, name: str) -> str:
    cpus, mib, disk = FLAVOURS[name]
    told = {"flavor": {"name": name, "vcpus": cpus, "ram": mib, "disk": disk}}
    made = _ask(admin, "POST", f"{plane.url('nova')}/v2.1/flavors", json=told)
    return str(made["flavor"]["id"])


def _image(plane: Plane, admin: Session, name: str) -> None:
    url = f"{plane.url('glance')}/v2/images"
    told = {"name": name, "disk_format": "raw", "container_format": "bare"}
    made = _ask(admin, "POST", url, json=told | {"visibility": "public"})
    _ask(admin, "PUT", f"{url}/{made['id']}/file", data=b"nothing boots", headers=OCTETS)
