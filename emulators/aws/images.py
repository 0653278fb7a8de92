"""The public images of the emulated regions: few, named and owned as the real ones.

Ids differ by region and stay the same over restarts, as real ones do. moto's own list, some
1,300 images per region, is left out: it makes every snapshot and every first call slow.
"""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from moto.ec2.models.amis import Ami

DEBIAN = "136693071363"
CANONICAL = "099720109477"
AMAZON = "137112412989"
# owner, alias, name, root device, day of making
IMAGES = (
    (DEBIAN, None, "debian-12-amd64-20250316-2053", "/dev/xvda", "2025-03-16"),
    (DEBIAN, None, "debian-12-amd64-20250814-2204", "/dev/xvda", "2025-08-14"),
    (DEBIAN, None, "debian-12-arm64-20250814-2204", "/dev/xvda", "2025-08-14"),
    (DEBIAN, None, "debian-13-amd64-20250814-2204", "/dev/xvda", "2025-08-14"),
    (
        CANONICAL,
        None,
        "ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server-20250821",
        "/dev/sda1",
        "2025-08-21",
    ),
    (
        AMAZON,
        "amazon",
        "al2023-ami-2023.8.20250818.0-kernel-6.1-x86_64",
        "/dev/xvda",
        "2025-08-18",
    ),
)


def load(backend: Any) -> None:  # noqa: ANN401 - moto's backend, in place of its own loader
    """Fill `backend.amis`."""
    for owner, alias, name, device, day in IMAGES:
        id_ = f"ami-0{sha256(f'{backend.region_name} {name}'.encode()).hexdigest()[:16]}"
        backend.amis[id_] = Ami(
            backend,
            id_,
            name=name,
            description=name,
            owner_id=owner,
            owner_alias=alias,
            public=True,
            virtualization_type="hvm",
            architecture="arm64" if "arm64" in name else "x86_64",
            creation_date=datetime.fromisoformat(day).replace(tzinfo=UTC),
            image_location=f"{owner}/{name}",
            hypervisor="xen",
            root_device_type="ebs",
            root_device_name=device,
            region_name=f"{backend.region_name}a",
        )
