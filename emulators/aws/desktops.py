"""WorkSpaces: a directory per region, Amazon's bundles, and desktops that take their time.

The directory is there as the public images are: what stands behind it, and who is in it, is not
emulated. Any name of a person will do but `nobody`, whom it does not know.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any
from uuid import uuid4

from emulators.aws.answers import AwsError
from emulators.aws.schedule import Due
from emulators.aws.things import Call, Thing, Things, shown

WORKSPACE = "workspaces.workspace"
TAGS = "workspaces.tags"
GONE = "gone"
STRANGER = "nobody"
ID = "WorkspaceId"
MARKS = ("Limit", "NextToken")
# compute type -> root and user volume of Amazon's bundle, GiB
BUNDLES = {
    "VALUE": (80, 10),
    "STANDARD": (80, 50),
    "PERFORMANCE": (80, 100),
    "POWER": (175, 100),
    "POWERPRO": (175, 100),
}
SYSTEMS = {"Windows": "WINDOWS_SERVER_2022", "Ubuntu": "UBUNTU_22_04"}
AT_REST = frozenset({"AVAILABLE", "STOPPED"})


def directory_of(region: str) -> str:
    return f"d-{sha256(region.encode()).hexdigest()[:10]}"


def directories(call: Call) -> dict[str, Any]:
    id_ = directory_of(call.operation.region)
    wanted = call.asked.get("DirectoryIds")
    found: Thing = {
        "DirectoryId": id_,
        "DirectoryName": "landing-zone.internal",
        "Alias": id_,
        "RegistrationCode": "SLiad+EMULAT",
        "DirectoryType": "SIMPLE_AD",
        "WorkspaceType": "PERSONAL",
        "State": "REGISTERED",
        "Tenancy": "SHARED",
    }
    return call.paged("Directories", [found] if not wanted or id_ in wanted else [], *MARKS)


def bundles(call: Call) -> dict[str, Any]:
    wanted, owner = call.asked.get("BundleIds"), call.asked.get("Owner")
    several = list(_bundles().values()) if wanted or owner == "AMAZON" else []
    found = [b for b in several if not wanted or b["BundleId"] in wanted]
    return call.paged("Bundles", found, *MARKS)


def create(call: Call) -> dict[str, Any]:
    failed, begun = [], []
    for wanted in call.asked["Workspaces"]:
        why = _refusal(call, wanted)
        if why:
            code, message = why
            failed.append(
                {"WorkspaceRequest": dict(wanted), "ErrorCode": code, "ErrorMessage": message}
            )
        else:
            begun.append(shown(_make(call, wanted)))
    return {"FailedRequests": failed, "PendingRequests": begun}


def describe(call: Call) -> dict[str, Any]:
    asked = call.asked
    if asked.get("UserName") and not asked.get("DirectoryId"):
        raise _invalid("A directory is needed with a user name")
    found = [
        w
        for w in call.table(WORKSPACE).values()
        if all(
            not asked.get(name) or w[name] == asked[name]
            for name in ("DirectoryId", "UserName", "BundleId")
        )
        and (not asked.get("WorkspaceIds") or w[ID] in asked["WorkspaceIds"])
    ]
    return call.paged("Workspaces", found, *MARKS)


def change(call: Call) -> dict[str, Any]:
    found = call.table(WORKSPACE).get(str(call.asked[ID]))
    if found is None:
        raise AwsError("ResourceNotFoundException", f"{call.asked[ID]} is not found")
    if found["State"] not in AT_REST:
        raise AwsError("OperationInProgressException", f"{found[ID]} is {found['State']}")
    new = {k: v for k, v in (call.asked.get("WorkspaceProperties") or {}).items() if v is not None}
    have = found["WorkspaceProperties"]
    for name in ("RootVolumeSizeGib", "UserVolumeSizeGib"):
        if int(new.get(name) or have[name]) < int(have[name]):
            raise _invalid(f"{name} cannot become smaller")
    found["WorkspaceProperties"] = {**have, **new}
    found["State"] = "UPDATING"
    call.schedule.later(call.address(WORKSPACE, found[ID]), "AVAILABLE")
    return {}


def terminate(call: Call) -> dict[str, Any]:
    failed = []
    for asked in call.asked["TerminateWorkspaceRequests"]:
        found = call.table(WORKSPACE).get(str(asked[ID]))
        if found is None:
            why = {"ErrorCode": "ResourceNotFoundException", "ErrorMessage": "is not found"}
            failed.append({ID: asked[ID], **why})
        elif found["State"] != "TERMINATING":
            found["State"] = "TERMINATING"
            call.schedule.later(call.address(WORKSPACE, found[ID]), GONE)
    return {"FailedRequests": failed}


def describe_tags(call: Call) -> dict[str, Any]:
    return {"TagList": list(_tags(call, str(call.asked["ResourceId"])))}


def create_tags(call: Call) -> dict[str, Any]:
    id_ = str(call.asked["ResourceId"])
    new = {str(t["Key"]): str(t.get("Value") or "") for t in call.asked["Tags"]}
    kept = [t for t in _tags(call, id_) if t["Key"] not in new]
    tags = [*kept, *({"Key": key, "Value": value} for key, value in new.items())]
    call.table(TAGS)[id_] = {"Tags": tags}
    return {}


def delete_tags(call: Call) -> dict[str, Any]:
    id_ = str(call.asked["ResourceId"])
    kept = [t for t in _tags(call, id_) if t["Key"] not in call.asked["TagKeys"]]
    call.table(TAGS)[id_] = {"Tags": kept}
    return {}


def arrive(due: Due, found: Thing, things: Things) -> None:
    """Bring a desktop to what it has come to by now."""
    if due.to == GONE:
        things.drop(due.address)
        things.drop((TAGS, *due.address[1:]))
    elif due.why:
        found |= {"State": "ERROR", "ErrorCode": "InternalError", "ErrorMessage": due.why}
    else:
        found["State"] = due.to


def _make(call: Call, wanted: Mapping[str, Any]) -> Thing:
    id_ = f"ws-{uuid4().hex[:9]}"
    bundle = _bundles()[wanted["BundleId"]]
    size = {
        "RunningMode": "ALWAYS_ON",
        "RootVolumeSizeGib": int(bundle["RootStorage"]["Capacity"]),
        "UserVolumeSizeGib": int(bundle["UserStorage"]["Capacity"]),
        "ComputeTypeName": bundle["ComputeType"]["Name"],
        "OperatingSystemName": SYSTEMS[bundle["Name"].rpartition(" ")[2]],
    }
    asked = wanted.get("WorkspaceProperties") or {}
    names = ("DirectoryId", "UserName", "BundleId", "VolumeEncryptionKey")
    made: Thing = {
        ID: id_,
        **{name: wanted[name] for name in names if wanted.get(name)},
        "State": "PENDING",
        "UserVolumeEncryptionEnabled": bool(wanted.get("UserVolumeEncryptionEnabled")),
        "RootVolumeEncryptionEnabled": bool(wanted.get("RootVolumeEncryptionEnabled")),
        "WorkspaceProperties": {**size, **{k: v for k, v in asked.items() if v is not None}},
        "IpAddress": f"10.0.{len(call.table(WORKSPACE)) % 250}.10",
        "ComputerName": f"WSAMZN-{id_[-8:].upper()}",
    }
    call.table(WORKSPACE)[id_] = made
    call.table(TAGS)[id_] = {"Tags": [dict(tag) for tag in wanted.get("Tags") or ()]}
    call.schedule.begin(call.address(WORKSPACE, id_), "AVAILABLE")
    return made


def _refusal(call: Call, wanted: Mapping[str, Any]) -> tuple[str, str] | None:
    user, directory = wanted["UserName"], wanted["DirectoryId"]
    if directory != directory_of(call.operation.region):
        return "ResourceNotFound.Directory", f"The directory {directory} is not registered"
    if user == STRANGER:
        return "ResourceNotFound.User", f"The user {user} does not exist in {directory}"
    if wanted["BundleId"] not in _bundles():
        return "ResourceNotFound.Bundle", f"The bundle {wanted['BundleId']} does not exist"
    if any(w["UserName"] == user for w in call.table(WORKSPACE).values()):
        return "ResourceExists.WorkSpace", f"{user} has a WorkSpace in {directory} already"
    return None


def _bundles() -> dict[str, Thing]:
    found = {}
    for system in SYSTEMS:
        for compute, (root, user) in BUNDLES.items():
            name = f"{compute.capitalize()} with {system}"
            id_ = f"wsb-{sha256(name.encode()).hexdigest()[:9]}"
            found[id_] = {
                "BundleId": id_,
                "Name": name,
                "Owner": "AMAZON",
                "RootStorage": {"Capacity": str(root)},
                "UserStorage": {"Capacity": str(user)},
                "ComputeType": {"Name": compute},
                "State": "AVAILABLE",
                "BundleType": "REGULAR",
            }
    return found


def _tags(call: Call, id_: str) -> list[dict[str, str]]:
    if id_ not in call.table(WORKSPACE):
        raise AwsError("ResourceNotFoundException", f"{id_} is not found")
    tags: list[dict[str, str]] = call.table(TAGS).get(id_, {}).get("Tags", [])
    return tags


def _invalid(message: str) -> AwsError:
    return AwsError("InvalidParameterValuesException", message)


SERVES = {
    "workspaces.DescribeWorkspaceDirectories": directories,
    "workspaces.DescribeWorkspaceBundles": bundles,
    "workspaces.CreateWorkspaces": create,
    "workspaces.DescribeWorkspaces": describe,
    "workspaces.ModifyWorkspaceProperties": change,
    "workspaces.TerminateWorkspaces": terminate,
    "workspaces.DescribeTags": describe_tags,
    "workspaces.CreateTags": create_tags,
    "workspaces.DeleteTags": delete_tags,
}
ARRIVES = {WORKSPACE: arrive}
