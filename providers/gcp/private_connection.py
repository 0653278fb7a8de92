"""A private connection is an Interconnect attachment of type PARTNER on a router of its own.

Two pieces, the router first and last; it stands for both. Between "asked for" and "ready" stands
a company outside: someone hands it the attachment's pairing key. That key lets whoever has it
take the connection, so only `unlock` reads it, for the person who asks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from providers.errors import Conflict, InvalidSpec, Unavailable
from providers.gcp import attachment, labels
from providers.gcp.attachment import KIND
from providers.gcp.clients import Clients
from providers.gcp.operations import Place
from providers.gcp.piece import NameTaken, Piece, link
from providers.types import Access, Change, Ref, Resource, Spec, Status


class PrivateConnection:
    """The five verbs for kind `private-connection`."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients

    def preview(self, spec: Spec) -> Sequence[Change]:
        want = self._check(spec)
        name = self._find(spec)
        if name is None:
            return [
                Change(field=n, actual=None, wanted=getattr(want, n))
                for n in ("network", "domain", "mtu")
            ]
        router, line = self._there(Ref(kind=KIND, region=spec.region, id=name))
        # until it is whole, what is missing is no drift: its status tells
        return attachment.changes(router, line, spec) if line else []

    def apply(self, spec: Spec) -> Resource:
        self._check(spec)
        ref = Ref(kind=KIND, region=spec.region, id=self._find(spec) or labels.name(spec))
        router, line = self._there(ref)
        if router is not None and not attachment.owner(router):
            raise Conflict(
                f"router {ref.id} exists and does not say that it is ours; put our description "
                "back, or remove the router by hand"
            )
        if line is None:
            return self._build(ref, router, spec)
        todo = {change.field: change for change in attachment.changes(router, line, spec)}
        for change in todo.values():
            if change.replaces:
                raise InvalidSpec(
                    f"{change.field} of {ref.id} is {change.actual!r} and cannot become "
                    f"{change.wanted!r} in place; order a new connection instead"
                )
        if todo:
            self._mend(ref, line, spec, set(todo))
            now = attachment.resource(ref, router, line)
            return replace(now, status=Status.PENDING, detail="being changed")
        return self._settled(ref, router, line)

    def read(self, ref: Ref) -> Resource | None:
        if not self._ours(ref):
            return None
        router, line = self._there(ref)
        if router is not None and line is not None:
            return self._settled(ref, router, line)
        missing = self._names(ref)[0 if router is None else 1]
        build = missing.look()
        if router is None and build is None:
            return None
        return attachment.unfinished(ref, router, build)

    def delete(self, ref: Ref) -> None:
        if not self._ours(ref):
            return
        pieces = self._names(ref)
        router, line = self._there(ref)
        if router is None:
            for piece in pieces:
                piece.forget()
            return
        if not attachment.owner(router):
            raise Conflict(
                f"router {ref.id} does not say that it is ours, so it is not removed; "
                "remove it by hand"
            )
        if line is not None:
            pieces[1].remove()
        else:
            pieces[0].remove()

    def unlock(self, ref: Ref) -> Access | None:
        router, line = self._there(ref) if self._ours(ref) else (None, None)
        if router is None or line is None:
            return None
        if not attachment.owner(router):
            raise Conflict(f"router {ref.id} does not say that it is ours, so it is not opened")
        if not line.pairing_key:
            raise Unavailable(f"Google has made no pairing key of {ref.id} yet")
        return Access(values={"pairing_key": str(line.pairing_key)})

    def inventory(self) -> Iterator[Resource]:
        for router in self._routers("gm-.*"):
            if not attachment.owner(router):
                continue
            ref = Ref(kind=KIND, region=link(router.region), id=str(router.name))
            line = self._names(ref)[1].get()
            if line is None:
                yield attachment.unfinished(ref, router, None)
            else:
                yield attachment.resource(ref, router, line)

    def _check(self, spec: Spec) -> attachment.Wanted:
        """Everything that can be checked without asking anybody."""
        self._clients.check_region(spec)
        labels.wanted(spec)
        labels.name(spec)
        return attachment.wanted(spec)

    def _ours(self, ref: Ref) -> bool:
        return bool(labels.instance_of(ref.id)) and ref.region in self._clients.regions

    def _find(self, spec: Spec) -> str | None:
        """The name of this instance's router; the oldest, should there be several."""
        listed = self._routers(f"gm-{spec.instance}-.*")
        found = [r for r in listed if labels.instance_of(str(r.name)) == spec.instance]
        found.sort(key=lambda r: (str(r.creation_timestamp), str(r.name)))
        return next((str(r.name) for r in found), None)

    def _routers(self, names: str) -> Iterator[Any]:
        question = f'name eq "{names}"'
        for scope in self._clients.everywhere("Routers", filter=question):
            yield from scope.routers

    def _names(self, ref: Ref) -> tuple[Piece, Piece]:
        place = Place(region=ref.region)
        return (
            Piece(self._clients, "routers", place, ref.id),
            Piece(self._clients, "interconnectAttachments", place, ref.id),
        )

    def _there(self, ref: Ref) -> tuple[Any, Any]:
        router, line = self._names(ref)
        found = router.get()
        return found, None if found is None else line.get()

    def _build(self, ref: Ref, router: Any, spec: Spec) -> Resource:  # noqa: ANN401 - SDK message
        """Ask for the first piece that is missing."""
        pieces = self._names(ref)
        try:
            if router is None:
                build = pieces[0].start(attachment.router_body(spec))
                if build and build.done and not build.failure and pieces[0].get() is None:
                    raise Conflict(
                        f"the connection of attempt {spec.attempt} of {spec.instance} was "
                        f"removed; ask for attempt {spec.attempt + 1}"
                    )
            else:
                build = pieces[1].start(attachment.line_body(spec, ref.id))
        except NameTaken:
            build = None  # another call was quicker; the next look tells
        return attachment.unfinished(ref, router, build)

    def _mend(self, ref: Ref, line: Any, spec: Spec, todo: set[str]) -> None:  # noqa: ANN401 - SDK
        piece = self._names(ref)[1]
        if any(name.startswith("tags.") for name in todo):
            merged = {**dict(line.labels), **labels.wanted(spec)}
            body = {"labels": merged, "label_fingerprint": line.label_fingerprint}
            piece.change("set_labels_unary", region_set_labels_request_resource=body)
            return
        body = {"mtu": attachment.wanted(spec).mtu, "admin_enabled": True}
        piece.change("patch_unary", interconnect_attachment_resource=body)

    def _settled(self, ref: Ref, router: Any, line: Any) -> Resource:  # noqa: ANN401 - SDK
        now = attachment.resource(ref, router, line)
        if now.status is Status.READY and self._names(ref)[1].busy():
            return replace(now, status=Status.PENDING, detail="being changed or removed")
        return now
