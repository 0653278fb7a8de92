"""A bucket: what a spec asks of it, and the lifecycle that it comes to."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from providers.ibm.told import Told, number, text
from providers.parameters import Reader
from providers.types import Spec

KIND = "object-storage"
LIFECYCLE = "NoSuchLifecycleConfiguration"
NAME = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
CLASSES = ("standard", "smart", "vault", "cold")
LEAST_DAYS, MOST_DAYS = 7, 90
FOR_EVER = 36_500
KEPT, GONE = "gm-kept", "gm-gone"  # the rules' names
ROOT_KEY = re.compile(r"crn:v1:[^\s]{1,250}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The parameters of kind object-storage."""

    storage_class: str
    versioning: bool
    keep_days: int
    expire_days: int
    kms_key: str


def wanted(spec: Spec) -> Wanted:
    """The checked parameters of `spec`. Raises InvalidSpec, naming every wrong one."""
    read = Reader.of(spec)
    told = Wanted(
        storage_class=read.one_of("storage_class", CLASSES, "standard"),
        versioning=read.yes("versioning", default=True),
        keep_days=read.whole("keep_days", LEAST_DAYS, MOST_DAYS, 14),
        expire_days=read.whole("expire_days", 0, FOR_EVER, 0),
        kms_key=read.optional("kms_key", ROOT_KEY, "the CRN of a root key in Key Protect or HPCS"),
    )
    read.finish()
    return told


def lifecycle(want: Wanted, have: Iterable[Told]) -> list[Told]:
    """Old versions go after a while, and what is current where that was asked for.

    Of the rules that it has, those of others stay.
    """
    others = [one for one in have if text(one, "ID") not in {KEPT, GONE}]
    every = {"Status": "Enabled", "Filter": {"Prefix": ""}}
    kept = {"ID": KEPT, **every, "NoncurrentVersionExpiration": {"NoncurrentDays": want.keep_days}}
    gone = {"ID": GONE, **every, "Expiration": {"Days": want.expire_days}}
    return [*others, kept, gone] if want.expire_days else [*others, kept]


def days_kept(rules: Iterable[Told]) -> int | None:
    return number(_rule(rules, KEPT), "NoncurrentVersionExpiration", "NoncurrentDays")


def days_of(rules: Iterable[Told]) -> int:
    return number(_rule(rules, GONE), "Expiration", "Days") or 0


def _rule(rules: Iterable[Told], name: str) -> Told:
    return next((one for one in rules if text(one, "ID") == name), {})
