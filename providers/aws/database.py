"""A database is an RDS instance for PostgreSQL: encrypted, private, over TLS alone.

Three pieces of one name: a parameter group that forces TLS, a subnet group where subnets are
given, and the instance. The parameter group, first and last, stands for all. The name is the
natural key, worked out from instance and attempt. Backups outlive the instance for as long as
they would have been kept, and then go by themselves.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from providers import adopting
from providers.aws import groups, names, password, postgres, subnets, tags, told
from providers.aws.clients import Clients
from providers.aws.refused import fine, tidy
from providers.aws.told import Told
from providers.errors import Conflict, NoCapacity
from providers.types import Access, Change, Ref, Resource, Spec, Status, Stranger

KIND = postgres.KIND
COMPARED = ("size", "version", "disk_gb", "high_availability")
TAKEN = frozenset(
    {"DBInstanceAlreadyExists", "DBParameterGroupAlreadyExists", "DBSubnetGroupAlreadyExists"}
)
TOLD_MINUTES = 14 * 24 * 60  # how long RDS remembers what it has told


class Database:
    """The five verbs for kind `database`, in the regions of one account."""

    def __init__(self, clients: Clients, regions: Sequence[str], subnet: str = "") -> None:
        self._clients = clients
        self._regions = tuple(regions)
        self._subnet = subnet  # where what names none is placed

    def preview(self, spec: Spec) -> Sequence[Change]:
        spec = subnets.placed(spec, self._subnet)
        rds = self._in(spec)
        found = _find(rds, spec)
        if found is None:
            want = postgres.wanted(spec)
            return [Change(field=n, actual=None, wanted=getattr(want, n)) for n in COMPARED]
        return [*postgres.changes(found, spec), *groups.unforced(rds, found)]

    def apply(self, spec: Spec) -> Resource:
        spec = subnets.placed(spec, self._subnet)
        rds = self._in(spec)
        found = _find(rds, spec) or _create(rds, spec)
        now = self._seen(rds, found, spec.region)
        if postgres.status(found) == postgres.NO_ROOM and names.instance_of(now.ref.id):
            self.delete(now.ref)
            raise NoCapacity(f"{now.ref.id}: {now.detail}; it is cleared away")
        if now.status is Status.FAILED or postgres.status(found) == postgres.LEAVING:
            return now
        changes = postgres.changes(found, spec)
        names.check_in_place(changes, now.ref)
        if now.status is not Status.READY:
            return now
        return self._settle(rds, found, spec, now)

    def read(self, ref: Ref) -> Resource | None:
        if not postgres.ID.fullmatch(ref.id):
            return None
        rds = self._clients.of("rds", ref.region)
        found = _get(rds, ref.id)
        if found is None:
            left = groups.found(rds, ref.id) if names.instance_of(ref.id) else None
            return None if left is None else groups.left(ref.id, ref.region)
        now = self._seen(rds, found, ref.region)
        if postgres.status(found) == postgres.NO_ROOM:
            raise NoCapacity(f"{ref.id}: {now.detail}")
        return now

    def delete(self, ref: Ref) -> None:
        if not postgres.ID.fullmatch(ref.id):
            return
        rds = self._clients.of("rds", ref.region)
        found = _get(rds, ref.id)
        if found is None:
            if names.instance_of(ref.id):
                groups.remove(rds, ref.id)
            return
        if postgres.status(found) == postgres.LEAVING:
            return
        if not postgres.owner(found):
            raise Conflict(
                f"{ref.id} in {ref.region} does not carry our tag {tags.OWNERSHIP}, so it is not "
                "removed; put the tag back, or remove the database by hand"
            )
        with fine(groups.ABSENT):
            rds.delete_db_instance(
                DBInstanceIdentifier=ref.id, SkipFinalSnapshot=True, DeleteAutomatedBackups=False
            )

    def inventory(self) -> Iterator[Resource]:
        for region in self._regions:
            rds = self._clients.of("rds", region)
            there = set()
            for found in _each(rds, "describe_db_instances", "DBInstances"):
                there.add(told.text(found, "DBInstanceIdentifier"))
                if postgres.owner(found) or names.instance_of(
                    told.text(found, "DBInstanceIdentifier")
                ):
                    seen = self._seen(rds, found, region)
                    yield from [seen] if seen.instance else []
            for group in _each(rds, "describe_db_parameter_groups", "DBParameterGroups"):
                name = told.text(group, "DBParameterGroupName")
                if names.instance_of(name) and name not in there:
                    yield groups.left(name, region)

    def strangers(self) -> Iterator[Stranger]:
        """Of its engine alone; its own parameter group says whether it takes TLS alone."""
        for region in self._regions:
            rds = self._clients.of("rds", region)
            for found in _each(rds, "describe_db_instances", "DBInstances"):
                told_ = "TagList" in found and not postgres.owner(found)
                if told_ and told.text(found, "Engine") == postgres.ENGINE:
                    yield postgres.stranger(found, region)

    def adopt(self, ref: Ref, spec: Spec) -> Resource:
        rds = self._in(spec)
        found = _get(rds, ref.id) if postgres.ID.fullmatch(ref.id) else None
        if found is None or postgres.status(found) == postgres.LEAVING:
            raise adopting.gone(ref)
        adopting.check_owner(ref.id, postgres.owner(found), spec)
        labels = tags.as_list(tags.wanted(spec))
        rds.add_tags_to_resource(ResourceName=told.text(found, "DBInstanceArn"), Tags=labels)
        return replace(self._seen(rds, found, ref.region), instance=spec.instance)

    def unlock(self, ref: Ref) -> Access | None:
        rds = self._clients.of("rds", ref.region)
        found = _get(rds, ref.id) if postgres.ID.fullmatch(ref.id) else None
        secrets = self._clients.of("secretsmanager", ref.region)
        return None if found is None else password.read(secrets, found)

    def _in(self, spec: Spec) -> Any:  # noqa: ANN401 - a boto3 client
        """The client of the spec's region, after everything that can be checked without it."""
        postgres.wanted(spec)
        tags.wanted(spec)
        names.name(spec)
        names.check_region(spec, self._regions)
        return self._clients.of("rds", spec.region)

    def _seen(self, rds: Any, found: Told, region: str) -> Resource:  # noqa: ANN401 - a client
        failed = postgres.status(found) in postgres.FAILED
        return postgres.resource(found, region, _why(rds, found) if failed else "")

    def _settle(self, rds: Any, found: Told, spec: Spec, now: Resource) -> Resource:  # noqa: ANN401 - a client
        """Bring what is there to its spec."""
        todo = postgres.changes(found, spec)
        if any(change.field.startswith("tags.") for change in todo):
            labels = tags.as_list(tags.wanted(spec))
            rds.add_tags_to_resource(ResourceName=told.text(found, "DBInstanceArn"), Tags=labels)
        if groups.unforced(rds, found):
            groups.force(rds, now.ref.id)
        patch = postgres.patch(found, spec)
        if not patch:
            return replace(now, instance=spec.instance)
        rds.modify_db_instance(DBInstanceIdentifier=now.ref.id, ApplyImmediately=True, **patch)
        return replace(now, status=Status.PENDING, outputs={}, detail="being changed")


