"""What we write on a resource: whose it is, and what for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from providers.errors import InvalidSpec
from providers.types import Change, Spec

PREFIX = "grunnmur:"
OWNERSHIP = f"{PREFIX}instance"
MOST = 40  # AWS takes 50; the rest is for the agency's own
LONGEST_KEY = 128
LONGEST_VALUE = 256
REFUSED = re.compile(r"[^\w .:/=+@-]")  # what some services refuse in a tag


def wanted(spec: Spec) -> dict[str, str]:
    """Every tag of this spec. Raises InvalidSpec for what AWS would not take.

    Brackets, commas and the like stand as underscores; the exact values are in the ledger.
    """
    ours = {f"{PREFIX}{key}": value for key, value in spec.tags.items() if key != "instance"}
    told = {"Name": spec.name or spec.instance, OWNERSHIP: spec.instance, **ours}
    tags = {REFUSED.sub("_", key): REFUSED.sub("_", value) for key, value in told.items()}
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


def as_dict(tags: object) -> dict[str, str]:
    """Tags as AWS gives them; what is no tag is left out."""
    if not isinstance(tags, Sequence) or isinstance(tags, str):
        return {}
    told = [tag for tag in tags if isinstance(tag, Mapping) and "Key" in tag]
    return {str(tag["Key"]): str(tag.get("Value", "")) for tag in told}


def changed(have: Mapping[str, str], spec: Spec) -> list[Change]:
    """Which of our tags are not as wanted."""
    return [
        Change(field=f"tags.{key}", actual=have.get(key), wanted=value)
        for key, value in wanted(spec).items()
        if have.get(key) != value
    ]
