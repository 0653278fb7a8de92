"""Microsoft.DesktopVirtualization: host pools, application groups, workspaces. All at once."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

from emulators.azure.call import Call
from emulators.azure.cloud import Thing
from emulators.azure.errors import ArmError, invalid, unchangeable
from emulators.azure.kinds import STATELESS, Kind, Offer

POOL = "microsoft.desktopvirtualization/hostpools"
NAMES = re.compile(r"[\w.@ -]{3,64}")
GROUP = "microsoft.desktopvirtualization/applicationgroups"


def _fill(_call: Call, new: Thing, old: Thing | None) -> dict[str, Any]:
    new.body["etag"] = f'"{uuid4()}"'
    had = old.properties if old else {}
    new.properties["objectId"] = had.get("objectId", str(uuid4()))
    new.properties["cloudPcResource"] = False
    return {}


def _check_pool(call: Call, old: Thing | None) -> None:
    wanted = (call.body.get("properties") or {}).get("hostPoolType")
    if old and wanted is not None and wanted != old.properties["hostPoolType"]:
        raise unchangeable("hostPoolType")


def _fill_pool(call: Call, new: Thing, old: Thing | None) -> dict[str, Any]:
    new.properties.pop("registrationInfo", None)  # shown by an operation of its own
    new.properties.setdefault("publicNetworkAccess", "Enabled")
    new.properties["applicationGroupReferences"] = (
        old.properties.get("applicationGroupReferences", []) if old else []
    )
    return _fill(call, new, old)


def _check_group(call: Call, old: Thing | None) -> None:
    properties = call.body.get("properties") or {}
    pool = properties.get("hostPoolArmPath")
    found = call.cloud.peek(str(pool).lower())
    if old is None and (found is None or found.type != POOL):
        raise invalid("hostPoolArmPath", f"There is no host pool {pool}.", "HostPoolNotFound")
    if old and pool and pool.lower() != old.properties["hostPoolArmPath"].lower():
        raise unchangeable("hostPoolArmPath")


def _fill_group(call: Call, new: Thing, old: Thing | None) -> dict[str, Any]:
    key = new.properties["hostPoolArmPath"].lower()
    pool = call.cloud.take(key)
    if pool and old is None:
        pool.properties["applicationGroupReferences"].append(new.id)
        call.cloud.put(key, pool)
    return _fill(call, new, old)


def _let_go(call: Call, thing: Thing) -> tuple[str, ...]:
    key = thing.properties["hostPoolArmPath"].lower()
    pool = call.cloud.take(key)
    if pool:
        references = pool.properties["applicationGroupReferences"]
        kept = [r for r in references if r.lower() != thing.id.lower()]
        pool.properties["applicationGroupReferences"] = kept
        call.cloud.put(key, pool)
    return ()


def _check_workspace(call: Call, _old: Thing | None) -> None:
    wanted = (call.body.get("properties") or {}).get("applicationGroupReferences") or []
    for reference in wanted:
        found = call.cloud.peek(reference.lower())
        if found is None or found.type != GROUP:
            raise ArmError(
                400,
                "ApplicationGroupNotFound",
                f"There is no application group {reference}.",
                "applicationGroupReferences",
            )


def _fill_workspace(call: Call, new: Thing, old: Thing | None) -> dict[str, Any]:
    new.properties.setdefault("publicNetworkAccess", "Enabled")
    return _fill(call, new, old)


OFFER = Offer(
    kinds=(
        Kind(
            names=NAMES,
            type="Microsoft.DesktopVirtualization/hostPools",
            style="now",
            states=STATELESS,
            check=_check_pool,
            fill=_fill_pool,
            in_use=(409, "HostPoolInUse"),
        ),
        Kind(
            names=NAMES,
            type="Microsoft.DesktopVirtualization/applicationGroups",
            style="now",
            states=STATELESS,
            check=_check_group,
            fill=_fill_group,
            with_it=_let_go,
        ),
        Kind(
            names=NAMES,
            type="Microsoft.DesktopVirtualization/workspaces",
            style="now",
            states=STATELESS,
            check=_check_workspace,
            fill=_fill_workspace,
        ),
    ),
)
