"""What Google offers here whoever asks: a few regions, zones, machine types, disk types, images."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emulators.google.call import LINK

Thing = dict[str, Any]

ZONES = {
    "europe-north1": "abc",
    "europe-north2": "abc",
    "europe-west1": "bcd",
    "europe-west4": "abc",
}
# name, processors, memory in MiB, regions that do not have it
MACHINE_TYPES = (
    ("e2-micro", 2, 1024, ()),
    ("e2-small", 2, 2048, ()),
    ("e2-medium", 2, 4096, ()),
    ("e2-standard-2", 2, 8192, ()),
    ("e2-standard-4", 4, 16384, ()),
    ("e2-standard-8", 8, 32768, ()),
    ("n2-standard-2", 2, 8192, ("europe-north2",)),
    ("n2-standard-4", 4, 16384, ("europe-north2",)),
    ("n2-standard-16", 16, 65536, ("europe-north2",)),
    ("n4-standard-4", 4, 16384, ("europe-north2",)),
)
DISK_TYPES = ("pd-standard", "pd-balanced", "pd-ssd", "hyperdisk-balanced")
# project, family, image, GiB
IMAGES = (
    ("debian-cloud", "debian-12", "debian-12-bookworm-v20251014", 10),
    ("debian-cloud", "debian-13", "debian-13-trixie-v20251014", 10),
    ("ubuntu-os-cloud", "ubuntu-2404-lts-amd64", "ubuntu-2404-noble-amd64-v20251001", 10),
    ("rhel-cloud", "rhel-9", "rhel-9-v20251016", 20),
    ("windows-cloud", "windows-2022", "windows-server-2022-dc-v20251014", 50),
)
MADE = "2025-10-14T00:00:00.000-07:00"


def find(path: str) -> Thing | None:
    """The thing that Google itself keeps at `path`, such as `projects/p/zones/z`."""
    folder, _, name = path.rpartition("/")
    return next((thing for thing in listed(folder) if thing["name"] == name), None)


def listed(folder: str) -> list[Thing]:
    """Everything that Google itself keeps in `folder`, a collection in some scope."""
    return [
        {**thing, "id": str(number), "selfLink": f"{LINK}{folder}/{thing['name']}"}
        for number, thing in enumerate(_listed(folder.split("/")), 1)
    ]


def family(project: str, name: str) -> Thing | None:
    """The newest image of a family."""
    folder = f"projects/{project}/global/images"
    return next((image for image in listed(folder) if image["family"] == name), None)


def region_of(zone: str) -> str:
    return zone.rsplit("-", 1)[0]


def _listed(parts: list[str]) -> Iterator[Thing]:
    match parts:
        case ["projects", project, "zones"]:
            yield from (_zone(project, zone) for zone in _zones())
        case ["projects", project, "regions"]:
            yield from (_region(project, region) for region in ZONES)
        case ["projects", _, "zones", zone, "machineTypes"] if zone in _zones():
            yield from _machine_types(zone)
        case ["projects", _, "zones", zone, "diskTypes"] if zone in _zones():
            for name in DISK_TYPES:
                yield {"kind": "compute#diskType", "name": name, "creationTimestamp": MADE}
        case ["projects", project, "global", "images"]:
            yield from _images(project)
        case _:
            return


def _zones() -> list[str]:
    return [f"{region}-{letter}" for region, letters in ZONES.items() for letter in letters]


def _zone(project: str, zone: str) -> Thing:
    link = f"{LINK}projects/{project}/regions/{region_of(zone)}"
    return {"kind": "compute#zone", "name": zone, "status": "UP", "region": link}


def _region(project: str, region: str) -> Thing:
    links = [f"{LINK}projects/{project}/zones/{region}-{letter}" for letter in ZONES[region]]
    return {"kind": "compute#region", "name": region, "status": "UP", "zones": links}


def _machine_types(zone: str) -> Iterator[Thing]:
    for name, processors, memory, absent in MACHINE_TYPES:
        if region_of(zone) not in absent:
            yield {
                "kind": "compute#machineType",
                "name": name,
                "guestCpus": processors,
                "memoryMb": memory,
                "zone": zone,
                "architecture": "X86_64",
                "creationTimestamp": MADE,
            }


def _images(project: str) -> Iterator[Thing]:
    for owner, family_name, name, size in IMAGES:
        if owner == project:
            yield {
                "kind": "compute#image",
                "name": name,
                "family": family_name,
                "diskSizeGb": str(size),
                "status": "READY",
                "architecture": "X86_64",
                "creationTimestamp": MADE,
                "guestOsFeatures": [{"type": "UEFI_COMPATIBLE"}, {"type": "GVNIC"}],
            }
