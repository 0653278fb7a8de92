"""Kind `object-storage`: a bucket of Cloud Object Storage, over the S3 protocol.

All is done at once, in several calls; the lifecycle is set last and says that all is there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from providers import adopting
from providers.errors import Conflict, InvalidSpec
from providers.ibm import marks, names, strangers
from providers.ibm.bucket import (
    KIND,
    NAME,
    Wanted,
    days_kept,
    days_of,
    lifecycle,
    wanted,
)
from providers.ibm.clients import Clients
from providers.ibm.marks import Marks
from providers.ibm.settings import CLOSED, FORBIDDEN, Found, code, look, unless_absent
from providers.ibm.told import Told, difference, each, text
from providers.types import Change, Ref, Resource, Spec, Status, Stranger


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
            self._set(spec.region, name, want, found.rules if found else [])
        self._clients.tag(self._crn(name), names.tags(spec))
        return _resource(name, spec.region, spec.instance, whole=True)

    def read(self, ref: Ref) -> Resource | None:
        found = self._at(ref)
        if found is None:
            return None
        owner = marks.owner(self._clients, found.name, self._crn(found.name))
        return _resource(found.name, ref.region, owner, whole=found.whole)

    def delete(self, ref: Ref) -> None:
        if self._at(ref) is None:
            return
        marks.check_ours(self._clients, ref.id, self._crn(ref.id))
        unless_absent(lambda: self._clients.storage(ref.region).delete_bucket(Bucket=ref.id))

    def inventory(self) -> Iterator[Resource]:
        known = self._marks()
        for name in self._listed():
            owner = known.owner(name, self._crn(name))
            for region, found in self._places(name) if owner else ():
                yield _resource(name, region, owner, whole=found.whole)

    def strangers(self) -> Iterator[Stranger]:
        """But for what the search does not know, whose looks are refused, or is elsewhere."""
        known = self._marks()
        for name in self._listed():
            crn = self._crn(name)
            tags = None if known.owner(name, crn) else known.of(crn)
            for region, found in self._seen(name) if tags is not None else ():
                yield strangers.bucket(name, region, found.storage_class, tags or ())

    def adopt(self, ref: Ref, spec: Spec) -> Resource:
        wanted(spec)
        self._clients.check_region(spec)
        found = self._at(ref)
        if found is None:
            raise adopting.gone(ref)
        crn = self._crn(ref.id)
        marks.check_free(self._clients, ref, {"name": ref.id, "crn": crn}, spec)
        self._clients.tag(crn, names.tags(spec))
        return _resource(ref.id, ref.region, spec.instance, whole=found.whole)

    def _marks(self) -> Marks:
        return Marks(self._clients, "cloud-object-storage", "bucket")

    def _find(self, spec: Spec) -> Found | None:
        """The bucket of this service instance, whatever attempt made it, or that it adopted."""
        for attempt in range(spec.attempt, 0, -1):
            if found := self._ours_there(spec.region, _name(spec, attempt)):
                return found
        adopted = adopting.stands(spec, names.instance_of)
        there = self._at(Ref(kind=KIND, region=spec.region, id=adopted))
        if there is not None:
            owner = marks.owner(self._clients, adopted, self._crn(adopted))
            adopting.check_owner(adopted, owner, spec)
        return there

    def _places(self, name: str) -> Iterator[tuple[str, Found]]:
        """Where a bucket of this account is, of the account's regions: a listing does not tell."""
        told = names.region_of(name)
        maybe = (told,) if names.instance_of(name) else self._clients.regions
        for region in self._clients.regions:
            if region in maybe and (found := self._ours_there(region, name)):
                yield region, found
                return

    def _seen(self, name: str) -> Sequence[tuple[str, Found]]:
        """The same of a stranger: one that we may not look at is left out."""
        try:
            return list(self._places(name))
        except Exception as error:
            if code(error) not in FORBIDDEN:
                raise
            return []

    def _at(self, ref: Ref) -> Found | None:
        known = NAME.fullmatch(ref.id) and names.REGION.fullmatch(ref.region)
        elsewhere = names.instance_of(ref.id) and names.region_of(ref.id) != ref.region
        return self._ours_there(ref.region, ref.id) if known and not elsewhere else None

    def _ours_there(self, region: str, name: str) -> Found | None:
        """None too for a bucket of somebody else's, whose looks are refused to us."""
        try:
            return look(self._clients.storage(region), region, name)
        except Exception as error:
            if code(error) not in FORBIDDEN or name in self._listed():
                raise
            return None

    def _listed(self) -> list[str]:
        """The names of every bucket in this account's instance; none where it has no instance."""
        if not self._clients.account.own("STORAGE"):
            return []
        listed = self._clients.storage(self._clients.regions[0]).list_buckets()
        return [text(one, "Name") for one in each(listed, "Buckets")]

    def _create(self, spec: Spec, name: str, want: Wanted) -> None:
        place = {"LocationConstraint": f"{spec.region}-{want.storage_class}"}
        try:
            self._clients.storage(spec.region, want.kms_key).create_bucket(
                Bucket=name, CreateBucketConfiguration=place
            )
        except Exception as error:
            if code(error) not in {"BucketAlreadyExists", "BucketAlreadyOwnedByYou"}:
                raise
            if self._ours_there(spec.region, name) is None:
                raise Conflict(
                    f"bucket {name}: the name is in use outside this account; order it anew"
                ) from None

    def _set(self, region: str, name: str, want: Wanted, rules: Sequence[Told]) -> None:
        storage = self._clients.storage(region)
        storage.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=CLOSED)
        status = "Enabled" if want.versioning else "Suspended"
        storage.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": status})
        storage.put_bucket_lifecycle_configuration(
            Bucket=name, LifecycleConfiguration={"Rules": lifecycle(want, rules)}
        )

    def _changes(self, want: Wanted, found: Found) -> list[Change]:
        return [
            *difference("storage_class", found.storage_class, want.storage_class, replaces=True),
            *difference("versioning", found.versioning, want.versioning),
            *difference("keep_days", days_kept(found.rules), want.keep_days),
            *difference("expire_days", days_of(found.rules), want.expire_days),
            *difference("security.public_access", not found.closed, wanted=False),
        ]

    def _crn(self, name: str) -> str:
        return f"{self._clients.storage_crn.rstrip(':')}:bucket:{name}"


def _name(spec: Spec, attempt: int) -> str:
    """Names are unique the world over, and tell the region, which a listing does not."""
    return f"{names.name(spec, attempt)}-{spec.region}"


def _resource(name: str, region: str, owner: str, *, whole: bool) -> Resource:
    notes = [] if whole else ["its settings are not all made yet"]
    notes += [] if owner else ["carries neither a name nor a tag of ours"]
    return Resource(
        ref=Ref(kind=KIND, region=region, id=name),
        instance=owner,
        status=Status.READY if whole else Status.PENDING,
        outputs={"bucket": name, "url": f"cos://{region}/{name}", "region": region},
        detail="; ".join(notes),
    )
