"""A workspace is an Amazon WorkSpace of one person: both volumes encrypted, in their directory.

WorkSpaces knows no client token; a person has one desktop in a directory, which is its natural
key. It is looked up so before each create, and by our tag, should the order name another person
by now. Tags are on it from its making.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from threading import Lock
from typing import Any

from providers import errors as e
from providers.aws import desktop, names, tags, told
from providers.aws.clients import Clients
from providers.aws.desktop import Wanted
from providers.aws.refused import fine
from providers.aws.told import Told
from providers.types import Change, Ref, Resource, Spec, Status

KIND = desktop.KIND
ABSENT = frozenset({"ResourceNotFoundException"})
# how the codes begin with which AWS refuses one desktop of a request
REFUSED: tuple[tuple[str, type[e.ProviderError]], ...] = (
    ("ResourceLimitExceeded", e.QuotaExceeded),
    ("ResourceExists", e.Conflict),
    ("ResourceInUse", e.Conflict),
    ("ResourceUnavailable", e.NoCapacity),
    ("InsufficientCapacity", e.NoCapacity),
    ("AccessDenied", e.NotAuthorised),
    ("Internal", e.Unavailable),
)


class Workspace:
    """The five verbs for kind `workspace`, in the regions of one account."""

    def __init__(self, clients: Clients, regions: Sequence[str], directory: str = "") -> None:
        self._clients = clients
        self._regions = tuple(regions)
        self._directory = directory
        # two threads of ours, one desktop: AWS would refuse the second in words that may change
        self._making = Lock()

    def preview(self, spec: Spec) -> Sequence[Change]:
        client, want = self._in(spec)
        found = self._find(client, spec, want)
        if found is None:
            return [Change(field=k, actual=None, wanted=v) for k, v in asdict(want).items()]
        return desktop.changes(found, _labels(client, found), spec, want)

    def apply(self, spec: Spec) -> Resource:
        client, want = self._in(spec)
        with self._making:
            found = self._find(client, spec, want) or self._create(client, spec, want)
        labels = _labels(client, found)
        now = replace(desktop.resource(found, labels, spec.region), instance=spec.instance)
        if now.status is Status.FAILED or told.text(found, "State") in desktop.LEAVING:
            return now
        changes = desktop.changes(found, labels, spec, want)
        names.check_in_place(changes, now.ref)
        if now.status is Status.PENDING or not changes:
            return now
        return self._settle(client, now, spec, {change.field for change in changes})

    def read(self, ref: Ref) -> Resource | None:
        client = self._clients.of("workspaces", ref.region)
        found = _get(client, ref.id)
        return (
            None if found is None else desktop.resource(found, _labels(client, found), ref.region)
        )

    def delete(self, ref: Ref) -> None:
        client = self._clients.of("workspaces", ref.region)
        found = _get(client, ref.id)
        if found is None or told.text(found, "State") in desktop.LEAVING:
            return
        if not _labels(client, found).get(tags.OWNERSHIP):
            raise e.Conflict(
                f"{ref.id} in {ref.region} does not carry our tag {tags.OWNERSHIP}, so it is not "
                "removed; put the tag back, or remove the desktop by hand"
            )
        asked = [{"WorkspaceId": ref.id}]
        answer = client.terminate_workspaces(TerminateWorkspaceRequests=asked)
        for failed in told.each(answer, "FailedRequests"):
            if not told.text(failed, "ErrorCode").startswith("ResourceNotFound"):
                raise _refusal(failed)

    def inventory(self) -> Iterator[Resource]:
        for region in self._regions:
            client = self._clients.of("workspaces", region)
            for page in client.get_paginator("describe_workspaces").paginate():
                for found in told.each(page, "Workspaces"):
                    labels = _labels(client, found)
                    gone = told.text(found, "State") == "TERMINATED"
                    if labels.get(tags.OWNERSHIP) and not gone:
                        yield desktop.resource(found, labels, region)

    def _in(self, spec: Spec) -> tuple[Any, Wanted]:
        """The client of the spec's region, and what is wanted with its directory named."""
        want = desktop.wanted(spec, self._directory)
        tags.wanted(spec)
        names.name(spec)
        names.check_region(spec, self._regions)
        client = self._clients.of("workspaces", spec.region)
        return client, want if want.directory else replace(want, directory=_only(client))

    def _find(self, client: Any, spec: Spec, want: Wanted) -> Told | None:  # noqa: ANN401 - a boto3 client
        """The desktop of this service instance."""
        answer = client.describe_workspaces(DirectoryId=want.directory, UserName=want.user)
        for found in told.each(answer, "Workspaces"):
            if told.text(found, "State") == "TERMINATED":
                continue
            owner = _labels(client, found).get(tags.OWNERSHIP, "")
            if owner == spec.instance:
                return found
            raise e.Conflict(
                f"{want.user} has a workspace in {want.directory} already, "
                f"{told.text(found, 'WorkspaceId')}; a person has one there"
            )
        return self._tagged(client, spec)

    def _tagged(self, client: Any, spec: Spec) -> Told | None:  # noqa: ANN401 - a boto3 client
        """The desktop that carries our tag, whoever's it is."""
        index = self._clients.of("resourcegroupstaggingapi", spec.region)
        answer = index.get_resources(
            ResourceTypeFilters=["workspaces:workspace"],
            TagFilters=[{"Key": tags.OWNERSHIP, "Values": [spec.instance]}],
        )
        for one in told.each(answer, "ResourceTagMappingList"):
            found = _get(client, told.text(one, "ResourceARN").rpartition("/")[2])
            if found is not None:
                return found
        return None

    def _create(self, client: Any, spec: Spec, want: Wanted) -> Told:  # noqa: ANN401 - a boto3 client
        body = desktop.body(spec, want, want.directory, _bundle(client, want))
        answer = client.create_workspaces(Workspaces=[body])
        for failed in told.each(answer, "FailedRequests"):
            raise _refusal(failed)
        made = told.each(answer, "PendingRequests")
        return made[0] if made else {"State": "PENDING"}

    def _settle(self, client: Any, now: Resource, spec: Spec, changed: set[str]) -> Resource:  # noqa: ANN401 - a boto3 client
        if any(field.startswith("tags.") for field in changed):
            client.create_tags(ResourceId=now.ref.id, Tags=tags.as_list(tags.wanted(spec)))
        patch = desktop.change(changed, desktop.wanted(spec, self._directory))
        if not patch:
            return now
        client.modify_workspace_properties(WorkspaceId=now.ref.id, WorkspaceProperties=patch)
        return replace(now, status=Status.PENDING, outputs={}, detail="being changed")


