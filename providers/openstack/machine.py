"""One Nova server: what a spec asks of it, and how what Nova tells becomes a Resource."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass

from providers.errors import NoCapacity, ProviderError, QuotaExceeded
from providers.openstack import tags
from providers.openstack.clients import Told, table, text
from providers.parameters import Reader
from providers.ssh_keys import authorized
from providers.types import Ref, Resource, Spec, Status

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,99}")
LARGEST_DISK = 16_384
UP = {"ACTIVE": "", "SHUTOFF": "stopped", "PAUSED": "paused", "SUSPENDED": "suspended"}
SHELVED = frozenset({"SHELVED", "SHELVED_OFFLOADED"})
TO_CONFIRM = "VERIFY_RESIZE"
FAILED = "ERROR"  # also while it is being started again
REBOOTING = "reboot"
GONE = frozenset({"DELETED", "SOFT_DELETED"})
# Nova takes an order before it looks for a host and an address: its fault tells what is lacking
LACKING: tuple[tuple[re.Pattern[str], type[ProviderError]], ...] = (
    (re.compile(r"(?i)no valid host|not enough|no room"), NoCapacity),
    (re.compile(r"(?i)no (?:fixed|more) ip addresses|quota"), QuotaExceeded),
)
KEPT = f"{tags.PREFIX}image"  # what was asked for; the image behind the name is renewed
KEPT_DISK = f"{tags.PREFIX}disk_gb"
ATTEMPT = f"{tags.PREFIX}attempt"  # the one that made it, whatever is asked of it since
PLACING = "scheduling"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a server is made of. Empty: the account's subnet, the project's default group.

    disk_gb  a volume of its own, where the cloud has volumes; 0 for the flavour's disk
    """

    size: str
    image: str
    disk_gb: int = 0
    subnet: str = ""
    security_group: str = ""
    user_data: str = ""


def wanted(spec: Spec) -> Wanted:
    """The checked parameters of a virtual machine. Raises InvalidSpec, naming every wrong one."""
    read = Reader.of(spec)
    want = Wanted(
        size=read.text("size", NAME, "the name of a flavour"),
        image=read.text("image", NAME, "the name of an image"),
        disk_gb=read.whole("disk_gb", 0, LARGEST_DISK, 0),
        subnet=read.optional("subnet", tags.ID, "the id of a subnet"),
        security_group=read.optional("security_group", tags.ID, "the id of a security group"),
        user_data=first_boot(read.ssh_key()),
    )
    read.finish()
    return want


def first_boot(key: str) -> str:
    """What cloud-init is told at the first start: whose key opens it, and nothing else."""
    return f"#cloud-config\nssh_pwauth: false\n{authorized(key)}"


def encoded(user_data: str) -> str:
    return base64.b64encode(user_data.encode()).decode()


def labels(spec: Spec, want: Wanted) -> dict[str, str]:
    """Everything that the server's metadata says."""
    return {**tags.wanted(spec), KEPT: want.image, KEPT_DISK: str(want.disk_gb)}


def lacking(server: Told) -> type[ProviderError] | None:
    """What a server was not built for want of: a host with room, or an address in its network."""
    if text(server, "status") != FAILED or ran(server):
        return None
    return next((known for words, known in LACKING if words.search(why(server))), None)


def ran(server: Told) -> bool:
    """Whether it was ever up: then there is something on its disk."""
    return bool(text(server, "OS-SRV-USG:launched_at"))


def leaving(server: Told) -> bool:
    return text(server, "OS-EXT-STS:task_state") == "deleting"


def forgotten(server: Told, attempt: int) -> bool:
    """Whether it may be an earlier attempt's, which was seen to be gone.

    What is removed while it is still being placed is gone for Nova at once, and then made for a
    moment all the same. It may as well be one that nobody has removed.
    """
    made_by = text(table(server, "metadata"), ATTEMPT)
    earlier = made_by.isdecimal() and int(made_by) < attempt
    return earlier and text(server, "OS-EXT-STS:task_state") == PLACING


def gone(server: Told) -> bool:
    return text(server, "status") in GONE


def why(server: Told) -> str:
    return text(table(server, "fault"), "message") or "the cloud does not say why"


def status(server: Told) -> tuple[Status, str]:
    """How it is, and why when it is not simply ready."""
    state, task = text(server, "status"), text(server, "OS-EXT-STS:task_state")
    if leaving(server):
        return Status.PENDING, "being removed"
    if state == FAILED and not task.startswith(REBOOTING):
        return Status.FAILED, why(server)
    if (state in UP or state in SHELVED) and not task:
        return Status.READY, UP.get(state, "put away")
    return Status.PENDING, (task or state or "being built").lower().replace("_", " ")


def resource(server: Told, kind: str, region: str) -> Resource:
    now, detail = status(server)
    return Resource(
        ref=Ref(kind=kind, region=region, id=text(server, "id")),
        instance=tags.owner(server),
        status=now,
        outputs=outputs(server, region) if now is Status.READY else {},
        detail=detail,
        by_itself=True,
    )


def outputs(server: Told, region: str) -> Mapping[str, str]:
    """What the customer is told. An image may tell by metadata where it answers."""
    found = {
        "instance_id": text(server, "id"),
        "region": region,
        "private_ip": _address(server, "fixed"),
        "reached_at": _address(server, "floating"),
        "instance_type": size(server),
        "url": text(table(server, "metadata"), "url"),
        "ssh": text(table(server, "metadata"), "ssh"),
    }
    return {name: value for name, value in found.items() if value}


def size(server: Told) -> str:
    return text(table(server, "flavor"), "original_name")


def _address(server: Told, sort: str) -> str:
    networks = table(server, "addresses").values()
    each = [one for several in networks if isinstance(several, list) for one in several]
    told = [one for one in each if isinstance(one, Mapping)]
    found = [one for one in told if one.get("OS-EXT-IPS:type", "fixed") == sort]
    return text(found[0], "addr") if found else ""


def kept_image(server: Told) -> str:
    return text(table(server, "metadata"), KEPT)
