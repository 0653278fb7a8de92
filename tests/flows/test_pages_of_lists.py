"""Pages over HTTP that never end, or are too long."""

from __future__ import annotations

import json

import httpx
import pytest

from flows import pages
from flows.pages import Away, Reader
from flows.patience import Backoff


def test_a_circle_of_pages_ends() -> None:
    page = {"next": "http://127.0.0.1:1/a"}
    transport = httpx.MockTransport(lambda _: httpx.Response(200, content=json.dumps(page)))
    with httpx.Client(transport=transport) as client:
        reader = _reader(client)
        with pytest.raises(Away, match="in a circle"):
            list(reader.following("http://127.0.0.1:1/a", {}, lambda one: one["next"]))


def test_more_than_a_price_list_can_hold_is_not_read(monkeypatch) -> None:
    monkeypatch.setattr(pages, "LARGEST", 10)
    transport = httpx.MockTransport(lambda _: httpx.Response(200, content=b"x" * 11))
    with httpx.Client(transport=transport) as client, pytest.raises(Away, match="more than 10"):
        _reader(client).document("http://127.0.0.1:1/a?key=s3cret")


def _reader(client: httpx.Client) -> Reader:
    calls = Backoff(first=1, factor=2, most=4)
    return Reader(client=client, wait=lambda _: None, draw=lambda: 1.0, calls=calls, tries=2)
