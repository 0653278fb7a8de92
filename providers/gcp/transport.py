"""Lets googleapiclient talk through requests instead of httplib2.

httplib2 repeats a call by itself when the connection breaks, a create too, and cannot be shared
between threads. This one does neither.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from httplib2 import Response  # type: ignore[import-untyped]  # ships no types


@dataclass(frozen=True, slots=True)
class Transport:
    """What googleapiclient asks of an `http`: one method."""

    session: Any  # google.auth's, which has no types
    timeout: float

    def request(
        self,
        uri: str,
        method: str = "GET",
        body: str | bytes | None = None,
        headers: Mapping[str, str] | None = None,
        **_: object,
    ) -> tuple[Response, bytes]:
        """One request; raises what requests and google.auth raise."""
        answer = self.session.request(
            method, uri, data=body, headers=dict(headers or {}), timeout=self.timeout
        )
        told = Response({k.lower(): v for k, v in answer.headers.items()})
        told.status = answer.status_code
        told["status"] = str(answer.status_code)
        told.reason = answer.reason
        return told, answer.content

    def close(self) -> None:
        self.session.close()
