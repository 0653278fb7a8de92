"""The emulated clouds of the embedded product, and the worker's accounts there."""

from __future__ import annotations

from collections.abc import Mapping
from shutil import which

from cli.addresses import Addresses
from cli.home import Home

ACCOUNT = "sandbox"
TITLES = {
    "aws": "AWS emulator",
    "google": "Google emulator",
    "azure": "Azure emulator",
    "openstack": "Private cloud",
    "ibm": "IBM emulator",
}

QEMU = "qemu-system-x86_64"  # with it the private cloud's servers really boot
PROJECT = "sandbox-project"
SUBSCRIPTION = "00000000-0000-0000-0000-000000000001"
TENANT = "00000000-0000-0000-0000-000000000002"
REGION = "norwayeast"
CLOUD_SUBNET = "90d67a98-f847-5d95-bb26-8e279b4fc25c"  # where the private cloud puts the same
SUBNET = (  # where `--landing-zone` puts what is ordered without a network of its own
    f"/subscriptions/{SUBSCRIPTION}/resourceGroups/landing-zone/providers/Microsoft.Network"
    "/virtualNetworks/landing-zone/subnets/workloads"
)

# IBM's platform in Norway under a contract, and Frankfurt; the subnet is the emulator's own
IBM_REGIONS = "ibm-no,eu-de"
IBM_STORAGE = "crn:v1:bluemix:public:cloud-object-storage:global:a/sandbox:sandbox::"
IBM_SUBNET = "landing-zone-workloads"


def command(home: Home, addresses: Addresses) -> list[str]:
    """The arguments that start all in one process, each with its folder in `home`."""
    ports = [f"--{name}-port={addresses.ports[name]}" for name in TITLES]
    zone = f"--landing-zone={SUBSCRIPTION}:{REGION}"
    return ["emulators", *ports, zone, f"--state={home.folder}", "--boot"]


def doors(addresses: Addresses) -> dict[str, str]:
    """Title -> address of each."""
    return {title: addresses.of(name) for name, title in TITLES.items()}


def servers() -> str:
    """What becomes of servers that are ordered in the private cloud."""
    if which(QEMU):
        return "Servers of the private cloud really boot, at most four at a time."
    return f"Servers of the private cloud are simulated: there is no {QEMU} here."


def settings(home: Home, addresses: Addresses) -> Mapping[str, str]:
    """The worker's accounts: all called `sandbox`, none a person's own."""
    prefix = f"GRUNNMUR_ACCOUNT_{ACCOUNT.upper()}"
    return {
        f"{prefix}_AWS_ENDPOINT": addresses.of("aws"),
        f"{prefix}_GCP_ENDPOINT": addresses.of("google"),
        f"{prefix}_GCP_PROJECT": PROJECT,
        f"{prefix}_OPENSTACK_ENDPOINT": f"{addresses.of('openstack')}/identity/v3",
        f"{prefix}_OPENSTACK_SUBNET": CLOUD_SUBNET,
        f"{prefix}_OPENSTACK_PLAN": "address-plan",
        f"{prefix}_OPENSTACK_EXTERNAL_NETWORK": "municipality",
        f"{prefix}_AZURE_ENDPOINT": addresses.of("azure"),
        f"{prefix}_AZURE_SUBSCRIPTION": SUBSCRIPTION,
        f"{prefix}_AZURE_TENANT": TENANT,
        f"{prefix}_AZURE_SUBNET": SUBNET,
        f"{prefix}_IBM_ENDPOINT": addresses.of("ibm"),
        f"{prefix}_IBM_REGIONS": IBM_REGIONS,
        f"{prefix}_IBM_STORAGE": IBM_STORAGE,
        f"{prefix}_IBM_SUBNET": IBM_SUBNET,
        "AWS_ACCESS_KEY_ID": "emulated",
        "AWS_SECRET_ACCESS_KEY": home.secret("emulated-aws"),
        "AWS_EC2_METADATA_DISABLED": "true",
    }
