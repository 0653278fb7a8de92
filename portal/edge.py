"""What happens to every request before a route sees it and to every answer after it.

Plain ASGI, because the framework's own hooks miss the answers to its own failures; the only
asynchronous code here, because the interface is.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterator

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST_BODY = 256 * 1024
LARGEST_WITH_FILES = 11 * 1024 * 1024
FILES = "/message"  # the end of the one address that takes files
# What may be adopted: as a spreadsheet, and the yes to as many as a sheet has.
SHEETS = frozenset({"/adoption/csv", "/adoption/confirm"})
LINGER = 1.0  # seconds that we let a refused sender finish, so that it reads the refusal
PANEL = "/panel"
FAULTY = 400

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
STRICT_TRANSPORT = "max-age=31536000"
SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})

log = logging.getLogger("portal")
Refuse = Callable[[Request, int], Response]


class Edge:
    """`url` is the portal's own address; `refuse` makes the page or JSON for a status."""

    def __init__(self, app: ASGIApp, url: str, refuse: Refuse) -> None:
        self._app = app
        self._url = url
        self._refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.monotonic()
        status = 0

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                self._dress(scope, MutableHeaders(scope=message))
            await send(message)

        try:
            await self._guarded(scope, receive, answer)
        except Exception:
            log.exception("%s %s", scope["method"], scope["path"])
            if status:
                raise  # the answer is on its way: all we can do is break it off
            response = await asyncio.to_thread(self._refuse, Request(scope), 500)
            await response(scope, receive, answer)
        took = (time.monotonic() - began) * 1000
        level = logging.DEBUG if _of_course(scope["path"], status) else logging.INFO
        # Never the query: a sign-in code may stand in it.
        log.log(level, "%s %s %s %.0f ms", scope["method"], scope["path"], status, took)

    async def _guarded(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        if not self._same_site(scope["method"], headers):
            response = await asyncio.to_thread(self._refuse, Request(scope), 403)
            await response(scope, receive, send)
            return
        try:
            body = await _body(headers, receive, _largest(scope["path"], headers))
        except ClientDisconnect:
            return  # half a request is none
        if body is None:
            response = await asyncio.to_thread(self._refuse, Request(scope), 413)
            await _refused(response, receive, send)
            return
        await self._app(scope, _replay(body, receive), send)

    def _same_site(self, method: str, headers: Headers) -> bool:
        """Whether a change is asked for by our own pages, or by no browser at all."""
        if method in SAFE:
            return True
        if site := headers.get("sec-fetch-site"):
            return site in {"same-origin", "none"}
        origin = headers.get("origin")
        return origin is None or origin == self._url

    def _dress(self, scope: Scope, headers: MutableHeaders) -> None:
        for name, value in HEADERS.items():
            headers.setdefault(name, value)
        if self._url.startswith("https://"):
            headers.setdefault("Strict-Transport-Security", STRICT_TRANSPORT)
        if scope["path"].startswith("/static/"):
            # With a version in its address a file never changes.
            kept = (
                "max-age=31536000, immutable" if b"v=" in scope["query_string"] else "max-age=3600"
            )
            headers["Cache-Control"] = f"public, {kept}"
        else:
            headers.setdefault("Cache-Control", "no-store")


def _of_course(path: str, status: int) -> bool:
    """What browsers and the supervisor ask all day long and nobody looks for in a log."""
    return path.endswith(PANEL) or (path.startswith("/static/") and status < FAULTY)


def _largest(path: str, headers: Headers) -> int:
    """Bytes that a body may have; more where files come, and only from who seems signed in."""
    comes = path in SHEETS or (path.startswith("/orders/") and path.endswith(FILES))
    files = comes and "cookie" in headers
    return LARGEST_WITH_FILES if files else LARGEST_BODY


async def _body(headers: Headers, receive: Receive, largest: int) -> bytes | None:
    """The whole body, or None as soon as it is known to be too large."""
    stated = headers.get("content-length", "0")
    if stated.isdecimal() and int(stated[:20]) > largest:
        return None
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        part: bytes = message.get("body", b"")
        size += len(part)
        if size > largest:
            return None
        parts.append(part)
        if not message.get("more_body", False):
            return b"".join(parts)


def _replay(body: bytes, receive: Receive) -> Receive:
    messages: Iterator[Message] = iter([{"type": "http.request", "body": body}])

    async def again() -> Message:
        return next(messages, None) or await receive()

    return again


async def _refused(response: Response, receive: Receive, send: Send) -> None:
    """Answer at once, then let the sender finish for a moment without keeping what it sends."""
    response.headers["Connection"] = "close"
    start = {"type": "http.response.start", "status": response.status_code}
    await send({**start, "headers": response.raw_headers})
    await send({"type": "http.response.body", "body": response.body, "more_body": True})
    try:
        async with asyncio.timeout(LINGER):
            while (await receive()).get("more_body", False):
                pass
    except TimeoutError:
        pass
    await send({"type": "http.response.body", "body": b""})