def _get(client: Any, id_: str) -> Told | None:  # noqa: ANN401 - a boto3 client
    if not id_.startswith("ws-"):
        return None
    found: list[Told] = []
    with fine(ABSENT):
        found = told.each(client.describe_workspaces(WorkspaceIds=[id_]), "Workspaces")
    return next((one for one in found if told.text(one, "State") != "TERMINATED"), None)


def _labels(client: Any, found: Told) -> dict[str, str]:  # noqa: ANN401 - a boto3 client
    with fine(ABSENT):
        answer = client.describe_tags(ResourceId=told.text(found, "WorkspaceId"))
        return tags.as_dict(told.part(answer).get("TagList"))
    return {}


def _only(client: Any) -> str:  # noqa: ANN401 - a boto3 client
    """The only directory of the region. Raises InvalidSpec when there are others, or none."""
    answer = client.describe_workspace_directories()
    ids = [
        told.text(one, "DirectoryId")
        for one in told.each(answer, "Directories")
        if told.text(one, "State") in {"", "REGISTERED"}
    ]
    if len(ids) != 1:
        raise e.InvalidSpec(
            f"directory: region {client.meta.region_name} has {len(ids)} registered directories; "
            "name one, here or as the account's AWS_TENANT"
        )
    return ids[0]


def _bundle(client: Any, want: Wanted) -> str:  # noqa: ANN401 - a boto3 client
    pages = client.get_paginator("describe_workspace_bundles").paginate(Owner="AMAZON")
    fitting = [b for page in pages for b in told.each(page, "Bundles") if desktop.fits(b, want)]
    if not fitting:
        region = client.meta.region_name
        raise e.InvalidSpec(f"size {want.size} with {want.system}: region {region} has none")
    return min(told.text(bundle, "BundleId") for bundle in fitting)


def _refusal(failed: Told) -> e.ProviderError:
    code = told.text(failed, "ErrorCode")
    meaning = next((m for start, m in REFUSED if code.startswith(start)), e.InvalidSpec)
    return meaning(f"{code}: {told.text(failed, 'ErrorMessage') or 'no message'}")
