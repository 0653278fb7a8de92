"""Documents over HTTP, page after page, at the pace that a price list's owner allows."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx

from flows.patience import Backoff

Json = dict[str, Any]
LARGEST = 1_500_000_000  # bytes of one document: a region of AWS takes hundreds of millions
MOST_PAGES = 20_000
LONGEST_WAIT = 300.0  # seconds that an owner may ask for at a time
TOO_MANY = 429

log = logging.getLogger("flows.prices")


class Away(Exception):
    """A price list could not be fetched; says where and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """One feed's way to its documents.

    spacing   seconds between two pages
    calls     waits between tries of one page, `tries` in all
    wait      sleeps; may raise to end the run. draw gives 0 to 1, for jitter
    """

    client: httpx.Client
    wait: Callable[[float], None]
    draw: Callable[[], float]
    calls: Backoff
    tries: int
    spacing: float = 0.2
    headers: Mapping[str, str] = field(default_factory=dict[str, str])

    def document(self, url: str, params: Mapping[str, str] | None = None) -> Json:
        """The JSON object there. Raises Away when it does not come, or comes as something else."""
        for nth in range(self.tries):
            try:
                return self._asked(url, params)
            except _AskLater as later:
                if nth == self.tries - 1:
                    raise Away(f"{_shown(url)}: {later}, {self.tries} times in a row") from later
                pause = later.seconds or self.calls.seconds(nth, self.draw())
                log.warning("%s: %s; again in %.1f s", _shown(url), later, pause)
                self.wait(min(pause, LONGEST_WAIT))
        raise AssertionError("tries is at least 1")

    def following(
        self, url: str, params: Mapping[str, str], onward: Callable[[Json], str | None]
    ) -> Iterator[Json]:
        """Pages from `url` on; `onward` finds the address of the next one in a page.

        An address elsewhere raises Away: a price list that sends us to another host is not
        followed there.
        """
        page = self.document(url, params)
        seen = {url}
        while True:
            yield page
            found = onward(page)
            if found is None:
                return
            there = urljoin(url, found)
            if _origin(there) != _origin(url):
                raise Away(f"{_shown(url)}: the next page is on another host: {_shown(there)}")
            if there in seen or len(seen) >= MOST_PAGES:
                raise Away(f"{_shown(url)}: the pages lead in a circle, or never end")
            seen.add(there)
            self.wait(self.spacing)
            page = self.document(there)

    def _asked(self, url: str, params: Mapping[str, str] | None) -> Json:
        try:
            with self.client.stream("GET", url, params=params, headers=self.headers) as answer:
                _judged(answer, url)
                body = _body(answer, url)
        except httpx.TransportError as error:
            raise _AskLater(f"no answer ({type(error).__name__})") from error
        try:
            found = json.loads(body)
        except ValueError as error:
            raise Away(f"{_shown(url)}: not JSON, or cut short: {error}") from error
        if not isinstance(found, dict):
            raise Away(f"{_shown(url)}: must hold a JSON object")
        return found


class _AskLater(Exception):
    """Not now. `seconds` is what the owner asks us to wait, 0 when it does not say."""

    def __init__(self, reason: str, seconds: float = 0) -> None:
        super().__init__(reason)
        self.seconds = seconds


def _judged(answer: httpx.Response, url: str) -> None:
    if answer.status_code == TOO_MANY or answer.is_server_error:
        asked = answer.headers.get("retry-after", "")
        seconds = float(asked) if asked.isdecimal() else 0.0
        raise _AskLater(f"answers {answer.status_code}", seconds)
    if answer.status_code != httpx.codes.OK:
        raise Away(f"{_shown(url)}: answers {answer.status_code}: check its address and key")


def _body(answer: httpx.Response, url: str) -> bytes:
    parts: list[bytes] = []
    size = 0
    for part in answer.iter_bytes():
        size += len(part)
        if size > LARGEST:
            raise Away(f"{_shown(url)}: more than {LARGEST} bytes: no price list is that long")
        parts.append(part)
    return b"".join(parts)


def _origin(url: str) -> tuple[str, str | None, int | None]:
    split = urlsplit(url)
    usual = {"http": 80, "https": 443}.get(split.scheme)
    return split.scheme, split.hostname, split.port or usual


def _shown(url: str) -> str:
    """The address without its query: a key may stand there."""
    split = urlsplit(url)
    return f"{split.scheme}://{split.netloc.rpartition('@')[2]}{split.path}"
