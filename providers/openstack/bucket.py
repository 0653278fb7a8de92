"""One container of Swift: what a spec asks of it, and how its headers become a Resource."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, unquote

from providers.openstack import tags
from providers.parameters import Reader
from providers.types import Change, Ref, Resource, Spec, Status

KIND = "object-storage"
OURS = re.compile(r"gm-([0-9a-f]{32})-([1-9][0-9]{0,5})")
NAME = re.compile(r"[A-Za-z0-9][\w. +@-]{0,255}")
META = "x-container-meta-"
VERSIONS = "x-versions-enabled"
QUOTA = f"{META}quota-bytes"
GB = 1_000_000_000
MOST_GB = 1_000_000
REFUSED = re.compile(r"[^a-z0-9]+")

Headers = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The parameters of kind object-storage. `quota_gb` 0: as much as the account may have."""

    versioning: bool
    quota_gb: int


def wanted(spec: Spec) -> Wanted:
    """The checked parameters of `spec`. Raises InvalidSpec, naming every wrong one."""
    read = Reader.of(spec)
    want = Wanted(
        versioning=read.yes("versioning", default=True),
        quota_gb=read.whole("quota_gb", 0, MOST_GB, 0),
    )
    read.finish()
    return want


def name(spec: Spec) -> str:
    """The natural key of one attempt: the same for every try."""
    return f"gm-{spec.instance}-{spec.attempt}"


def headers(spec: Spec) -> dict[str, str]:
    """Everything that a container is told. What is nobody's but ours is never public."""
    want = wanted(spec)
    return {
        **labels(spec),
        VERSIONS: str(want.versioning).lower(),
        QUOTA: str(want.quota_gb * GB) if want.quota_gb else "",
        "x-container-read": "",
        "x-container-write": "",
    }


def labels(spec: Spec) -> dict[str, str]:
    """What says whose it is, and what for."""
    told = {_header(key): quote(value) for key, value in tags.wanted(spec).items()}
    return {**told, f"{META}name": quote(spec.name)}


def instance_of(name_: str) -> str:
    """The service instance that a name of ours was made for; empty for any other name."""
    found = OURS.fullmatch(name_)
    return found[1] if found else ""


def marks(have: Headers) -> dict[str, str]:
    """What its owner has written on it."""
    told = {key.removeprefix(META): v for key, v in have.items() if key.startswith(META)}
    return {key: unquote(value) for key, value in told.items() if key != "quota-bytes"}


def changes(have: Headers, spec: Spec) -> list[Change]:
    out = []
    for key, value in headers(spec).items():
        now = have.get(key, "false" if key == VERSIONS else "").lower()
        if now != value.lower():
            out.append(Change(field=_field(key), actual=unquote(now), wanted=unquote(value)))
    return out


def owner(have: Headers) -> str:
    found = have.get(_header(tags.OWNERSHIP), "")
    return found if tags.INSTANCE.fullmatch(found) else ""


def resource(have: Headers, ref: Ref, url: str) -> Resource:
    outputs = {
        "container": ref.id,
        "address": f"{url}/{ref.id}" if url else "",
        "region": ref.region,
    }
    return Resource(
        ref=ref,
        instance=owner(have),
        status=Status.READY,
        outputs={key: value for key, value in outputs.items() if value},
        by_itself=True,
    )


def _header(key: str) -> str:
    return META + REFUSED.sub("-", key.lower())


def _field(header: str) -> str:
    known = {VERSIONS: "versioning", QUOTA: "quota_gb"}
    return known.get(header, header.removeprefix(META).replace("grunnmur-", "tags."))
