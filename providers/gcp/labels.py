"""What we write on a resource, and how it is named: whose it is, and what for.

Google's labels take small letters, digits, dashes and underscores, 63 of them, and no more. What
does not fit is written as near as that allows, with a mark of the exact value behind it, so that
different values never look the same; only the case of letters is lost. The ledger has the exact
values.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import sha256

from providers.errors import InvalidSpec
from providers.types import Spec

PREFIX = "grunnmur-"
OWNERSHIP = f"{PREFIX}instance"
INSTANCE = re.compile(r"[0-9a-f]{32}")
NAME = re.compile(r"gm-([0-9a-f]{32})-([1-9][0-9]{0,5})")
LONGEST = 63
MARK = 8  # of a sha256, in hex digits
MOST = 60  # Google takes 64; the rest is for the agency's own
KEPT = re.compile(r"[^a-z0-9_-]")


def name(spec: Spec) -> str:
    """What the resource of this attempt is called: the same for every try, its natural key."""
    if not INSTANCE.fullmatch(spec.instance) or spec.attempt < 1:
        raise InvalidSpec(
            f"instance {spec.instance!r}, attempt {spec.attempt}: 32 hex digits, and 1 or more"
        )
    return f"gm-{spec.instance}-{spec.attempt}"


def instance_of(resource_name: str) -> str:
    """The service instance that a name of ours was made for; empty for any other name."""
    found = NAME.fullmatch(resource_name)
    return found[1] if found else ""


def wanted(spec: Spec) -> dict[str, str]:
    """Every label of this spec. Raises InvalidSpec for more than Google would take."""
    labels = {
        **{encoded(f"{PREFIX}{key}"): encoded(value) for key, value in spec.tags.items()},
        **({f"{PREFIX}name": encoded(spec.name)} if spec.name else {}),
        OWNERSHIP: spec.instance,
    }
    if len(labels) > MOST:
        raise InvalidSpec(f"{len(labels)} tags; no more than {MOST} fit on a resource")
    return labels


def changed(have: Mapping[str, str], want: Mapping[str, str]) -> dict[str, tuple[str | None, str]]:
    """Our labels that are not as wanted: what they are, and what they should be."""
    return {k: (have.get(k), v) for k, v in want.items() if have.get(k) != v}


def encoded(value: str) -> str:
    """`value` as a label may hold it."""
    small = value.lower()
    plain = KEPT.sub("_", small)
    if plain == small and len(plain) <= LONGEST:
        return plain
    mark = sha256(value.encode()).hexdigest()[:MARK]
    return f"{plain[: LONGEST - MARK - 1]}-{mark}"
