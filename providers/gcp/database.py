"""A database is a Cloud SQL instance for PostgreSQL and a private endpoint that leads to it.

Three pieces, built in the order instance, address, forwarding rule, removed the other way round;
the instance, first and last, stands for all. Its name is its natural key: Cloud SQL knows no
requestIds. An instance that Google could not build stays there as FAILED, and its operation says
why; one that failed for want of room or quota is cleared away and asked for anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from googleapiclient.errors import HttpError  # type: ignore[import-untyped]  # ships no types

from providers import adopting
from providers.errors import Conflict, InvalidSpec, Remedy
from providers.gcp import endpoint, labels, login, postgres, strangers
from providers.gcp.clients import Clients
from providers.gcp.errors import Failure, absent, reason
from providers.gcp.postgres import Told
from providers.types import Access, Change, Ref, Resource, Spec, Status, Stranger

COMPARED = ("size", "version", "disk_gb", "high_availability")
BUSY = "operationInProgress"
KEPT_DAYS = 30  # a last backup outlives the instance for so long


class Database:
    """The five verbs for kind `database`."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients

    def preview(self, spec: Spec) -> Sequence[Change]:
        want = self._check(spec)
        found = self._find(spec)
        if found is None:
            return [Change(field=n, actual=None, wanted=getattr(want, n)) for n in COMPARED]
        return postgres.changes(found, spec)

    def apply(self, spec: Spec) -> Resource:
        self._check(spec)
        found = self._find(spec) or self._create(spec)
        if found.get("state") == postgres.FAILED:
            return self._clear(found)
        changes = postgres.changes(found, spec)
        for change in changes:
            if change.replaces:
                raise InvalidSpec(
                    f"{change.field} of {found['name']} is {change.actual!r} and cannot become "
                    f"{change.wanted!r} in place; order a new database instead"
                )
        if found.get("state") != postgres.RUNNABLE:
            return postgres.resource(found, "", "")
        if changes:
            self._patch(found, spec)
            return replace(postgres.resource(found, "", "being changed"), status=Status.PENDING)
        return endpoint.connected(self._clients, found, spec)

    def read(self, ref: Ref) -> Resource | None:
        found = self._get(ref.id, ref.region)
        if found is None:
            return None
        if found.get("state") == postgres.FAILED:
            failure = self._failure(ref.id)
            if failure.meaning:
                raise failure.meaning(f"{ref.id}: {failure}")
            return endpoint.failed(found, failure)
        return endpoint.seen(self._clients, found)

    def delete(self, ref: Ref) -> None:
        found = self._get(ref.id, ref.region)
        if found is None or found.get("state") == postgres.LEAVING:
            return
        if not postgres.owner_of(found):
            raise Conflict(
                f"{ref.id} does not carry our label {labels.OWNERSHIP}, so it is not removed; "
                "put the label back, or remove the instance by hand"
            )
        for piece in endpoint.pieces(self._clients, found):
            if piece.get() is not None:
                piece.remove()
                return
        self._remove(ref.id, backup=found.get("state") == postgres.RUNNABLE)

    def inventory(self) -> Iterator[Resource]:
        question = f"settings.userLabels.{labels.OWNERSHIP}:*"
        for found in self._clients.sql_pages(filter=question):
            if found.get("state") == postgres.FAILED:
                yield endpoint.failed(found, self._failure(str(found["name"])))
            else:
                yield endpoint.listed(self._clients, found)

    def strangers(self) -> Iterator[Stranger]:
        for found in self._clients.sql_pages():
            if found.get("region") in self._clients.regions and not postgres.owner_of(found):
                yield from strangers.database(found)

    def adopt(self, ref: Ref, spec: Spec) -> Resource:
        self._check(spec)
        found = self._get(ref.id, ref.region)
        if found is None or found.get("state") == postgres.LEAVING:
            raise adopting.gone(ref)
        adopting.check_owner(ref.id, postgres.owner_of(found), spec)
        if labels.changed(postgres.labels_of(found), labels.wanted(spec)):
            body = postgres.labelled(found, spec)
            self._clients.sql("instances", "patch", instance=ref.id, body=body)
        return replace(endpoint.seen(self._clients, found), instance=spec.instance)

    def unlock(self, ref: Ref) -> Access | None:
        found = self._get(ref.id, ref.region)
        return None if found is None else login.renew(self._clients, found)

    def opened(self, ref: Ref, access: Access) -> bool:
        return login.opened(self._clients, ref.id, access)

    def _check(self, spec: Spec) -> postgres.Wanted:
        """Everything that can be checked without asking anybody."""
        self._clients.check_region(spec)
        labels.wanted(spec)
        labels.name(spec)
        return postgres.wanted(spec)

    def _find(self, spec: Spec) -> Told | None:
        """The instance of this service instance; the oldest, should there be several."""
        if adopted := adopting.stands(spec, labels.instance_of):
            there = self._get(adopted, spec.region)
            if there is not None:
                adopting.check_owner(adopted, postgres.owner_of(there), spec)
            return there
        question = f"settings.userLabels.{labels.OWNERSHIP}:{spec.instance}"
        found = [
            one
            for one in self._clients.sql_pages(filter=question)
            if spec.instance == postgres.owner_of(one) == labels.instance_of(str(one.get("name")))
        ]
        found.sort(key=lambda one: (str(one.get("createTime", "")), str(one.get("name", ""))))
        return next(iter(found), None)

    def _get(self, name: str, region: str) -> Told | None:
        if not postgres.CALLED.fullmatch(name) or region not in self._clients.regions:
            return None
        try:
            told = self._clients.sql("instances", "get", instance=name)
        except HttpError as error:
            if absent(error):
                return None
            raise
        return {"region": region, **told, "name": name}

    def _create(self, spec: Spec) -> Told:
        name = labels.name(spec)
        try:
            self._clients.sql(
                "instances", "insert", body=postgres.body(spec, self._clients.project)
            )
        except HttpError as error:
            if reason(error) != "instanceAlreadyExists":
                raise
        found = self._get(name, spec.region)
        if found is None:  # accepted, and not shown yet
            return {**postgres.body(spec, self._clients.project), "state": "PENDING_CREATE"}
        if postgres.owner_of(found) != spec.instance:
            raise Conflict(
                f"{name} exists and does not carry our label {labels.OWNERSHIP}; "
                "put the label back, or remove the instance by hand"
            )
        return found

    def _clear(self, found: Told) -> Resource:
        """What failed for want of room or quota is told, and makes way; the rest stays so."""
        name = str(found["name"])
        failure = self._failure(name)
        if failure.meaning is None or failure.meaning.remedy is Remedy.FAIL:
            return endpoint.failed(found, failure)
        self._remove(name, backup=False)
        raise failure.meaning(f"{name}: {failure}; it is cleared away")

    def _patch(self, found: Told, spec: Spec) -> None:
        body = postgres.patch(found, spec, self._clients.project)
        try:
            self._clients.sql("instances", "patch", instance=found["name"], body=body)
        except HttpError as error:
            if reason(error) != BUSY:
                raise

    def _remove(self, name: str, *, backup: bool) -> None:
        """Start removing; does nothing while another operation is under way."""
        last = {"enableFinalBackup": True, "finalBackupTtlDays": str(KEPT_DAYS)} if backup else {}
        try:
            self._clients.sql("instances", "delete", instance=name, **last)
        except HttpError as error:
            if not absent(error) and reason(error) != BUSY:
                raise

    def _failure(self, name: str) -> Failure:
        """Why an instance could not be built."""
        told = self._clients.sql("operations", "list", instance=name, maxResults=20)
        return postgres.failure(postgres.several(told.get("items")))
