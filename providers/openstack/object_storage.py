"""Object storage is a container of Swift. A PUT makes it or finds it: its name is its key."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import BinaryIO
from urllib.parse import quote

from openstack import exceptions

from providers import adopting
from providers.errors import Conflict, InvalidSpec
from providers.objects import Content, Stored
from providers.openstack import bucket, objects, strangers, tags
from providers.openstack.clients import Api, Clients, text
from providers.types import Change, Ref, Resource, Spec, Stranger

KIND = bucket.KIND
PAGE = 1000


class ObjectStorage:
    """The five verbs for kind `object-storage`, in the regions of one account."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients

    def preview(self, spec: Spec) -> Sequence[Change]:
        want = self._checked(spec)
        found = self._find(spec)
        if found is None:
            asked = {"versioning": want.versioning, "quota_gb": want.quota_gb}
            return [Change(field=name, actual=None, wanted=value) for name, value in asked.items()]
        return bucket.changes(found[1], spec)

    def apply(self, spec: Spec) -> Resource:
        self._checked(spec)
        found = self._find(spec)
        api = self._api(spec.region)
        if found is None:
            ref = self._ref(spec)
            api.ask("PUT", _path(ref), headers=bucket.headers(spec))
        else:
            ref, have = found
            if not bucket.changes(have, spec):
                return self._seen(have, ref)
            api.ask("POST", _path(ref), headers=bucket.headers(spec))
        return replace(self._seen({}, ref), instance=spec.instance)

    def read(self, ref: Ref) -> Resource | None:
        have = self._head(ref)
        return None if have is None else self._seen(have, ref)

    def delete(self, ref: Ref) -> None:
        have = self._head(ref)
        if have is None:
            return
        tags.check_ours(bucket.owner(have), ref)
        try:
            self._api(ref.region).drop(_path(ref))
        except exceptions.ConflictException:
            raise Conflict(
                f"{ref.id} in {ref.region} is not empty, so it is not removed; remove its "
                "objects first"
            ) from None

    def inventory(self) -> Iterator[Resource]:
        for region in self._clients.regions:
            if self._clients.has(region, "object"):
                yield from self._listed(region)

    def strangers(self) -> Iterator[Stranger]:
        for region in self._clients.regions:
            if self._clients.has(region, "object"):
                for ref, have in self._all(region):
                    if not bucket.owner(have):
                        yield from strangers.container(region, ref.id, have)

    def adopt(self, ref: Ref, spec: Spec) -> Resource:
        """Swift lays the headers of a POST over what is there: all else stays."""
        self._checked(spec)
        have = self._head(ref)
        if have is None:
            raise adopting.gone(ref)
        adopting.check_owner(ref.id, bucket.owner(have), spec)
        labels = bucket.labels(spec)
        self._api(ref.region).ask("POST", _path(ref), headers=labels)
        return self._seen({**have, **labels}, ref)

    def objects(self, ref: Ref) -> Iterator[Stored]:
        yield from objects.listed(self._api(ref.region), ref.id)

    def read_object(self, ref: Ref, name: str, into: BinaryIO) -> str | None:
        return objects.read(self._api(ref.region), ref.id, name, into)

    def write_object(self, ref: Ref, content: Content) -> None:
        objects.write(self._api(ref.region), ref.id, content)

    def remove_object(self, ref: Ref, name: str) -> None:
        objects.remove(self._api(ref.region), ref.id, name)

    def empty(self, ref: Ref) -> bool:
        return objects.empty(self._api(ref.region), ref.id)

    def _listed(self, region: str) -> Iterator[Resource]:
        """What was adopted has a name of its own: every container is looked at."""
        for ref, have in self._all(region):
            if bucket.owner(have):
                yield self._seen(have, ref)

    def _all(self, region: str) -> Iterator[tuple[Ref, bucket.Headers]]:
        api, marker = self._api(region), ""
        while True:
            query = {"format": "json", "limit": PAGE, "marker": marker}
            page = api.call("GET", "", **query)
            names = [text(one, "name") for one in page or [] if isinstance(one, dict)]
            for name in names:
                ref = Ref(kind=KIND, region=region, id=name)
                have = self._head(ref)
                if have is not None:
                    yield ref, have
            if len(names) < PAGE:
                return
            marker = names[-1]

    def _checked(self, spec: Spec) -> bucket.Wanted:
        want = bucket.wanted(spec)
        tags.wanted(spec)
        self._clients.check_region(spec)
        if not self._clients.has(spec.region, "object"):
            raise InvalidSpec(f"this cloud has no object storage in {spec.region}")
        return want

    def _find(self, spec: Spec) -> tuple[Ref, bucket.Headers] | None:
        """The container of this or an earlier attempt: there is never one of a later."""
        if adopted := adopting.stands(spec, bucket.instance_of):
            ref = Ref(kind=KIND, region=spec.region, id=adopted)
            have = self._head(ref)
            if have is not None:
                adopting.check_owner(adopted, bucket.owner(have), spec)
            return None if have is None else (ref, have)
        for attempt in range(spec.attempt, 0, -1):
            ref = self._ref(replace(spec, attempt=attempt))
            have = self._head(ref)
            if have is not None:
                return ref, have
        return None

    def _head(self, ref: Ref) -> bucket.Headers | None:
        if not bucket.NAME.fullmatch(ref.id):
            return None
        try:
            answer = self._api(ref.region).ask("HEAD", _path(ref))
        except exceptions.NotFoundException:
            return None
        return {str(name).lower(): str(value) for name, value in answer.headers.items()}

    def _seen(self, have: bucket.Headers, ref: Ref) -> Resource:
        url = str(self._clients.proxy(ref.region, "object").get_endpoint() or "")
        return bucket.resource(have, ref, url)

    def _ref(self, spec: Spec) -> Ref:
        return Ref(kind=KIND, region=spec.region, id=bucket.name(spec))

    def _api(self, region: str) -> Api:
        return self._clients.api(region, "object")


def _path(ref: Ref) -> str:
    return f"/{quote(ref.id)}"
