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

from providers.errors import Conflict, InvalidSpec
from providers.gcp import labels, objects
from providers.gcp.bucket import wanted
from providers.gcp.clients import TIMEOUT, Clients
from providers.objects import Content, Stored
from providers.types import Change, Ref, Resource, Spec, Status

KIND = "object-storage"
DAY = 24 * 3600
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
        return changes(told_of(found), settings, spec)

    def apply(self, spec: Spec) -> Resource:
        settings = self._settings(spec)
        found = self._find(spec) or self._create(spec, settings)
        todo = changes(told_of(found), settings, spec)
        for change in todo:
            if change.replaces:
                raise InvalidSpec(
                    f"{change.field} of {found.name} is {change.actual!r} and cannot become "
                    f"{change.wanted!r}; order a new bucket instead"
                )
        if todo:
            _write(found, settings, spec)
            found.patch(**SURE)
        return resource(found)

    def read(self, ref: Ref) -> Resource | None:
        found = self._get(ref.id)
        return None if found is None else resource(found)

    def delete(self, ref: Ref) -> None:
        found = self._get(ref.id)
        if found is None:
            return
        if not _owner(told_of(found)):
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
        for found in self._clients.storage().list_buckets(prefix="gm-", **SURE):
            if _owner(told_of(found)):
                yield resource(found)

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
        want = wanted(spec)
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
        listed = self._clients.storage().list_buckets(prefix=f"gm-{spec.instance}-", **SURE)
        found = [b for b in listed if labels.instance_of(str(b.name)) == spec.instance]
        found.sort(key=lambda b: (str(told_of(b).get("timeCreated", "")), str(b.name)))
        return next(iter(found), None)

    def _get(self, name: str) -> Any:  # noqa: ANN401 - a bucket of the SDK, or None
        if not labels.instance_of(name):
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


def _write(bucket: Any, settings: Mapping[str, Any], spec: Spec) -> None:  # noqa: ANN401 - SDK
    """Lay what is wanted over a bucket. What makes it safe is not for callers to choose."""
    bucket.iam_configuration.uniform_bucket_level_access_enabled = True
    bucket.iam_configuration.public_access_prevention = "enforced"
    bucket.storage_class = settings["storage_class"]
    bucket.versioning_enabled = settings["versioning"]
    bucket.soft_delete_policy.retention_duration_seconds = settings["keep_days"] * DAY
    bucket.default_kms_key_name = settings["kms_key"] or None
    bucket.labels = {**_labels(told_of(bucket)), **labels.wanted(spec)}
    bucket.clear_lifecycle_rules()
    if settings["expire_days"]:
        bucket.add_lifecycle_delete_rule(age=settings["expire_days"])


def changes(told: Mapping[str, Any], settings: Mapping[str, Any], spec: Spec) -> list[Change]:
    have = _have(told)
    out = [
        Change(field=name, actual=have[name], wanted=want, replaces=name == "location")
        for name, want in settings.items()
        if have[name] != want
    ]
    differing = labels.changed(_labels(told), labels.wanted(spec))
    return out + [Change(field=f"tags.{k}", actual=a, wanted=w) for k, (a, w) in differing.items()]


def _have(told: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of a bucket as it is; what Google leaves out counts as not set."""
    access = _part(told, "iamConfiguration")
    uniform = _part(access, "uniformBucketLevelAccess").get("enabled") is True
    prevented = uniform and access.get("publicAccessPrevention") == "enforced"
    rules = _part(told, "lifecycle").get("rule")
    ages = [_part(r, "condition").get("age") for r in rules] if isinstance(rules, list) else []
    return {
        "location": str(told.get("location", "")).lower(),
        "storage_class": str(told.get("storageClass", "")),
        "versioning": _part(told, "versioning").get("enabled") is True,
        "keep_days": _number(_part(told, "softDeletePolicy").get("retentionDurationSeconds"))
        // DAY,
        "expire_days": _number(ages[0]) if len(ages) == 1 else len(ages) and -1,
        "kms_key": str(_part(told, "encryption").get("defaultKmsKeyName") or ""),
        "public_access": "prevented" if prevented else "possible",
    }


def resource(bucket: Any) -> Resource:  # noqa: ANN401 - a bucket of the SDK
    told, name = told_of(bucket), str(bucket.name)
    region = str(told.get("location", "")).lower()
    owner = _owner(told)
    outputs = {"bucket": name, "url": f"gs://{name}", "region": region}
    return Resource(
        ref=Ref(kind=KIND, region=region, id=name),
        instance=owner,
        status=Status.READY,
        outputs={key: value for key, value in outputs.items() if value},
        detail="" if owner else "does not carry our ownership label",
        by_itself=True,
    )


def told_of(bucket: Any) -> Mapping[str, Any]:  # noqa: ANN401 - a bucket of the SDK
    """What Google answered: the SDK's own readers stumble over what they do not expect."""
    told = bucket._properties  # noqa: SLF001 - there is no other way to it
    return told if isinstance(told, Mapping) else {}


def _owner(told: Mapping[str, Any]) -> str:
    return _labels(told).get(labels.OWNERSHIP, "")


def _labels(told: Mapping[str, Any]) -> dict[str, str]:
    return {str(k): str(v) for k, v in _part(told, "labels").items()}


def _part(told: object, name: str) -> Mapping[str, Any]:
    part = told.get(name) if isinstance(told, Mapping) else None
    return part if isinstance(part, Mapping) else {}


def _number(value: object) -> int:
    try:
        return int(str(value))
    except ValueError:
        return 0
