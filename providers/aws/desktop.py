"""One WorkSpace: what a spec asks of it, and how what AWS tells differs and becomes a Resource."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from providers.aws import tags, told
from providers.aws.told import Told, difference
from providers.parameters import Reader
from providers.types import Change, Ref, Resource, Spec, Status

KIND = "workspace"
USER = re.compile(r"[A-Za-z0-9][\w.@-]{0,62}")
DIRECTORY = re.compile(r"d-[0-9a-f]{10}|wsd-[0-9a-z]{8,63}")
KEY = re.compile(r"arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key/[A-Za-z0-9-]+")
AWS_KEY = "alias/aws/workspaces"  # AWS's own, where the order has none
SIZES = {name: name.upper() for name in ("value", "standard", "performance", "power", "powerpro")}
SYSTEMS = ("ubuntu", "windows")
IDLE_MINUTES = 60  # after which a desktop that starts on connect stops
# it starts and stops by itself while nobody uses it: all of that is ready
READY = frozenset({"AVAILABLE", "STOPPED", "STOPPING", "STARTING", "REBOOTING"})
LEAVING = frozenset({"TERMINATING", "TERMINATED"})
FAILED = "ERROR"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The parameters of kind workspace. `directory` empty: the only one of the region."""

    sharing: str
    user: str
    size: str
    system: str
    start_on_connect: bool
    directory: str
    kms_key: str

    @property
    def mode(self) -> str:
        return "AUTO_STOP" if self.start_on_connect else "ALWAYS_ON"


def wanted(spec: Spec, directory: str) -> Wanted:
    """The checked parameters of `spec`; `directory` is the account's own, if it has one.

    Raises InvalidSpec, naming every wrong one.
    """
    read = Reader.of(spec)
    if directory and not read.given.get("directory"):
        read.given["directory"] = directory
    want = Wanted(
        sharing=read.one_of("sharing", ("personal",), "personal"),
        user=read.text("user", USER, "the name of a person in the directory"),
        size=read.one_of("size", SIZES, "standard"),
        system=read.one_of("system", SYSTEMS, "windows"),
        start_on_connect=read.yes("start_on_connect", default=True),
        directory=read.optional("directory", DIRECTORY, "the id of a directory like d-0123456789"),
        kms_key=read.optional("kms_key", KEY, "the ARN of a key in KMS"),
    )
    read.finish()
    return want


def body(spec: Spec, want: Wanted, directory: str, bundle: str) -> dict[str, Any]:
    """The desktop to make. What makes it safe is not for callers to choose."""
    return {
        "DirectoryId": directory,
        "UserName": want.user,
        "BundleId": bundle,
        "RootVolumeEncryptionEnabled": True,
        "UserVolumeEncryptionEnabled": True,
        "VolumeEncryptionKey": want.kms_key or AWS_KEY,
        "WorkspaceProperties": running(want),
        "Tags": tags.as_list(tags.wanted(spec)),
    }


def running(want: Wanted) -> dict[str, Any]:
    idle = {"RunningModeAutoStopTimeoutInMinutes": IDLE_MINUTES} if want.start_on_connect else {}
    return {"RunningMode": want.mode, **idle}


def fits(bundle: Told, want: Wanted) -> bool:
    """Whether a bundle of Amazon's is what is wanted; its name tells the system."""
    compute = told.text(bundle, "ComputeType", "Name").upper()
    name = told.text(bundle, "Name").lower()
    usable = told.text(bundle, "State") in {"", "AVAILABLE"}
    return compute == SIZES[want.size] and want.system in name and usable


def changes(found: Told, labels: Mapping[str, str], spec: Spec, want: Wanted) -> list[Change]:
    """What differs. What AWS does not tell is no difference."""
    properties = told.part(found, "WorkspaceProperties")
    size, mode = told.text(properties, "ComputeTypeName"), told.text(properties, "RunningMode")
    system = told.text(properties, "OperatingSystemName").partition("_")[0].lower()
    user, waking = told.text(found, "UserName"), mode == "AUTO_STOP"
    return [
        *(difference("user", user, want.user, replaces=True) if user else ()),
        *(difference("size", size.lower(), want.size) if size else ()),
        *(difference("system", system, want.system, replaces=True) if system in SYSTEMS else ()),
        *(difference("start_on_connect", waking, want.start_on_connect) if mode else ()),
        *_unencrypted(found),
        *tags.changed(labels, spec),
    ]


def change(changed: set[str], want: Wanted) -> dict[str, Any]:
    """The one property to set now: AWS takes one at a time."""
    if "size" in changed:
        return {"ComputeTypeName": SIZES[want.size]}
    return running(want) if "start_on_connect" in changed else {}


def resource(found: Told, labels: Mapping[str, str], region: str) -> Resource:
    state, owner = told.text(found, "State"), labels.get(tags.OWNERSHIP, "")
    ready = state in READY
    why = told.text(found, "ErrorMessage") or told.text(found, "ErrorCode")
    told_ = ": ".join(filter(None, (state.lower() or "no state told", why)))
    notes = [] if ready else [told_]
    notes += [] if owner else ["does not carry our ownership tag"]
    return Resource(
        ref=Ref(kind=KIND, region=region, id=told.text(found, "WorkspaceId")),
        instance=owner,
        status=Status.READY if ready else Status.FAILED if state == FAILED else Status.PENDING,
        outputs=_outputs(found, region) if ready else {},
        detail="; ".join(notes),
        by_itself=True,
    )


def _outputs(found: Told, region: str) -> Mapping[str, str]:
    shown = {
        "workspace_id": told.text(found, "WorkspaceId"),
        "user": told.text(found, "UserName"),
        "directory": told.text(found, "DirectoryId"),
        "computer_name": told.text(found, "ComputerName"),
        "private_ip": told.text(found, "IpAddress"),
        "region": region,
    }
    return {name: value for name, value in shown.items() if value}


def _unencrypted(found: Told) -> list[Change]:
    names = ("RootVolumeEncryptionEnabled", "UserVolumeEncryptionEnabled")
    if all(told.yes(found, name) is not False for name in names):
        return []
    return difference("security.encrypted", actual=False, wanted=True, replaces=True)
