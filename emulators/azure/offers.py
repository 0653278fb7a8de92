"""What Azure sells where: regions, sizes of machines and databases, images. A part of it.

Azure's description names examples of sizes only; which there are is told by its catalogues.
"""

from __future__ import annotations

from dataclasses import dataclass

from emulators.azure.errors import ArmError

REGIONS = frozenset(
    {"norwayeast", "norwaywest", "swedencentral", "swedensouth", "northeurope", "westeurope"}
    | {"uksouth", "ukwest", "germanywestcentral", "germanynorth", "francecentral", "italynorth"}
    | {"switzerlandnorth", "polandcentral", "spaincentral", "denmarkeast", "belgiumcentral"}
    | {"austriaeast", "eastus", "eastus2", "westus", "westus2", "westus3", "centralus"}
    | {"canadacentral", "brazilsouth", "australiaeast", "japaneast", "southeastasia", "global"}
)
# family -> what one step of it is, in cores and GiB, the numbers of cores, and who sells it not
FAMILIES = {
    "Standard_B{}s_v2": (4, (2, 4, 8, 16, 32), ("norwaywest", "swedensouth")),
    "Standard_B{}as_v2": (4, (2, 4, 8, 16, 32), ("norwaywest", "swedensouth")),
    "Standard_D{}s_v5": (4, (2, 4, 8, 16, 32, 48, 64, 96), ()),
    "Standard_D{}ds_v5": (4, (2, 4, 8, 16, 32, 48, 64, 96), ()),
    "Standard_D{}s_v6": (4, (2, 4, 8, 16, 32, 48, 64, 96), ("norwaywest",)),
    "Standard_E{}s_v5": (8, (2, 4, 8, 16, 20, 32, 48, 64, 96), ()),
    "Standard_F{}s_v2": (2, (2, 4, 8, 16, 32, 48, 64, 72), ("norwaywest",)),
    "Standard_NC{}as_T4_v3": (7, (4, 8, 16, 64), ("norwayeast", "norwaywest", "swedensouth")),
}


@dataclass(frozen=True, slots=True)
class Size:
    cores: int
    memory_gb: int
    not_in: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Image:
    system: str
    disk_gb: int
    generation: int = 2


SIZES = {
    family.format(cores): Size(cores, cores * per_core, not_in)
    for family, (per_core, several, not_in) in FAMILIES.items()
    for cores in several
} | {
    "Standard_B1s": Size(1, 1, ()),
    "Standard_B2s": Size(2, 4, ()),
    "Standard_B2ms": Size(2, 8, ()),
    "Standard_B4ms": Size(4, 16, ()),
}
IMAGES = {
    "debian:debian-12:12-gen2": Image("Linux", 30),
    "debian:debian-12:12": Image("Linux", 30, generation=1),
    "debian:debian-13:13-gen2": Image("Linux", 30),
    "canonical:ubuntu-24_04-lts:server": Image("Linux", 30),
    "canonical:ubuntu-24_04-lts:server-gen1": Image("Linux", 30, generation=1),
    "canonical:0001-com-ubuntu-server-jammy:22_04-lts-gen2": Image("Linux", 30),
    "redhat:rhel:9-lvm-gen2": Image("Linux", 64),
    "suse:sles-15-sp6:gen2": Image("Linux", 30),
    "microsoftwindowsserver:windowsserver:2022-datacenter-azure-edition": Image("Windows", 127),
    "microsoftwindowsserver:windowsserver:2025-datacenter-azure-edition": Image("Windows", 127),
    "microsoftwindowsdesktop:windows-11:win11-24h2-avd": Image("Windows", 127),
}
DATABASE_SIZES = {
    "Burstable": ("Standard_B1ms", "Standard_B2s", "Standard_B2ms", "Standard_B4ms"),
    "GeneralPurpose": tuple(f"Standard_D{n}ds_v5" for n in (2, 4, 8, 16, 32, 48, 64, 96)),
    "MemoryOptimized": tuple(f"Standard_E{n}ds_v5" for n in (2, 4, 8, 16, 20, 32, 48, 64, 96)),
}
DATABASE_STORAGE = (32, 64, 128, 256, 512, 1024, 2048, 4095, 4096, 8192, 16384, 32767)
# ExpressRoute: who carries, from where, and how much
CARRIERS = {
    "Equinix": ("Stockholm", "Amsterdam", "Frankfurt", "London"),
    "GlobalConnect": ("Oslo", "Stavanger", "Copenhagen", "Stockholm"),
    "Telenor": ("Oslo", "Amsterdam", "London", "Stavanger"),
    "Arelion": ("Oslo", "Stockholm", "Amsterdam", "London", "Copenhagen"),
    "Megaport": ("Oslo", "Stavanger", "Stockholm", "Amsterdam"),
}
BANDWIDTHS = (50, 100, 200, 500, 1000, 2000, 5000, 10000)


def check_location(type_: str, location: str) -> None:
    """Raises ArmError for a location that is missing or none."""
    if not location:
        raise ArmError(400, "LocationRequired", "The location property is required for this.")
    if location.lower().replace(" ", "") not in REGIONS:
        known = ",".join(sorted(REGIONS))
        raise ArmError(
            400,
            "LocationNotAvailableForResourceType",
            f"The provided location '{location}' is not available for resource type '{type_}'. "
            f"List of available regions for the resource type is '{known}'.",
        )
