"""The blobs in a storage account's container, signed in with the worker's own identity.

Storage accounts know no shared key here, so the identity needs a role on the data too.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module
from typing import Any, BinaryIO

from azure.core import exceptions as azure
from azure.core.pipeline import PipelineRequest
from azure.core.pipeline.policies import SansIOHTTPPolicy
from azure.core.pipeline.transport import RequestsTransport
from typing_extensions import override

from providers.azure import bucket
from providers.azure.clients import ANSWER, CONNECT, Clients
from providers.azure.credentials import sign_in
from providers.errors import Conflict
from providers.objects import OCTETS, Content, Stored

CLOUD = "blob.core.windows.net"
AT_ONCE = 64 << 20  # bytes; what is larger goes up in blocks
BLOCK = 8 << 20


class EmulatedSignIn(SansIOHTTPPolicy[Any, Any]):
    """A word of no worth, for an emulator on this machine."""

    @override
    def on_request(self, request: PipelineRequest[Any]) -> None:
        request.http_request.headers["Authorization"] = "Bearer emulated"


class Blobs:
    """The blobs of any of one account's containers; `account` is the storage account's name."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients

    def listed(self, account: str) -> Iterator[Stored]:
        for one in self._container(account).list_blobs():
            digest = one.content_settings.content_md5
            yield Stored(
                name=str(one.name),
                size=int(one.size),
                checksum=bytes(digest).hex() if digest else "",
                changed_at=one.last_modified.timestamp(),
            )

    def read(self, account: str, name: str, into: BinaryIO) -> str | None:
        blob = self._container(account).get_blob_client(name)
        try:
            found = blob.download_blob(max_concurrency=1)
        except azure.ResourceNotFoundError:
            return None
        found.readinto(into)
        return str(found.properties.content_settings.content_type or OCTETS)

    def write(self, account: str, content: Content) -> None:
        settings = import_module("azure.storage.blob").ContentSettings(
            content_type=content.media_type,
            content_md5=bytearray(bytes.fromhex(content.checksum)),
        )
        blob = self._container(account).get_blob_client(content.name)
        blob.upload_blob(
            content.file,
            length=content.size,
            overwrite=True,
            validate_content=content.size > AT_ONCE,  # block by block; else the whole is checked
            content_settings=settings,
            max_concurrency=1,
        )

    def remove(self, account: str, name: str) -> None:
        with suppress(azure.ResourceNotFoundError):
            self._container(account).delete_blob(name)

    def _container(self, account: str) -> Any:  # noqa: ANN401 - the SDK is imported late
        """One client for all its blobs: each has connections, and a token, of its own."""
        return self._clients.kept(f"blobs of {account}", lambda: self._make(account))

    def _make(self, account: str) -> Any:  # noqa: ANN401 - likewise
        settings = self._clients.account
        if settings.endpoint and not settings.local:
            raise Conflict("the address of Azure's storage is not known where Azure itself is not")
        signed: dict[str, Any] = {"credential": sign_in(settings)[0]}
        url = f"https://{account}.{CLOUD}"
        if settings.local:  # the SDK sends no token in the clear, and an emulator takes any word
            emulated: list[Any] = [EmulatedSignIn()]
            url = f"{settings.endpoint.rstrip('/')}/{account}"
            signed = {"_additional_pipeline_policies": emulated}
        return import_module("azure.storage.blob").ContainerClient(
            url,
            bucket.CONTAINER,
            transport=RequestsTransport(
                connection_timeout=CONNECT,
                read_timeout=ANSWER,
                use_env_settings=not settings.local,
            ),
            retry_total=0,  # flows decide
            max_single_put_size=AT_ONCE,
            max_block_size=BLOCK,
            max_single_get_size=BLOCK,
            max_chunk_get_size=BLOCK,
            **signed,
        )
