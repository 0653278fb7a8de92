"""The index of tags over services, for what is written here; moto has it for the rest."""

from __future__ import annotations

from typing import Any

from emulators.aws.desktops import TAGS
from emulators.aws.operation import Operation
from emulators.aws.things import Call

TITLE = "resourcegroupstaggingapi.GetResources"
SORT = "workspaces:workspace"


def ours(operation: Operation) -> bool:
    """Whether only desktops are asked for."""
    asked = operation.params.get("ResourceTypeFilters") if operation.title == TITLE else None
    return list(asked or ()) == [SORT]


def find(call: Call) -> dict[str, Any]:
    filters = {str(f["Key"]): f.get("Values") for f in call.asked.get("TagFilters") or ()}
    start = f"arn:aws:workspaces:{call.operation.region}:{call.operation.account}:workspace/"
    found = []
    for id_, thing in call.table(TAGS).items():
        have = {tag["Key"]: tag["Value"] for tag in thing["Tags"]}
        if all(have.get(k) in (v or have.values()) for k, v in filters.items()):
            found.append({"ResourceARN": f"{start}{id_}", "Tags": thing["Tags"]})
    page = call.paged("ResourceTagMappingList", found, "ResourcesPerPage", "PaginationToken")
    return {"PaginationToken": "", **page}
