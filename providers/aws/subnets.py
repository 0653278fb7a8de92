"""Where something is placed: subnets and a security group, as a delivered network tells them."""

from __future__ import annotations

import re
from dataclasses import replace

from providers.parameters import Reader
from providers.types import Spec

SUBNET = re.compile(r"subnet-[0-9a-f]{8,17}")
GROUP = re.compile(r"sg-[0-9a-f]{8,17}")


def placed(spec: Spec, default: str) -> Spec:
    """`spec` in the account's subnets, where it names none."""
    if not default or spec.parameters.get("subnet"):
        return spec
    return replace(spec, parameters={**spec.parameters, "subnet": default})


def one(read: Reader) -> str:
    """The id of one subnet, the first of several; empty for the default one of the region."""
    return next(iter(several(read)), "")


def several(read: Reader) -> tuple[str, ...]:
    """The ids of subnets, with commas between them; empty for the default ones of the region."""
    value = read.given.pop("subnet", None) or ""
    if not isinstance(value, str):
        read.wrong.append(f"subnet: {value!r} is no text of subnets with commas between them")
        return ()
    found = tuple(dict.fromkeys(id_.strip() for id_ in value.split(",") if id_.strip()))
    for id_ in found:
        if not SUBNET.fullmatch(id_):
            read.wrong.append(
                f"subnet: {id_!r} is not the id of a subnet, as a delivered network tells it"
            )
    return found


def group(read: Reader) -> str:
    """The id of a security group; empty for the default one of the network."""
    return read.optional(
        "security_group", GROUP, "the id of a security group, as a delivered network tells it"
    )
