"""What several kinds at Google are asked for alike."""

from __future__ import annotations

import re

SMALLEST_DISK, LARGEST_DISK = 10, 65_536  # GB
SUBNET = re.compile(
    r"[a-z][a-z0-9-]{0,62}"
    r"|projects/[a-z0-9.:-]+/regions/[a-z0-9-]+/subnetworks/[a-z][a-z0-9-]{0,62}"
)
KEY = re.compile(r"projects/[a-z0-9.:-]+/locations/[a-z0-9-]+/keyRings/[\w-]+/cryptoKeys/[\w-]+")
