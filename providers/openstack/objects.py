"""The objects in a container of Swift: listed, read, written, and emptied before it goes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, BinaryIO
from urllib.parse import quote

from openstack import exceptions

from providers.errors import InvalidSpec
from providers.objects import OCTETS, PIECE, Content, Stored
from providers.openstack.clients import Api, text

PAGE = 1000
LARGEST = 5 << 30  # bytes, Swift's own limit of one object


def listed(api: Api, container: str) -> Iterator[Stored]:
    for one in _pages(api, container):
        yield Stored(
            name=text(one, "name"),
            size=int(one.get("bytes") or 0),
            checksum=text(one, "hash"),
            changed_at=_moment(text(one, "last_modified")),
        )


def read(api: Api, container: str, name: str, into: BinaryIO) -> str | None:
    try:
        answer = api.ask("GET", _path(container, name), stream=True)
    except exceptions.NotFoundException:
        return None
    with answer:
        into.writelines(answer.iter_content(PIECE))
    return str(answer.headers.get("Content-Type") or OCTETS)


def write(api: Api, container: str, content: Content) -> None:
    if content.size > LARGEST:
        raise InvalidSpec(f"{content.name} is larger than this cloud takes: 5 GiB for one object")
    headers = {
        "ETag": content.checksum,
        "Content-Type": content.media_type,
        "Content-Length": str(content.size),
    }
    # requests sends an empty file in chunks, which leaves its length open
    data = content.file if content.size else b""
    api.ask("PUT", _path(container, content.name), data=data, headers=headers)


def remove(api: Api, container: str, name: str) -> None:
    api.drop(_path(container, name))


def empty(api: Api, container: str) -> bool:
    """Remove a page of objects, each version of them."""
    try:
        page = _page(api, container, {"versions": "true"})
    except exceptions.NotFoundException:
        return True
    for one in page:
        version = text(one, "version_id")
        query = {"version-id": version} if version and version != "null" else {}
        try:
            api.call("DELETE", _path(container, text(one, "name")), **query)
        except exceptions.NotFoundException:
            continue
    return not page


def _pages(api: Api, container: str) -> Iterator[Mapping[str, Any]]:
    marker = ""
    while page := _page(api, container, {"marker": marker}):
        yield from page
        marker = text(page[-1], "name")


def _page(api: Api, container: str, query: dict[str, str]) -> list[Mapping[str, Any]]:
    told = api.call("GET", f"/{container}", format="json", limit=PAGE, **query)
    return [one for one in told or [] if isinstance(one, Mapping) and text(one, "name")]


def _path(container: str, name: str) -> str:
    return f"/{container}/{quote(name, safe='')}"


def _moment(told: str) -> float:
    try:
        return datetime.fromisoformat(told).replace(tzinfo=UTC).timestamp()
    except ValueError:
        return 0.0
