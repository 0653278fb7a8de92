"""A kind at Azure of which there was something before us, in resource groups of others.

What was adopted is one of Azure's resources and nothing round it: its group, its disks and
interfaces, its keys and the ways it is reached stay as whoever made it has arranged them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from azure.core.exceptions import ResourceNotFoundError
from typing_extensions import override

from providers import adopting
from providers.azure import home, tags, told
from providers.azure.assembly import LEAVING, Assembly
from providers.azure.blueprint import Part, State
from providers.azure.home import DELETING, Home
from providers.azure.told import Told
from providers.errors import Conflict, InvalidSpec
from providers.types import Change, Ref, Resource, Spec, Status, Stranger


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """What a stranger is: `parameters` would be asked for to get just this."""

    parameters: Mapping[str, Any]
    networks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a kind is found and changed where others have made it.

    type       Azure's word for it
    listed     all of them in the subscription
    described  None for what is not to be adopted
    fields     what of it an order compares, and may change
    fixed      Azure changes none of these without making another
    remove     starts removing it, by its id and its names
    """

    type: str
    listed: Callable[[], Iterator[Told]]
    described: Callable[[Told], Described | None]
    fields: frozenset[str]
    remove: Callable[..., None]
    fixed: bool = False


@dataclass(frozen=True, slots=True)
class Adopting(Assembly):
    """The verbs for one blueprint, of what we made and of what was adopted."""

    standing: Standing

    @override
    def preview(self, spec: Spec) -> Sequence[Change]:
        there = self._adopted(spec)
        return Assembly.preview(self, spec) if there is None else self._differs(there[1], spec)

    @override
    def apply(self, spec: Spec) -> Resource:
        there = self._adopted(spec)
        if there is None:
            return Assembly.apply(self, spec)
        where, main = there
        changes = self._differs(main, spec)
        for change in changes:
            if change.replaces:
                raise InvalidSpec(
                    f"{change.field} of {where.main} is {change.actual!r} and cannot become "
                    f"{change.wanted!r} in place; order a new one instead"
                )
        now = self._theirs(where, main)
        if now.status is not Status.READY:
            return now
        if self.plan.change(where, {self.plan.main: main}, spec):
            return replace(now, status=Status.PENDING, detail="being changed", outputs={})
        if changes:
            self._mark(where, spec)
        return replace(now, instance=spec.instance)

    @override
    def read(self, ref: Ref) -> Resource | None:
        where = self._where(ref.id)
        if where is None:
            return Assembly.read(self, ref)
        main = self._part(where).look()
        return None if main is None else self._theirs(where, main)

    @override
    def delete(self, ref: Ref) -> None:
        where = self._where(ref.id)
        if where is None:
            Assembly.delete(self, ref)
            return
        main = self._part(where).look()
        if main is None or _leaves(main):
            return
        if not tags.owner(told.tags(main)):
            raise Conflict(
                f"{where.main} does not carry our tag {tags.OWNERSHIP}, so it is not removed; "
                "put the tag back, or remove it by hand"
            )
        with suppress(ResourceNotFoundError):  # gone between our look and our call
            self.standing.remove(self._part(where).id, where.name, where.main)

    @override
    def inventory(self) -> Iterator[Resource]:
        yield from Assembly.inventory(self)
        for where, main in self._others():
            if tags.owner(told.tags(main)):
                yield self._theirs(where, main)

    @override
    def carrying(self, instance: str) -> Iterator[Ref]:
        yield from Assembly.carrying(self, instance)
        for one in home.tagged(self.clients, instance):
            where = self._where(told.text(one, "id"))
            if where is not None:
                id_ = self._part(where).id
                yield Ref(kind=self.plan.kind, region=self._region(one), id=id_)

    def strangers(self) -> Iterator[Stranger]:
        """In the account's regions; what another service of Azure's manages is that one's own."""
        for where, main in self._others():
            marks = told.tags(main)
            region = self._region(main)
            if tags.owner(marks) or not region or told.text(main, "managedBy") or _leaves(main):
                continue
            found = self.standing.described(main)
            if found is not None:
                ref = Ref(kind=self.plan.kind, region=region, id=self._part(where).id)
                yield Stranger(
                    ref=ref,
                    name=where.main,
                    tags=marks,
                    parameters=found.parameters,
                    networks=found.networks,
                )

    def adopt(self, ref: Ref, spec: Spec) -> Resource:
        self._check(spec)
        where = self._where(ref.id)
        if where is None:
            return self._mend(ref, spec)
        main = self._part(where).look()
        if main is None or _leaves(main):
            raise adopting.gone(ref)
        adopting.check_owner(ref.id, tags.owner(told.tags(main)), spec)
        self._mark(where, spec)
        return replace(self._theirs(where, main), instance=spec.instance)

    def _mend(self, ref: Ref, spec: Spec) -> Resource:
        """Of what we made the group carries our tag; it gets it back."""
        where = home.of_id(self.clients, ref.id)
        group = home.look(self.clients, where) if where else None
        if where is None or group is None or home.leaving(group):
            raise adopting.gone(ref)
        for whose in (where.instance, tags.owner(told.tags(group))):
            adopting.check_owner(ref.id, whose, spec)
        self._retag(where, spec)
        return replace(self._told(where, group, Status.PENDING, ""), instance=spec.instance)

    def theirs(self, ref: Ref) -> Home | None:
        """Where it is, if others made it and it is there."""
        where = self._where(ref.id)
        return where if where and self._part(where).look() else None

    def _adopted(self, spec: Spec) -> tuple[Home, Told] | None:
        """What was adopted for this instance, as long as it is there."""
        where = self._where(spec.stands)
        if where is None:
            return None
        self._check(spec)
        main = self._part(where).look()
        if main is not None:
            adopting.check_owner(where.main, tags.owner(told.tags(main)), spec)
        return None if main is None else (where, main)

    def _others(self) -> Iterator[tuple[Home, Told]]:
        """Everything of this kind that is in no group of ours."""
        for main in self.standing.listed():
            where = self._where(told.text(main, "id"))
            if where is not None:
                yield where, main

    def _differs(self, main: Told, spec: Spec) -> list[Change]:
        return [
            replace(one, replaces=one.replaces or self.standing.fixed)
            if one.field in self.standing.fields
            else one
            for one in self._changes({self.plan.main: main}, main, spec)
            if one.field in self.standing.fields or one.field.startswith("tags.")
        ]

    def _mark(self, where: Home, spec: Spec) -> None:
        """Our tags, beside those of others."""
        scope = self._part(where).id
        body = {"operation": "Merge", "properties": {"tags": tags.wanted(spec)}}
        self.clients.begin("resources.tags", f"{scope}/tags", scope, body, verb="update_at_scope")

    def _theirs(self, where: Home, main: Told) -> Resource:
        """What others made, as it is."""
        part, owner = self._part(where), tags.owner(told.tags(main))
        ref = Ref(kind=self.plan.kind, region=self._region(main), id=part.id)
        state = part.state(main)
        notes = [] if owner else [f"does not carry our tag {tags.OWNERSHIP}"]
        if state is not State.DONE:
            word = told.text(main, "properties", "provisioningState") or "not ready"
            notes.insert(0, LEAVING if _leaves(main) else word.lower())
        status = {State.DONE: Status.READY, State.FAILED: Status.FAILED}.get(state, Status.PENDING)
        outputs = self.plan.outputs(where, {self.plan.main: main})
        return Resource(
            ref=ref,
            instance=owner,
            status=status,
            outputs=dict(outputs) if status is Status.READY else {},
            detail="; ".join(notes),
            by_itself=True,
        )

    def _region(self, main: Told) -> str:
        """Our word for where it is; empty for a region that is none of the account's."""
        said = told.text(main, "location")
        return next((one for one in self.clients.regions if told.same(one, said)), "")

    def _where(self, id_: str) -> Home | None:
        return home.of_others(self.clients, id_, self.standing.type)

    def _part(self, where: Home) -> Part:
        return next(one for one in self.plan.parts(where) if one.title == self.plan.main)


def _leaves(main: Told) -> bool:
    return told.text(main, "properties", "provisioningState") == DELETING
