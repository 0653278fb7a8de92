"""Object storage is a Cloud Storage bucket: private for ever, whatever anybody grants in it.

Uniform access and public access prevention are enforced, Google encrypts, and what is deleted can
be had back for some days. A bucket's name is its natural key; it is worked out from instance and
attempt, so every try makes the same one. Cloud Storage does everything at once: nothing is ever
pending here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, BinaryIO

from google.api_core.exceptions import Conflict as Taken
from google.api_core.exceptions import NotFound

from providers import adopting
from providers.errors import Conflict, InvalidSpec
from providers.gcp import bucket, labels, objects, strangers
from providers.gcp.clients import TIMEOUT, Clients
from providers.objects import Content, Stored
from providers.types import Change, Ref, Resource, Spec, Stranger

SURE: dict[str, Any] = {"retry": None, "timeout": TIMEOUT}


class ObjectStorage:
    """The five verbs for kind `object-storage`."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients

    def preview(self, spec: Spec) -> Sequence[Change]:
        settings = self._settings(spec)
        found = self._find(spec)
        if found is None:
            return [Change(field=k, actual=None, wanted=v) for k, v in settings.items()]
        return bucket.changes(bucket.told_of(found), settings, spec)

    def apply(self, spec: Spec) -> Resource:
        settings = self._settings(spec)
        found = self._find(spec) or self._create(spec, settings)
        todo = bucket.changes(bucket.told_of(found), settings, spec)
        for change in todo:
            if change.replaces:
                raise InvalidSpec(
                    f"{change.field} of {found.name} is {change.actual!r} and cannot become "
                    f"{change.wanted!r}; order a new bucket instead"
                )
        if todo:
            _write(found, settings, spec)
            found.patch(**SURE)
        return bucket.resource(found)

    def read(self, ref: Ref) -> Resource | None:
        found = self._get(ref.id)
        return None if found is None else bucket.resource(found)

    def delete(self, ref: Ref) -> None:
        found = self._get(ref.id)
        if found is None:
            return
        if not bucket.owner(bucket.told_of(found)):
            raise Conflict(
                f"bucket {ref.id} does not carry our label {labels.OWNERSHIP}, so it is not "
                "removed; put the label back, or remove the bucket by hand"
            )
        try:
            found.delete(force=False, **SURE)
        except NotFound:
            return
        except Taken:
            raise Conflict(
                f"bucket {ref.id} still holds objects and is not removed; move or delete them, "
                "noncurrent versions too, and ask again"
            ) from None

    def inventory(self) -> Iterator[Resource]:
        """What was adopted has a name of its own: every bucket is looked at."""
        for found in self._clients.storage().list_buckets(**SURE):
            if bucket.owner(bucket.told_of(found)):
                yield bucket.resource(found)

    def strangers(self) -> Iterator[Stranger]:
        for found in self._clients.storage().list_buckets(**SURE):
            told = bucket.told_of(found)
            if not bucket.owner(told) and bucket.have(told)["location"] in self._clients.regions:
                yield strangers.storage(str(found.name), told)

    def adopt(self, ref: Ref, spec: Spec) -> Resource:
        self._settings(spec)
        found = self._get(ref.id)
        if found is None:
            raise adopting.gone(ref)
        have = bucket.told_of(found)
        adopting.check_owner(ref.id, bucket.owner(have), spec)
        if labels.changed(bucket.labels_of(have), labels.wanted(spec)):
            found.labels = {**bucket.labels_of(have), **labels.wanted(spec)}
            found.patch(**SURE)
        return bucket.resource(found)

    def objects(self, ref: Ref) -> Iterator[Stored]:
        yield from objects.listed(self._clients.storage().bucket(ref.id))

    def read_object(self, ref: Ref, name: str, into: BinaryIO) -> str | None:
        return objects.read(self._clients.storage().bucket(ref.id), name, into)

    def write_object(self, ref: Ref, content: Content) -> None:
        objects.write(self._clients.storage().bucket(ref.id), content)

    def remove_object(self, ref: Ref, name: str) -> None:
        objects.remove(self._clients.storage().bucket(ref.id), name)

    def empty(self, ref: Ref) -> bool:
        return objects.empty(self._clients.storage().bucket(ref.id))

    def _settings(self, spec: Spec) -> dict[str, Any]:
        """What the spec comes to, after everything that can be checked without asking anybody."""
        self._clients.check_region(spec)
        labels.wanted(spec)
        labels.name(spec)
        want = bucket.wanted(spec)
        return {
            "location": spec.region,
            "storage_class": want.storage_class,
            "versioning": want.versioning,
            "keep_days": want.keep_days,
            "expire_days": want.expire_days,
            "kms_key": want.key,
            "public_access": "prevented",
        }

    def _find(self, spec: Spec) -> Any:  # noqa: ANN401 - a bucket of the SDK, or None
        """The bucket of this service instance; the oldest, should there be several."""
        if adopted := adopting.stands(spec, labels.instance_of):
            there = self._get(adopted)
            if there is not None:
                adopting.check_owner(adopted, bucket.owner(bucket.told_of(there)), spec)
            return there
        listed = self._clients.storage().list_buckets(prefix=f"gm-{spec.instance}-", **SURE)
        found = [b for b in listed if labels.instance_of(str(b.name)) == spec.instance]
        found.sort(key=lambda b: (str(bucket.told_of(b).get("timeCreated", "")), str(b.name)))
        return next(iter(found), None)

    def _get(self, name: str) -> Any:  # noqa: ANN401 - a bucket of the SDK, or None
        if not bucket.NAME.fullmatch(name):
            return None
        try:
            return self._clients.storage().get_bucket(name, **SURE)
        except NotFound:
            return None

    def _create(self, spec: Spec, settings: Mapping[str, Any]) -> Any:  # noqa: ANN401 - likewise
        made = self._clients.storage().bucket(labels.name(spec))
        _write(made, settings, spec)
        try:
            made.create(location=spec.region, **SURE)
        except Taken:
            found = self._find(spec)
            if found is None:
                raise Conflict(
                    f"the bucket name {made.name} is in use outside this project; "
                    f"ask for attempt {spec.attempt + 1}"
                ) from None
            return found
        return made


def _write(found: Any, settings: Mapping[str, Any], spec: Spec) -> None:  # noqa: ANN401 - SDK
    """Lay what is wanted over a bucket. What makes it safe is not for callers to choose."""
    found.iam_configuration.uniform_bucket_level_access_enabled = True
    found.iam_configuration.public_access_prevention = "enforced"
    found.storage_class = settings["storage_class"]
    found.versioning_enabled = settings["versioning"]
    found.soft_delete_policy.retention_duration_seconds = settings["keep_days"] * bucket.DAY
    found.default_kms_key_name = settings["kms_key"] or None
    found.labels = {**bucket.labels_of(bucket.told_of(found)), **labels.wanted(spec)}
    told = bucket.told_of(found)
    if bucket.have(told)["expire_days"] == settings["expire_days"]:
        return
    others = [] if labels.instance_of(str(found.name)) else bucket.others_rules(told)
    found.lifecycle_rules = others
    if settings["expire_days"]:
        found.add_lifecycle_delete_rule(age=settings["expire_days"])
