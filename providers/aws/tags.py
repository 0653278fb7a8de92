"""What we write on a resource: whose it is, and what for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from providers.errors import InvalidSpec
from providers.types import Spec

PREFIX = "grunnmur:"
OWNERSHIP = f"{PREFIX}instance"
MOST = 40  # AWS takes 50; the rest is for the agency's own
LONGEST_KEY = 128
LONGEST_VALUE = 256


def wanted(spec: Spec) -> dict[str, str]:
    """Every tag of this spec. Raises InvalidSpec for what AWS would not take."""
    tags = {
        "Name": spec.name or spec.instance,
        OWNERSHIP: spec.instance,
        **{f"{PREFIX}{key}": value for key, value in spec.tags.items() if key != "instance"},
    }
    if len(tags) > MOST:
        raise InvalidSpec(f"{len(tags)} tags; no more than {MOST} fit on a resource")
    for key, value in tags.items():
        if len(key) > LONGEST_KEY or len(value) > LONGEST_VALUE:
            raise InvalidSpec(
                f"tag {key[:LONGEST_KEY]!r} is too long: at most {LONGEST_KEY} characters in a "
                f"key, {LONGEST_VALUE} in a value"
            )
    return tags


def as_list(tags: Mapping[str, str]) -> list[dict[str, str]]:
    """Tags as AWS wants them."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def as_dict(tags: Iterable[Mapping[str, Any]] | None) -> dict[str, str]:
    """Tags as AWS gives them."""
    return {str(tag["Key"]): str(tag["Value"]) for tag in tags or ()}
