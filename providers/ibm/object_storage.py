"""Kind `object-storage`: a bucket of Cloud Object Storage, over the S3 protocol.

All is done at once, in several calls; the lifecycle is set last and says that all is there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from providers.errors import Conflict, InvalidSpec
from providers.ibm import names
from providers.ibm.bucket import (
    KIND,
    LIFECYCLE,
    Wanted,
    days_kept,
    days_of,
    lifecycle,
    wanted,
)
from providers.ibm.clients import Clients
from providers.ibm.told import Told, difference, each, part, text
from providers.types import Change, Ref, Resource, Spec, Status

CLOSED = {"BlockPublicAcls": True, "IgnorePublicAcls": True}
FORBIDDEN = {"403", "AccessDenied"}
OPEN = "NoSuchPublicAccessBlockConfiguration"
ABSENT = {"404", "NoSuchBucket", "NotFound"}


@dataclass(frozen=True, slots=True)
class Found:
    """A bucket as it is."""

    name: str
    storage_class: str
    versioning: bool
    closed: bool
    rules: Sequence[Told]


class ObjectStorage:
    """The five verbs for kind `object-storage` at IBM."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients

    def preview(self, spec: Spec) -> Sequence[Change]:
        want = wanted(spec)
        self._clients.check_region(spec)
        found = self._find(spec)
        if found is None:
            told = ("storage_class", "versioning", "keep_days", "expire_days")
            return [Change(field=f, actual=None, wanted=getattr(want, f)) for f in told]
        return self._changes(want, found)

    def apply(self, spec: Spec) -> Resource:
        want = wanted(spec)
        self._clients.check_region(spec)
        found = self._find(spec)
        name = found.name if found else _name(spec, spec.attempt)
        if found is None:
            self._create(spec, name, want)
        elif stays := [change.field for change in self._changes(want, found) if change.replaces]:
            raise InvalidSpec(f"{', '.join(stays)}: cannot be changed in place at IBM")
        if found is None or self._changes(want, found):
            self._set(spec.region, name, want)
        self._clients.tag(self._crn(name), names.tags(spec))
        return _resource(name, spec.region, whole=True)

    def read(self, ref: Ref) -> Resource | None:
        if not self._ours(ref):
            return None
        found = self._there(ref.region, ref.id)
        return _resource(ref.id, ref.region, whole=bool(found.rules)) if found else None

    def delete(self, ref: Ref) -> None:
        if not self._ours(ref) or self._there(ref.region, ref.id) is None:
            return
        _unless_absent(lambda: self._clients.storage(ref.region).delete_bucket(Bucket=ref.id))

    def inventory(self) -> Iterator[Resource]:
        if not self._clients.account.own("STORAGE"):
            return  # an account without Cloud Object Storage holds none of ours
        known = set(self._clients.regions)
        for name in self._listed():
            region = names.region_of(name)
            if region in known and (found := self._there(region, name)):
                yield _resource(name, region, whole=bool(found.rules))

    def _find(self, spec: Spec) -> Found | None:
        """The bucket of this service instance, whatever attempt made it."""
        for attempt in range(spec.attempt, 0, -1):
            if found := self._ours_there(spec.region, _name(spec, attempt)):
                return found
        return None

    def _ours_there(self, region: str, name: str) -> Found | None:
        """None too for a bucket of somebody else's, whose looks are refused to us."""
        try:
            return self._there(region, name)
        except Exception as error:
            if _code(error) not in FORBIDDEN or name in self._listed():
                raise
            return None

    def _listed(self) -> list[str]:
        """The names of every bucket in this account's instance."""
        listed = self._clients.storage(self._clients.regions[0]).list_buckets()
        return [text(one, "Name") for one in each(listed, "Buckets")]

    def _there(self, region: str, name: str) -> Found | None:
        storage = self._clients.storage(region)
        if _unless_absent(lambda: storage.head_bucket(Bucket=name)) is None:
            return None
        location = text(storage.get_bucket_location(Bucket=name), "LocationConstraint")
        versioning = text(storage.get_bucket_versioning(Bucket=name), "Status")
        block = _unless_absent(lambda: storage.get_public_access_block(Bucket=name), OPEN)
        rules = _unless_absent(
            lambda: storage.get_bucket_lifecycle_configuration(Bucket=name), LIFECYCLE
        )
        return Found(
            name=name,
            storage_class=location.removeprefix(f"{region}-"),
            versioning=versioning == "Enabled",
            closed=part(block, "PublicAccessBlockConfiguration").items() >= CLOSED.items(),
            rules=each(rules or {}, "Rules"),
        )

    def _create(self, spec: Spec, name: str, want: Wanted) -> None:
        place = {"LocationConstraint": f"{spec.region}-{want.storage_class}"}
        try:
            self._clients.storage(spec.region, want.kms_key).create_bucket(
                Bucket=name, CreateBucketConfiguration=place
            )
        except Exception as error:
            if _code(error) not in {"BucketAlreadyExists", "BucketAlreadyOwnedByYou"}:
                raise
            if self._ours_there(spec.region, name) is None:
                raise Conflict(
                    f"bucket {name}: the name is in use outside this account; order it anew"
                ) from None

    def _set(self, region: str, name: str, want: Wanted) -> None:
        storage = self._clients.storage(region)
        storage.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=CLOSED)
        status = "Enabled" if want.versioning else "Suspended"
        storage.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": status})
        storage.put_bucket_lifecycle_configuration(
            Bucket=name, LifecycleConfiguration={"Rules": lifecycle(want)}
        )

    def _changes(self, want: Wanted, found: Found) -> list[Change]:
        return [
            *difference("storage_class", found.storage_class, want.storage_class, replaces=True),
            *difference("versioning", found.versioning, want.versioning),
            *difference("keep_days", days_kept(found.rules), want.keep_days),
            *difference("expire_days", days_of(found.rules), want.expire_days),
            *difference("security.public_access", not found.closed, wanted=False),
        ]

    @staticmethod
    def _ours(ref: Ref) -> bool:
        return bool(names.instance_of(ref.id)) and names.region_of(ref.id) == ref.region

    def _crn(self, name: str) -> str:
        return f"{self._clients.storage_crn.rstrip(':')}:bucket:{name}"


def _name(spec: Spec, attempt: int) -> str:
    """Names are unique the world over, and tell the region, which a listing does not."""
    return f"{names.name(spec, attempt)}-{spec.region}"


def _resource(name: str, region: str, *, whole: bool) -> Resource:
    return Resource(
        ref=Ref(kind=KIND, region=region, id=name),
        instance=names.instance_of(name),
        status=Status.READY if whole else Status.PENDING,
        outputs={"bucket": name, "url": f"cos://{region}/{name}", "region": region},
        detail="" if whole else "its settings are not all made yet",
    )


def _code(error: Exception) -> str:
    """The code of a refusal by boto3, which is imported late; empty for any other error."""
    return text(getattr(error, "response", {}), "Error", "Code")


def _unless_absent(call: Callable[[], Any], *codes: str) -> Any:  # noqa: ANN401 - boto3's answers
    """What a call gives, or None when what it asks for is not there."""
    try:
        return call()
    except Exception as error:
        if _code(error) in {*ABSENT, *codes}:
            return None
        status = text(getattr(error, "response", {}), "ResponseMetadata", "HTTPStatusCode")
        if status == str(int(HTTPStatus.NOT_FOUND)) and not codes:
            return None
        raise
