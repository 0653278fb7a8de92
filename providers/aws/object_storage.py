"""Object storage is an S3 bucket: private for ever, encrypted, over TLS alone, with versions.

A bucket's name is its natural key; it is worked out from instance and attempt, so every try makes
the same one. It carries our tags from its making. S3 does everything at once; should a run die
between the settings, the next `apply` sets what is missing, and the policy, set last, says that
it is whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any, BinaryIO

from botocore.exceptions import ClientError

from providers import adopting
from providers.aws import bucket, keys, names, objects, settings, tags, told
from providers.aws.clients import Clients
from providers.aws.errors import code
from providers.errors import Conflict
from providers.objects import Content, Stored
from providers.types import Access, Change, Ref, Resource, Spec, Status, Stranger

KIND = "object-storage"


class ObjectStorage:
    """The five verbs for kind `object-storage`, in the regions of one account."""

    def __init__(self, clients: Clients, regions: Sequence[str]) -> None:
        self._clients = clients
        self._regions = tuple(regions)

    def preview(self, spec: Spec) -> Sequence[Change]:
        s3 = self._in(spec)
        name = _find(s3, spec)
        seen = None if name is None else settings.look(s3, name, settings.UNSET)
        if seen is None:
            fields = asdict(bucket.wanted(spec))
            return [Change(field=k, actual=None, wanted=v) for k, v in fields.items()]
        return [change for several in bucket.changes(seen, spec).values() for change in several]

    def apply(self, spec: Spec) -> Resource:
        s3 = self._in(spec)
        name = _find(s3, spec)
        seen = None if name is None else settings.look(s3, name, settings.UNSET)
        if name is None or seen is None:
            name, seen = _create(s3, spec), {}
        wanted = bucket.settings(spec, name, s3.meta.partition, seen)
        for piece in bucket.changes(seen, spec):
            settings.put(s3, name, piece, wanted[piece])
        return _resource(name, spec.region, spec.instance, whole=True)

    def read(self, ref: Ref) -> Resource | None:
        if not bucket.NAME.fullmatch(ref.id):
            return None
        seen = _read(self._clients.of("s3", ref.region), ref.id, ref.region)
        return seen or keys.left(self._clients.of("iam", ref.region), ref.id, ref.region)

    def delete(self, ref: Ref) -> None:
        if not bucket.NAME.fullmatch(ref.id):
            return
        s3 = self._clients.of("s3", ref.region)
        seen = settings.look(s3, ref.id, [bucket.TAGS])
        if seen is not None and not settings.owner(seen):
            raise Conflict(
                f"bucket {ref.id} does not carry our tag {tags.OWNERSHIP}, so it is not removed; "
                "put the tag back, or remove the bucket by hand"
            )
        if seen is not None:
            _remove(s3, ref.id)
        keys.remove(self._clients.of("iam", ref.region), ref.id, ref.region)

    def unlock(self, ref: Ref) -> Access | None:
        """A key for this bucket alone; one that was made before ends with it."""
        s3 = self._clients.of("s3", ref.region)
        known = bucket.NAME.fullmatch(ref.id)
        seen = settings.look(s3, ref.id, [bucket.TAGS, bucket.KEYS]) if known else None
        if seen is None:
            return None
        owner = settings.owner(seen)
        if not owner:
            raise Conflict(f"bucket {ref.id} does not carry our tag, so it is not opened")
        iam = self._clients.of("iam", ref.region)
        keys.let_in(iam, ref, owner, bucket.use(ref.id, s3.meta.partition, seen))
        return keys.renew(iam, ref.id)

    def inventory(self) -> Iterator[Resource]:
        """What was adopted has a name of its own: the tags of every bucket are looked at."""
        there: set[str] = set()
        for s3, name, region in self._buckets():
            there.add(name)
            seen = _read(s3, name, region) if settings.owner(settings.tags_of(s3, name)) else None
            if seen is not None and seen.instance:
                yield seen
        for region in self._regions:
            yield from self._left(region, there)

    def _left(self, region: str, there: set[str]) -> Iterator[Resource]:
        """Logins whose bucket is gone."""
        iam, s3 = self._clients.of("iam", region), self._clients.of("s3", region)
        for name in keys.names(iam, region):
            left = None if name in there else keys.left(iam, name, region)
            if left is not None and settings.look(s3, name, [bucket.TAGS]) is None:
                yield left

    def strangers(self) -> Iterator[Stranger]:
        for s3, name, region in self._buckets():
            marks = settings.tags_of(s3, name)
            theirs = marks is not None and not settings.owner(marks)
            seen = settings.look(s3, name, settings.UNSET) if theirs else None
            if seen is not None:
                yield bucket.stranger(name, region, seen)

    def adopt(self, ref: Ref, spec: Spec) -> Resource:
        s3 = self._in(spec)
        seen = settings.look(s3, ref.id, settings.UNSET) if bucket.NAME.fullmatch(ref.id) else None
        if seen is None:
            raise adopting.gone(ref)
        adopting.check_owner(ref.id, settings.owner(seen), spec)
        labels = bucket.settings(spec, ref.id, s3.meta.partition, seen)[bucket.TAGS]
        settings.put(s3, ref.id, bucket.TAGS, labels)
        return _resource(ref.id, ref.region, spec.instance, whole=bucket.is_whole(seen))

    def _buckets(self) -> Iterator[tuple[Any, str, str]]:
        """A client, a bucket and its region."""
        for region in self._regions:
            s3 = self._clients.of("s3", region)
            for page in s3.get_paginator("list_buckets").paginate(BucketRegion=region):
                for found in told.each(page, "Buckets"):
                    yield s3, told.text(found, "Name"), region

    def objects(self, ref: Ref) -> Iterator[Stored]:
        yield from objects.listed(self._clients.of("s3", ref.region), ref.id)

    def read_object(self, ref: Ref, name: str, into: BinaryIO) -> str | None:
        return objects.read(self._clients.of("s3", ref.region), ref.id, name, into)

    def write_object(self, ref: Ref, content: Content) -> None:
        objects.write(self._clients.of("s3", ref.region), ref.id, content)

    def remove_object(self, ref: Ref, name: str) -> None:
        self._clients.of("s3", ref.region).delete_object(Bucket=ref.id, Key=name)

    def empty(self, ref: Ref) -> bool:
        return objects.empty(self._clients.of("s3", ref.region), ref.id)

    def _in(self, spec: Spec) -> Any:  # noqa: ANN401 - a boto3 client
        """The client of the spec's region, after everything that can be checked without it."""
        bucket.wanted(spec)
        tags.wanted(spec)
        names.name(spec)
        names.check_region(spec, self._regions)
        return self._clients.of("s3", spec.region)


