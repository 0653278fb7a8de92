"""A bucket as it is: its settings, each read with a call of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from providers.ibm import names
from providers.ibm.bucket import LIFECYCLE
from providers.ibm.told import Told, each, part, text

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

    @property
    def whole(self) -> bool:
        """Of ours the lifecycle is set last; what others made is as they made it."""
        return bool(self.rules) or not names.instance_of(self.name)


def look(storage: Any, region: str, name: str) -> Found | None:  # noqa: ANN401 - boto3 makes them
    """None where there is no such bucket in the region."""
    if unless_absent(lambda: storage.head_bucket(Bucket=name)) is None:
        return None
    location = text(storage.get_bucket_location(Bucket=name), "LocationConstraint")
    versioning = text(storage.get_bucket_versioning(Bucket=name), "Status")
    block = unless_absent(lambda: storage.get_public_access_block(Bucket=name), OPEN)
    rules = unless_absent(
        lambda: storage.get_bucket_lifecycle_configuration(Bucket=name), LIFECYCLE
    )
    return Found(
        name=name,
        storage_class=location.removeprefix(f"{region}-"),
        versioning=versioning == "Enabled",
        closed=part(block, "PublicAccessBlockConfiguration").items() >= CLOSED.items(),
        rules=each(rules or {}, "Rules"),
    )


def code(error: Exception) -> str:
    """The code of a refusal by boto3, which is imported late; empty for any other error."""
    return text(getattr(error, "response", {}), "Error", "Code")


def unless_absent(call: Callable[[], Any], *codes: str) -> Any:  # noqa: ANN401 - boto3's answers
    """What a call gives, or None when what it asks for is not there."""
    try:
        return call()
    except Exception as error:
        if code(error) in {*ABSENT, *codes}:
            return None
        status = text(getattr(error, "response", {}), "ResponseMetadata", "HTTPStatusCode")
        if status == str(int(HTTPStatus.NOT_FOUND)) and not codes:
            return None
        raise
