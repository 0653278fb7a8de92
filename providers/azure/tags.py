"""What we write on a resource: whose it is, and what for."""

from __future__ import annotations

from collections.abc import Mapping

from providers.errors import InvalidSpec
from providers.types import Spec

PREFIX = "grunnmur:"
OWNERSHIP = f"{PREFIX}instance"
KIND = f"{PREFIX}kind"
OURS = frozenset({"instance", "kind"})
MOST = 40  # Azure takes 50; the rest is for the agency's own
LONGEST_KEY = 128  # storage accounts take no longer ones
LONGEST_VALUE = 256
UNFIT = frozenset("<>%&\\?/")


def wanted(spec: Spec) -> dict[str, str]:
    """Every tag of this spec. Raises InvalidSpec for what Azure would not take."""
    tags = {
        OWNERSHIP: spec.instance,
        KIND: spec.kind,
        **({f"{PREFIX}name": spec.name} if spec.name else {}),
        **{f"{PREFIX}{key}": value for key, value in spec.tags.items() if key not in OURS},
    }
    if len(tags) > MOST:
        raise InvalidSpec(f"{len(tags)} tags; no more than {MOST} fit on a resource")
    for key, value in tags.items():
        if len(key) > LONGEST_KEY or len(value) > LONGEST_VALUE:
            raise InvalidSpec(
                f"tag {key[:LONGEST_KEY]!r} is too long: at most {LONGEST_KEY} characters in a "
                f"key, {LONGEST_VALUE} in a value"
            )
        if UNFIT & set(key):
            raise InvalidSpec(f"tag {key!r}: Azure takes none of {' '.join(sorted(UNFIT))} in it")
    return tags


def changed(have: Mapping[str, str], want: Mapping[str, str]) -> dict[str, tuple[str | None, str]]:
    """Our tags that are not as wanted: what they are, and what they should be.

    Azure does not mind the case of a tag's key.
    """
    small = {key.lower(): value for key, value in have.items()}
    found = {key: (small.get(key.lower()), value) for key, value in want.items()}
    return {key: pair for key, pair in found.items() if pair[0] != pair[1]}


def owner(have: Mapping[str, str]) -> str:
    """The instance that a resource says it serves; empty when it does not."""
    return _said(have, OWNERSHIP)


def kind(have: Mapping[str, str]) -> str:
    """The kind that a resource says it is of; empty when it does not."""
    return _said(have, KIND)


def _said(have: Mapping[str, str], wanted: str) -> str:
    return next((value for key, value in have.items() if key.lower() == wanted), "")
