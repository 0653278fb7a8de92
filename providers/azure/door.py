"""Where every call goes out and every answer comes in: to Azure only, and as plain JSON.

The SDK's models stumble over what Azure does not describe, and over what it describes otherwise;
so answers are read here, as they came.
"""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from threading import local
from typing import Any, TypeVar
from urllib.parse import urlsplit

from azure.core import exceptions as azure
from azure.core.pipeline import PipelineRequest, PipelineResponse
from azure.core.pipeline.policies import SansIOHTTPPolicy
from typing_extensions import override

from providers.azure.told import Told

T = TypeVar("T")

PORTS = {"http": 80, "https": 443}


def _place(url: str) -> tuple[str, str, int | None]:
    """Scheme, host and port: Azure's links tell the port too, though it is the usual one."""
    parts = urlsplit(url)
    try:
        port = parts.port or PORTS.get(parts.scheme)
    except ValueError:
        port = None
    return parts.scheme, parts.hostname or "", port


class Unreadable(azure.AzureError):
    """An answer that does not hold what it must."""

    def __init__(self, what: str) -> None:
        super().__init__(f"what it told of {what.rpartition('.')[2]} has another shape")


class Door(SansIOHTTPPolicy[Any, Any]):
    """Lets calls go to the host of `address` alone, and keeps the last answer of each thread."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self._place = _place(address)
        self._last = local()

    def leads(self, url: str) -> bool:
        """Whether our token may be sent there."""
        return _place(url) == self._place

    @override
    def on_request(self, request: PipelineRequest[Any]) -> None:
        if not self.leads(request.http_request.url):  # a link in an answer, to the next page say
            raise azure.ServiceRequestError("an answer of Azure led elsewhere; nothing was sent")

    @override
    def on_response(
        self, request: PipelineRequest[Any], response: PipelineResponse[Any, Any]
    ) -> None:
        self._last.answer = response.http_response

    def hear(self, ask: Callable[[], T]) -> T | None:
        """Make a call; None when it went well and the SDK stumbled over the answer."""
        self._last.answer = None
        try:
            return ask()
        except (TypeError, ValueError, LookupError, AttributeError):
            if self._last.answer is None or self.status >= HTTPStatus.BAD_REQUEST:
                raise
            return None

    @property
    def status(self) -> int:
        return int(self._last.answer.status_code)

    def header(self, name: str) -> str:
        return str(self._last.answer.headers.get(name) or "")

    def body(self, what: str) -> Told:
        """The last answer of this thread. Raises Unreadable when it is no object."""
        try:
            found = self._last.answer.json()
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise Unreadable(what)
        return found

    def page(self, what: str) -> tuple[list[Told], bool]:
        """What the last answer lists, and whether that goes on. Raises Unreadable."""
        body = self.body(what)
        found = body.get("value")
        if not isinstance(found, list):
            raise Unreadable(what)
        return [one for one in found if isinstance(one, dict)], bool(body.get("nextLink"))
