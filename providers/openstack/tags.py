"""What we write on a thing: whose it is, and what for.

Nova takes tags and metadata with the create. Neutron takes tags only afterwards, so there the
description, which comes with the create, says whose it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from providers.errors import Conflict, InvalidSpec
from providers.openstack.clients import Told, table, text
from providers.types import Change, Ref, Spec

PREFIX = "grunnmur:"
OWNERSHIP = f"{PREFIX}instance"
INSTANCE = re.compile(r"[0-9a-f]{32}")
ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
DESCRIPTION = re.compile(rf"{OWNERSHIP}=([0-9a-f]{{32}})(?: .*)?")
REFUSED_KEY = re.compile(r"[^\w:. -]")
REFUSED_VALUE = re.compile(r"[^\w .:/=+@<>()-]")
MOST, LONGEST = 60, 255


def wanted(spec: Spec) -> dict[str, str]:
    """Every label of this spec. Raises InvalidSpec for what OpenStack would not take."""
    if not INSTANCE.fullmatch(spec.instance) or spec.attempt < 1:
        raise InvalidSpec(f"instance {spec.instance!r}: 32 hex digits, and attempt 1 or more")
    ours = {f"{PREFIX}{key}": value for key, value in spec.tags.items() if key != "instance"}
    told = {**ours, OWNERSHIP: spec.instance}
    labels = {REFUSED_KEY.sub("_", k): REFUSED_VALUE.sub("_", v) for k, v in told.items()}
    if len(labels) > MOST:
        raise InvalidSpec(f"{len(labels)} tags; no more than {MOST} fit on a resource")
    for key, value in labels.items():
        if max(len(key), len(value)) > LONGEST:
            raise InvalidSpec(f"tag {key[:40]!r} is too long: at most {LONGEST} characters")
    return labels


def lookup(kind: str, instance: str) -> str:
    """The tag by which Nova finds the servers of one service instance."""
    return f"gm-{kind}-{instance}"


def description(spec: Spec) -> str:
    """How Neutron's things say whose they are."""
    return f"{OWNERSHIP}={spec.instance}"


def described(told: Told) -> str:
    """Whose a thing of Neutron's is; empty when it is none of ours."""
    found = DESCRIPTION.fullmatch(text(told, "description"))
    return found[1] if found else ""


def adopter(network: Told) -> str:
    """Whose a network is that was adopted: a tag says so, and its description stays its owner's."""
    marks = [str(one) for one in network.get("tags") or []]
    found = next((one for one in marks if one.startswith(f"{OWNERSHIP}=")), "")
    mine = found.partition("=")[2]
    return mine if INSTANCE.fullmatch(mine) else ""


def adopted(network: Told, spec: Spec) -> list[str]:
    """The tags of a network that is adopted: ours as wanted, beside those of others."""
    others = [str(one) for one in network.get("tags") or [] if not str(one).startswith(PREFIX)]
    return sorted({*others, f"{OWNERSHIP}={spec.instance}", *neutrons(spec)})


def owner(server: Told) -> str:
    """Whose a server is; empty when it is none of ours."""
    found = text(table(server, "metadata"), OWNERSHIP)
    return found if INSTANCE.fullmatch(found) else ""


def changed(have: Mapping[str, object], spec: Spec) -> list[Change]:
    """Which of our labels are not as wanted."""
    return [
        Change(field=f"tags.{key}", actual=have.get(key), wanted=value)
        for key, value in wanted(spec).items()
        if have.get(key) != value
    ]


def neutrons(spec: Spec) -> list[str]:
    """The labels as Neutron's tags; older clouds take 60 characters."""
    return sorted(f"{key}={value}"[:60] for key, value in wanted(spec).items() if key != OWNERSHIP)


def check_ours(mine: str, ref: Ref) -> None:
    if not mine:
        raise Conflict(
            f"{ref.id} in {ref.region} does not carry our mark {OWNERSHIP}, so it is not removed; "
            f"put the mark back, or remove the {ref.kind} by hand"
        )


def check_in_place(changes: list[Change], ref: Ref) -> None:
    """Raises InvalidSpec for what cannot be changed without making another."""
    for change in changes:
        if change.replaces:
            raise InvalidSpec(
                f"{change.field} of {ref.id} is {change.actual!r} and cannot become "
                f"{change.wanted!r} in place; order a new {ref.kind} instead"
            )