def _find(rds: Any, spec: Spec) -> Told | None:  # noqa: ANN401 - a boto3 client
    """The instance of this or an earlier attempt: there is never one of a later."""
    if adopted := adopting.stands(spec, names.instance_of):
        found = _get(rds, adopted)
        if found is not None:
            adopting.check_owner(adopted, postgres.owner(found), spec)
        return found
    tries = (replace(spec, attempt=number) for number in range(spec.attempt, 0, -1))
    return next((found for one in tries if (found := _get(rds, names.name(one)))), None)


def _get(rds: Any, name: str) -> Told | None:  # noqa: ANN401 - a boto3 client
    found: list[Told] = []
    with fine(groups.ABSENT):
        found = told.each(rds.describe_db_instances(DBInstanceIdentifier=name), "DBInstances")
    return next(iter(found), None)


def _create(rds: Any, spec: Spec) -> Told:  # noqa: ANN401 - a boto3 client
    """Everything that is missing; what an earlier try has made stays as it is."""
    name, want = names.name(spec), postgres.wanted(spec)
    labels = tags.as_list(tags.wanted(spec))
    with fine(TAKEN):
        rds.create_db_parameter_group(
            DBParameterGroupName=name,
            DBParameterGroupFamily=f"postgres{want.version}",
            Description="TLS only",
            Tags=labels,
        )
    with tidy(lambda: groups.remove(rds, name)):
        groups.force(rds, name)
        if want.subnets:
            with fine(TAKEN):
                rds.create_db_subnet_group(
                    DBSubnetGroupName=name,
                    DBSubnetGroupDescription="where the order places it",
                    SubnetIds=list(want.subnets),
                    Tags=labels,
                )
        with fine(TAKEN):
            made: Told = rds.create_db_instance(**postgres.body(spec, name))["DBInstance"]
            return made
    found = _get(rds, name)
    return found or {"DBInstanceIdentifier": name, "DBInstanceStatus": "creating"}


def _why(rds: Any, found: Told) -> str:  # noqa: ANN401 - a boto3 client
    """What RDS said of a failure, the last of it."""
    answer = rds.describe_events(
        SourceIdentifier=told.text(found, "DBInstanceIdentifier"),
        SourceType="db-instance",
        Duration=TOLD_MINUTES,
    )
    events = [
        e for e in told.each(answer, "Events") if "failure" in told.texts(e, "EventCategories")
    ]
    return told.text(events[-1], "Message") if events else ""


def _each(rds: Any, verb: str, name: str) -> Iterator[Told]:  # noqa: ANN401 - a boto3 client
    for page in rds.get_paginator(verb).paginate():
        yield from told.each(page, name)
