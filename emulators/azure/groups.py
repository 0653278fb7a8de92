"""Microsoft.Resources: resource groups, what is in them, and tags."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from emulators.azure import lasting, paging
from emulators.azure.call import DELETING, Call, Reply
from emulators.azure.cloud import Thing
from emulators.azure.errors import ArmError, being_deleted, no_group, no_resource
from emulators.azure.kinds import Offer
from emulators.azure.lasting import Work
from emulators.azure.offers import check_location

GROUP = "microsoft.resources/resourcegroups"
TYPE = "Microsoft.Resources/resourceGroups"
TOP_LEVEL = 1  # slashes in the type of what stands by itself
LISTED = ("id", "name", "type", "location", "tags", "sku", "kind", "zones", "managedBy")
MOST_TAGS, LONGEST_NAME, LONGEST_VALUE = 50, 512, 256
QUOTA = 980


def _put(call: Call) -> Reply:
    old, location = call.cloud.take(call.path.lower()), str(call.body.get("location") or "")
    name = call.path.rsplit("/", 1)[1]
    check_location(TYPE, location)
    check_tags(call.body.get("tags") or {})
    if old and old.properties["provisioningState"] == DELETING:
        raise being_deleted(name)
    if old and old.body["location"] != location:
        raise ArmError(
            409,
            "InvalidResourceGroupLocation",
            f"Invalid resource group location '{location}'. The Resource group already exists in "
            f"location '{old.body['location']}'.",
        )
    _check_quota(call, old)
    body = {
        "id": call.path,
        "name": name,
        "type": TYPE,
        **deepcopy(call.body),
        "properties": {"provisioningState": "Succeeded"},
    }
    body.setdefault("tags", {})
    call.cloud.put(call.path.lower(), Thing(GROUP, body))
    return Reply(200 if old else 201, body)


def _check_quota(call: Call, old: Thing | None) -> None:
    under = f"/subscriptions/{call.subscription}/".lower()
    if old is None and sum(1 for _ in call.cloud.each(under, GROUP)) >= QUOTA:
        raise ArmError(
            409,
            "ResourceGroupQuotaExceeded",
            f"Creating the resource group '{call.path.rsplit('/', 1)[1]}' would exceed the quota "
            f"of '{QUOTA}'.",
        )


def _found(call: Call) -> Thing:
    found = call.cloud.take(call.path.lower())
    if found is None:
        raise no_group(call.path.rsplit("/", 1)[1])
    return found


def _get(call: Call) -> Reply:
    return Reply(200, _found(call).body)


def _exists(call: Call) -> Reply:
    return Reply(204 if call.cloud.peek(call.path.lower()) else 404)


def _update(call: Call) -> Reply:
    found = _found(call)
    if "tags" in call.body:
        check_tags(call.body["tags"] or {})
        found.body["tags"] = dict(call.body["tags"] or {})
    call.cloud.put(call.path.lower(), found)
    return Reply(200, found.body)


def _delete(call: Call) -> Reply:
    found = _found(call)
    again = found.properties["provisioningState"] == DELETING
    found.properties["provisioningState"] = DELETING
    call.cloud.put(call.path.lower(), found)
    kept = {"properties": {"provisioningState": "Succeeded"}}
    work = Work(key=call.path.lower(), lags=1.0 if again else 2.0, removes=True, failed=kept)
    headers = lasting.start(call, work, str(found.body["location"]))
    return Reply(202, None, {"Location": headers["Location"], "Retry-After": lasting.WAIT})


def _groups(call: Call) -> Reply:
    under = f"/subscriptions/{call.subscription}/".lower()
    found = [thing.body for _, thing in call.cloud.each(under, GROUP)]
    return paging.page(call, [b for b in found if paging.matches(_question(call), b)])


def _resources(call: Call) -> Reply:
    under = f"/subscriptions/{call.subscription}/"
    if call.place.group:
        call.group()
        under = f"{call.place.group_key}/"
    expanded = {part.strip() for part in call.query.get("$expand", "").split(",")}
    shown = [_listed(call, thing, expanded) for thing in _top(call, under.lower())]
    found = [b for b in shown if paging.matches(_question(call), b)]
    if "tagname" in _question(call).lower():  # then Azure does not say what tags they have
        found = [{field: told for field, told in b.items() if field != "tags"} for b in found]
    return paging.page(call, found)


def _top(call: Call, under: str) -> Iterator[Thing]:
    for _, thing in call.cloud.each(under):
        if thing.type.count("/") == TOP_LEVEL and thing.type != GROUP:
            yield thing


def _listed(call: Call, thing: Thing, expanded: set[str]) -> dict[str, Any]:
    body = {field: thing.body[field] for field in LISTED if field in thing.body}
    if "provisioningState" in expanded:
        body["provisioningState"] = thing.properties.get("provisioningState", "Succeeded")
    if "createdTime" in expanded:
        body["createdTime"] = call.time
    return body


def _question(call: Call) -> str:
    return call.query.get("$filter", "")


def _scope(call: Call) -> tuple[str, Thing]:
    scope = call.path[: call.path.lower().rindex("/providers/microsoft.resources/tags/")]
    found = call.cloud.take(scope.lower())
    if found is None:
        raise no_resource("", scope.rsplit("/", 1)[1], "")
    return scope, found


def _tags(call: Call) -> Reply:
    scope, found = _scope(call)
    return _told(scope, found)


def _replace_tags(call: Call) -> Reply:
    scope, found = _scope(call)
    wanted = dict((call.body.get("properties") or {}).get("tags") or {})
    return _retagged(call, scope, found, wanted)


def _change_tags(call: Call) -> Reply:
    scope, found = _scope(call)
    given = dict((call.body.get("properties") or {}).get("tags") or {})
    have = dict(found.body.get("tags") or {})
    match str(call.body.get("operation", "Replace")).lower():
        case "merge":
            wanted = {**have, **given}
        case "delete":
            wanted = {k: v for k, v in have.items() if k not in given}
        case _:
            wanted = given
    return _retagged(call, scope, found, wanted)


def _retagged(call: Call, scope: str, found: Thing, tags: dict[str, str]) -> Reply:
    check_tags(tags)
    found.body["tags"] = tags
    found.hidden["asked"] = None
    call.cloud.put(scope.lower(), found)
    return _told(scope, found)


def _told(scope: str, found: Thing) -> Reply:
    return Reply(
        200,
        {
            "id": f"{scope}/providers/Microsoft.Resources/tags/default",
            "name": "default",
            "type": "Microsoft.Resources/tags",
            "properties": {"tags": dict(found.body.get("tags") or {})},
        },
    )


def check_tags(tags: dict[str, Any]) -> None:
    """Raises ArmError for tags that ARM would not take."""
    if len(tags) > MOST_TAGS:
        raise ArmError(
            400,
            "InvalidTags",
            f"The number of tags '{len(tags)}' exceeded the allowed limit of '{MOST_TAGS}'.",
        )
    for name, value in tags.items():
        if not name or len(name) > LONGEST_NAME or set(name) & set("<>%&\\?/"):
            raise ArmError(400, "InvalidTagNameCharacters", f"The tag name '{name}' is not valid.")
        if len(str(value)) > LONGEST_VALUE:
            raise ArmError(
                400,
                "InvalidTagValueLength",
                f"Tag value too large. Following tag value '{value}' exceeded the maximum length. "
                f"Maximum allowed length for tag value - '{LONGEST_VALUE}' characters.",
            )


OFFER = Offer(
    kinds=(),
    actions={
        "resources.ResourceGroups_CreateOrUpdate": _put,
        "resources.ResourceGroups_Get": _get,
        "resources.ResourceGroups_CheckExistence": _exists,
        "resources.ResourceGroups_Update": _update,
        "resources.ResourceGroups_Delete": _delete,
        "resources.ResourceGroups_List": _groups,
        "resources.Resources_List": _resources,
        "resources.Resources_ListByResourceGroup": _resources,
        "resources.Tags_GetAtScope": _tags,
        "resources.Tags_CreateOrUpdateAtScope": _replace_tags,
        "resources.Tags_UpdateAtScope": _change_tags,
    },
)
