"""What the fake remembers of each resource, and what is scripted to happen to a coming call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from providers.types import Outside, Ref, Resource, Spec, Status, Stranger

Moving = Literal["objects", "read_object", "write_object"]
Looking = Literal["preview", "read", "inventory", "strangers"]
Verb = Looking | Moving | Literal["apply", "delete", "unlock", "opened", "adopt"]


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens to one coming call. `late`: the work is done first, only the answer is lost."""

    verb: Verb
    error: Exception
    late: bool = False


@dataclass(slots=True)
class Record:
    spec: Spec
    resource: Resource
    reads: int = 0
    doom: str = ""  # why this build will end as failed
    leaving: int | None = None  # reads left until a piece is gone; None: nobody deleted it
    pieces: int = 1  # asked for, and not removed yet
    awaits: tuple[Outside, str] | None = None
    password: str = ""
    coming: str = ""  # the password that is being set
    looks: int = 0  # at how far that has come
    was: Stranger | None = None  # what it was before it was adopted
    untold: int = 0  # reads left that do not know of its tag yet


def unknown(ref: Ref) -> Resource:
    detail = "does not carry our ownership tag"
    return Resource(ref=ref, instance="", status=Status.READY, detail=detail)


def fields_of(spec: Spec) -> Mapping[str, Any]:
    tags = {f"tags.{key}": value for key, value in spec.tags.items()}
    return {**spec.parameters, "name": spec.name, **tags}


def id_of(spec: Spec) -> str:
    return f"fake-{spec.instance}-{spec.attempt}"
