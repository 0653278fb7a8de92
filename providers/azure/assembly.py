"""What all kinds at Azure do alike: the five verbs over a resource group and the parts in it.

Azure takes a part only when what it stands on is done, and no verb waits: `apply` takes the next
steps it can and tells `pending`; called again, it goes on where it stopped, whoever stopped it.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, replace
from typing import Any

from azure.core.exceptions import AzureError, HttpResponseError, ResourceNotFoundError

from providers.azure import errors, home, tags, told
from providers.azure.blueprint import Blueprint, Found
from providers.azure.clients import Clients
from providers.azure.errors import Failure
from providers.azure.home import Home
from providers.azure.progress import Progress
from providers.azure.told import Told
from providers.errors import Conflict, InvalidSpec, ProviderError, Remedy
from providers.types import Change, Ref, Resource, Spec, Status

LEAVING = "being removed"


@dataclass(frozen=True, slots=True)
class Assembly:
    """The five verbs for one blueprint."""

    clients: Clients
    plan: Blueprint

    @property
    def progress(self) -> Progress:
        return Progress(self.clients, self.plan)

    def preview(self, spec: Spec) -> Sequence[Change]:
        fields = self._check(spec)
        there = home.of_instance(self.clients, spec)
        if there is None or home.leaving(there[1]):
            return [Change(field=name, actual=None, wanted=value) for name, value in fields.items()]
        where, group = there
        # what is not built yet is no drift: its status tells
        return self._changes(self.progress.all(where, spec), group, spec)

    def apply(self, spec: Spec) -> Resource:
        self._check(spec)
        there = home.of_instance(self.clients, spec)
        where = there[0] if there else home.home(self.clients, spec)
        made = {"location": spec.region, "tags": tags.wanted(spec)}
        group: Told = there[1] if there else made
        if home.leaving(group):
            return self._told(where, group, Status.PENDING, LEAVING)
        fresh = there is None and home.make(self.clients, where, spec)
        with self._tidy(where) if fresh else nullcontext():
            step = self.progress.step(where, spec, fresh=fresh)
        if step.failed:
            return self._told(where, group, Status.FAILED, str(step.failed))
        if step.waits:
            return self._building(where, group, step.found, step.waits)
        return self._settle(where, group, step.found, spec)

    def read(self, ref: Ref) -> Resource | None:
        where = self._ours(ref)
        group = home.look(self.clients, where) if where else None
        if where is None or group is None:
            return None
        if home.leaving(group):
            return self._told(where, group, Status.PENDING, LEAVING)
        found = self.progress.ends(where)
        waits = self.progress.waits(where, found)
        why = self.progress.why(where, found) if waits else None
        if why and why.meaning:
            raise why.meaning(f"{where.name}: {why}")
        return self._seen(where, group, found, why)

    def owned(self, ref: Ref) -> Home | None:
        """Where it is, if it is there; Conflict when somebody has taken our tag off."""
        where = self._ours(ref)
        group = home.look(self.clients, where) if where else None
        if where is None or group is None or home.leaving(group):
            return None
        if tags.owner(told.tags(group)) != where.instance:
            raise Conflict(f"resource group {where.name} does not carry our tag {tags.OWNERSHIP}")
        return where

    def delete(self, ref: Ref) -> None:
        where = self._ours(ref)
        group = home.look(self.clients, where) if where else None
        if where is None or group is None or home.leaving(group):
            return
        if tags.owner(told.tags(group)) != where.instance:
            raise Conflict(
                f"resource group {where.name} does not carry our tag {tags.OWNERSHIP}, so it is "
                "not removed; put the tag back, or remove the group by hand"
            )
        try:
            self.plan.unused(where)
            home.remove(self.clients, where, self.plan.known(where))
        except ResourceNotFoundError:  # gone between our look and our call
            return

    def inventory(self) -> Iterator[Resource]:
        homes = list(home.of_kind(self.clients, self.plan.kind))
        listed = self.plan.listed() if homes else {}
        for where, group in homes:
            if home.leaving(group):
                yield self._told(where, group, Status.PENDING, LEAVING)
                continue
            ends = {title: several.get(where.name) for title, several in listed.items()}
            found = {title: one for title, one in ends.items() if one is not None}
            yield self._seen(where, group, found, self.progress.listed_failure(where, found))

    def carrying(self, instance: str) -> Iterator[Ref]:
        """By the tag of its group: what has failed elsewhere is not asked why."""
        for where, group in home.all_of_instance(self.clients, instance):
            if tags.kind(told.tags(group)) == self.plan.kind:
                yield self._ref(where, group)

    def _check(self, spec: Spec) -> Mapping[str, Any]:
        """Everything that can be checked without asking anybody."""
        self.clients.check_region(spec)
        home.home(self.clients, spec)
        tags.wanted(spec)
        return self.plan.check(spec)

    @contextmanager
    def _tidy(self, where: Home) -> Generator[None]:
        """What is refused for good leaves nothing behind; the new group has nothing in it yet."""
        try:
            yield
        except (ProviderError, HttpResponseError) as error:
            known = error if isinstance(error, ProviderError) else errors.translate(error)
            if known and known.remedy is Remedy.FAIL:
                with suppress(AzureError):  # found by its tag, should this not be heard
                    home.remove(self.clients, where, self.plan.known(where))
            raise

    def _settle(self, where: Home, group: Told, found: Found, spec: Spec) -> Resource:
        """All is built: bring it one step nearer to the spec."""
        changes = self._changes(found, group, spec)
        for change in changes:
            if change.replaces:
                raise InvalidSpec(
                    f"{change.field} of {where.name} is {change.actual!r} and cannot become "
                    f"{change.wanted!r} in place; order a new one instead"
                )
        stepped = self.plan.change(where, found, spec)
        if not stepped and any(change.field.startswith("tags.") for change in changes):
            self._retag(where, spec)
            stepped = True
        if stepped:
            return self._told(where, group, Status.PENDING, "being changed")
        return self._seen(where, group, found, None)

    def _changes(self, found: Found, group: Told, spec: Spec) -> list[Change]:
        have = told.tags(found.get(self.plan.main, group))
        retagged = tags.changed(have, tags.wanted(spec))
        return [
            *self.plan.changes(found, spec),
            *(
                Change(field=f"tags.{key.removeprefix(tags.PREFIX)}", actual=had, wanted=value)
                for key, (had, value) in retagged.items()
            ),
        ]

    def _retag(self, where: Home, spec: Spec) -> None:
        """Our tags as wanted, beside whatever tags others have put there.

        The main part's are compared, so they come last.
        """
        body = {"operation": "Merge", "properties": {"tags": tags.wanted(spec)}}
        for scope in (where.id, self._main(where)):
            self.clients.begin(
                "resources.tags", f"{scope}/tags", scope, body, verb="update_at_scope"
            )

    def _seen(self, where: Home, group: Told, found: Found, why: Failure | None) -> Resource:
        if why:
            return self._told(where, group, Status.FAILED, str(why))
        waits = self.progress.waits(where, found)
        if waits:
            return self._building(where, group, found, waits)
        ready = self._told(where, group, Status.READY, "")
        return Resource(
            ref=ready.ref,
            instance=ready.instance,
            status=Status.READY,
            outputs=dict(self.plan.outputs(where, found)),
        )

    def _building(self, where: Home, group: Told, found: Found, waits: str) -> Resource:
        pending = self._told(where, group, Status.PENDING, f"building the {waits}")
        part = next(part for part in self.plan.parts(where) if part.title == waits)
        awaited = part.awaits(found[waits]) if waits in found else None
        return replace(pending, awaits=awaited)

    def _told(self, where: Home, group: Told, status: Status, detail: str) -> Resource:
        return Resource(
            ref=self._ref(where, group),
            instance=tags.owner(told.tags(group)),
            status=status,
            detail=detail,
        )

    def _ref(self, where: Home, group: Told) -> Ref:
        return Ref(kind=self.plan.kind, region=told.text(group, "location"), id=self._main(where))

    def _main(self, where: Home) -> str:
        """The id of the part that stands for the whole."""
        return next(p.id for p in self.plan.parts(where) if p.title == self.plan.main)

    def _ours(self, ref: Ref) -> Home | None:
        where = home.of_id(self.clients, ref.id)
        return where if where and self._main(where).lower() == ref.id.lower() else None
