"""What IBM offers here whoever asks: regions, zones, profiles, images, ports of carriers."""

from __future__ import annotations

import uuid
from typing import Any

Thing = dict[str, Any]

REGIONS = ("eu-de", "eu-es", "eu-gb", "ibm-no")  # the last: a contract's own platform in Norway
PROFILES = {
    "cx2-2x4": (2, 4),
    "bx2-2x8": (2, 8),
    "bx2-4x16": (4, 16),
    "bx2-8x32": (8, 32),
    "bx2-16x64": (16, 64),
    "mx2-2x16": (2, 16),
    "mx2-4x32": (4, 32),
}
IMAGES = (  # name, operating system, family, vendor; the newest of a system first
    ("ibm-debian-12-12-minimal-amd64-1", "debian-12-amd64", "Debian GNU/Linux", "Debian"),
    ("ibm-debian-12-11-minimal-amd64-4", "debian-12-amd64", "Debian GNU/Linux", "Debian"),
    ("ibm-debian-13-1-minimal-amd64-1", "debian-13-amd64", "Debian GNU/Linux", "Debian"),
    ("ibm-ubuntu-24-04-3-minimal-amd64-2", "ubuntu-24-04-amd64", "Ubuntu Linux", "Canonical"),
    ("ibm-redhat-9-6-minimal-amd64-3", "red-9-amd64", "Red Hat Enterprise Linux", "Red Hat"),
)
MADE = "2026-08-14T00:00:00Z"
SMALLEST_DISK = 100  # GB
SPEEDS = (50, 100, 200, 500, 1000, 2000, 5000, 10000)
CARRIERS = (  # name, where, what people call it
    ("Telenor", "osl01", "Oslo 1"),
    ("GlobalConnect", "osl01", "Oslo 1"),
    ("Equinix", "fra02", "Frankfurt 2"),
    ("Megaport", "fra02", "Frankfurt 2"),
)
NAMESPACE = uuid.UUID("6a1f5c1d-8e47-4d0a-9b6e-2f0c5f0e9d3b")  # any, for ever the same


def zones(region: str) -> list[str]:
    return [f"{region}-{number}" for number in (1, 2, 3)]


def images(region: str, base: str) -> list[Thing]:
    return [_image(region, base, number) for number in range(len(IMAGES))]


def _image(region: str, base: str, number: int) -> Thing:
    name, system, family, vendor = IMAGES[number]
    id_ = f"{region}-{uuid.uuid5(NAMESPACE, region + name)}"
    return {
        "id": id_,
        "crn": f"crn:v1:bluemix:public:is:{region}:a/ibm::image:{id_}",
        "href": f"{base}/images/{id_}",
        "name": name,
        "created_at": MADE.replace("-14T", f"-{28 - number:02}T"),
        "resource_type": "image",
        "status": "available",
        "status_reasons": [],
        "visibility": "public",
        "encryption": "none",
        "file": {"size": 4},
        "minimum_provisioned_size": SMALLEST_DISK,
        "user_data_format": "cloud_init",
        "zones": [],
        "allowed_use": {
            "api_version": "2026-01-01",
            "bare_metal_server": "true",
            "instance": "true",
        },
        "catalog_offering": {"managed": False},
        "resource_group": {"id": "ibm", "name": "ibm", "href": f"{base}/resource_groups/ibm"},
        "operating_system": {
            "name": system,
            "href": f"{base}/operating_systems/{system}",
            "architecture": "amd64",
            "dedicated_host_only": False,
            "allow_user_image_creation": True,
            "display_name": f"{family} ({system})",
            "family": family,
            "vendor": vendor,
            "version": system.split("-")[1],
            "user_data_format": "cloud_init",
        },
        "_region": region,
    }


def ports() -> list[Thing]:
    """Where carriers hand their lines to IBM, each with room for Direct Link Connect."""
    return [
        {
            "id": str(uuid.uuid5(NAMESPACE, f"{carrier} {place}")),
            "direct_link_count": 1,
            "label": f"XCR-{place.upper()}-CUST-{carrier.upper()}",
            "location_display_name": display,
            "location_name": place,
            "provider_name": carrier,
            "supported_link_speeds": list(SPEEDS),
            "_region": "",
        }
        for carrier, place, display in CARRIERS
    ]
