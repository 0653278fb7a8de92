"""The role that allows what the adapters ask Azure for, and nothing else.

Azure Resource Manager allows a call by the type in its path: GET is read, PUT and PATCH are write,
DELETE is delete, POST the action that it names. What a call needs beside that stands here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator

FILE = "azure-role.json"
VERBS = {"GET": "read", "HEAD": "read", "PUT": "write", "PATCH": "write", "DELETE": "delete"}
VARIABLE = re.compile(r"\{\w+\}")
RESOURCES = "Microsoft.Resources"
JOIN_SUBNET = "Microsoft.Network/virtualNetworks/subnets/join/action"
# the interface is made with its machine, and the disk
MACHINE = (
    JOIN_SUBNET,
    "Microsoft.Compute/disks/write",
    "Microsoft.Network/networkInterfaces/write",
    "Microsoft.Network/networkInterfaces/join/action",
)
# an endpoint joins a subnet, and what it leads to lets it in at once; desktops name that right in
# no document, so the star takes it with its neighbours
ENDPOINT = (
    JOIN_SUBNET,
    "Microsoft.DBforPostgreSQL/flexibleServers/privateEndpointConnectionsApproval/action",
    "Microsoft.DesktopVirtualization/hostpools/privateEndpointConnection*",
    "Microsoft.Storage/storageAccounts/privateEndpointConnectionsApproval/action",
)
GROUP_CONTENT = "Microsoft.Resources/subscriptions/resourcegroups/resources/read"
# what a call needs on other things than its own
BESIDES = {
    GROUP_CONTENT: ("*/read",),  # else a stranger in a group of ours is not seen, and lost with it
    "Microsoft.Compute/virtualMachines/write": MACHINE,
    "Microsoft.DesktopVirtualization/applicationGroups/write": (
        "Microsoft.DesktopVirtualization/hostPools/read",
    ),
    "Microsoft.DesktopVirtualization/workspaces/write": (
        "Microsoft.DesktopVirtualization/applicationGroups/read",
    ),
    "Microsoft.Network/privateEndpoints/write": ENDPOINT,
    "Microsoft.Network/virtualNetworks/write": (
        "Microsoft.Network/networkSecurityGroups/join/action",
    ),
}
# what the storage itself is asked for, which no right to the account gives
BLOBS = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs"
DATA = {
    "blob.List": f"{BLOBS}/read",
    "blob.Get": f"{BLOBS}/read",
    "blob.Put": f"{BLOBS}/write",
    "blob.Delete": f"{BLOBS}/delete",
}
SUBSCRIPTION = "/subscriptions/00000000-0000-0000-0000-000000000000"


def written(calls: Collection[str]) -> str:
    """The role for a subscription whose adapters make these calls, such as `GET /subscriptions/…`.

    The subscription is to be filled in by whoever makes the role.
    """
    role = {
        "Name": "Grunnmur delivery",
        "IsCustom": True,
        "Description": "What Grunnmur's adapters ask Azure for, and nothing else.",
        "Actions": sorted({one for call in calls for one in actions(call)}, key=str.lower),
        "NotActions": [],
        "DataActions": sorted({DATA[call] for call in calls if call in DATA}),
        "NotDataActions": [],
        "AssignableScopes": [SUBSCRIPTION],
    }
    return json.dumps(role, indent=2) + "\n"


def actions(call: str) -> tuple[str, ...]:
    """What a caller must be allowed, to be answered and to learn how it went."""
    if call in DATA:
        return ()
    method, _, path = call.partition(" ")
    type_ = _type(path)
    own = f"{type_}/action" if method == "POST" else f"{type_}/{VERBS[method]}"
    return (own, *BESIDES.get(own, ()), *(() if method == "GET" else _progress(type_)))


def _progress(type_: str) -> Iterator[str]:
    """Where Azure tells how work goes that it has taken on."""
    namespace = type_.partition("/")[0]
    if namespace == RESOURCES:
        yield f"{RESOURCES}/subscriptions/operationresults/read"
    else:
        yield f"{namespace}/locations/*/read"


def _type(path: str) -> str:
    """The type in a path: its namespace, and every other segment after it."""
    _, marked, rest = path.rpartition("/providers/")
    if not marked:  # what Azure Resource Manager has by itself
        kept = [part for part in path.strip("/").split("/") if not VARIABLE.fullmatch(part)]
        return "/".join([RESOURCES, *kept])
    namespace, *parts = rest.split("/")
    return "/".join([namespace, *parts[::2]])