def _find(s3: Any, spec: Spec) -> str | None:  # noqa: ANN401 - a boto3 client
    """The bucket of this service instance, of whichever attempt; the oldest of several."""
    if adopted := adopting.stands(spec, names.instance_of):
        seen = settings.look(s3, adopted, [bucket.TAGS])
        if seen is not None:
            adopting.check_owner(adopted, settings.owner(seen), spec)
        return adopted if seen is not None else None
    told_ = s3.list_buckets(Prefix=f"gm-{spec.instance}-", BucketRegion=spec.region)
    found = [
        (str(one.get("CreationDate", "")), told.text(one, "Name"))
        for one in told.each(told_, "Buckets")
    ]
    ours = sorted(one for one in found if names.instance_of(one[1]) == spec.instance)
    return ours[0][1] if ours else None


def _create(s3: Any, spec: Spec) -> str:  # noqa: ANN401 - a boto3 client
    name = names.name(spec)
    made: dict[str, Any] = {"Tags": tags.as_list(tags.wanted(spec))}
    if spec.region != "us-east-1":  # whose name S3 does not take
        made["LocationConstraint"] = spec.region
    try:
        s3.create_bucket(
            Bucket=name, CreateBucketConfiguration=made, ObjectOwnership="BucketOwnerEnforced"
        )
    except ClientError as error:
        if code(error) == "BucketAlreadyExists":
            raise Conflict(
                f"the bucket name {name} is in use outside this account; "
                f"ask for attempt {spec.attempt + 1}"
            ) from None
        if code(error) != "BucketAlreadyOwnedByYou":
            raise
    return name


def _remove(s3: Any, name: str) -> None:  # noqa: ANN401 - a boto3 client
    try:
        s3.delete_bucket(Bucket=name)
    except ClientError as error:
        if code(error) == "BucketNotEmpty":
            raise Conflict(
                f"bucket {name} still holds objects and is not removed; move or delete "
                "them, older versions too, and ask again"
            ) from None
        if code(error) != settings.ABSENT:
            raise


def _read(s3: Any, name: str, region: str) -> Resource | None:  # noqa: ANN401 - a boto3 client
    seen = settings.look(s3, name, [bucket.TAGS, bucket.POLICY])
    if seen is None:
        return None
    return _resource(name, region, settings.owner(seen), whole=bucket.is_whole(seen))


def _resource(name: str, region: str, owner: str, *, whole: bool) -> Resource:
    notes = [] if whole else ["not all of it is set; apply again"]
    notes += [] if owner else ["does not carry our ownership tag"]
    return Resource(
        ref=Ref(kind=KIND, region=region, id=name),
        instance=owner,
        status=Status.READY if whole else Status.PENDING,
        outputs={"bucket": name, "url": f"s3://{name}", "region": region},
        detail="; ".join(notes),
        by_itself=whole,
    )
