"""Image alias -> machine image: the newest of its publisher, or the one named by its id."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from providers.errors import InvalidSpec

ID = re.compile(r"ami-[0-9a-f]{8,17}")
# alias -> the publisher's account, and the names of its images
ALIASES = {
    "debian-12": ("136693071363", "debian-12-amd64-*"),
    "debian-13": ("136693071363", "debian-13-amd64-*"),
    "ubuntu-24.04": ("099720109477", "ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server-*"),
    "amazon-linux-2023": ("137112412989", "al2023-ami-2023.*-x86_64"),
}


@dataclass(frozen=True, slots=True)
class Image:
    """`device` is what the image calls its root volume."""

    id: str
    device: str


def check(name: str) -> None:
    """Raises InvalidSpec for what is neither an alias nor an id."""
    if name not in ALIASES and not ID.fullmatch(name):
        known = ", ".join(sorted(ALIASES))
        raise InvalidSpec(
            f"image {name!r}: use one of {known}, or an id like ami-0123456789abcdef0"
        )


def resolve(ec2: Any, name: str) -> Image:  # noqa: ANN401 - a boto3 client
    """The image to start from in the client's region. Raises InvalidSpec when there is none.

    Only the publisher's own account counts: anybody may publish an image of the same name.
    """
    if ID.fullmatch(name):
        question: dict[str, Any] = {"ImageIds": [name]}
    else:
        owner, pattern = ALIASES[name]
        filters = [
            {"Name": "name", "Values": [pattern]},
            {"Name": "state", "Values": ["available"]},
        ]
        question = {"Owners": [owner], "Filters": filters}
    pages = ec2.get_paginator("describe_images").paginate(**question)
    found = [image for page in pages for image in page["Images"]]
    if not found:
        region = ec2.meta.region_name
        raise InvalidSpec(f"image {name!r}: region {region} has none; choose another image")
    newest = max(found, key=lambda image: (image["CreationDate"], image["ImageId"]))
    return Image(newest["ImageId"], newest["RootDeviceName"])
