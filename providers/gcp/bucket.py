"""What a spec asks of a bucket."""

from __future__ import annotations

from dataclasses import dataclass

from providers.gcp.parameters import KEY
from providers.parameters import Reader
from providers.types import Spec

CLASSES = {name.lower(): name for name in ("STANDARD", "NEARLINE", "COLDLINE", "ARCHIVE")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The parameters of kind object-storage. `keep_days`: how long what is deleted stays."""

    storage_class: str
    versioning: bool
    keep_days: int
    expire_days: int
    key: str


def wanted(spec: Spec) -> Wanted:
    """The checked parameters of `spec`. Raises InvalidSpec, naming every wrong one."""
    read = Reader.of(spec)
    told = Wanted(
        storage_class=CLASSES.get(read.one_of("storage_class", CLASSES, "standard"), ""),
        versioning=read.yes("versioning", default=True),
        keep_days=read.whole("keep_days", 7, 90, 7),
        expire_days=read.whole("expire_days", 0, 36_500, 0),
        key=read.optional("kms_key", KEY, "the path of a key in Cloud KMS"),
    )
    read.finish()
    return told
