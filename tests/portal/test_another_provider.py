"""The portal with a provider that is not ours, over the wire: nothing in it knows the demo one."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from starlette.testclient import TestClient

from catalog.load import load
from ledger import open_ledger
from portal.app import create_app
from portal.person import Role
from portal.settings import Settings

URL = "http://127.0.0.1:8410"
KARI = {
    "sub": "kari@example.org",
    "name": "Kari Nordmann",
    "organisation": "BYM",
    "groups": ["BYM-Bestiller", "something else"],
}
OLA = {"sub": "ola@example.org", "name": "Ola", "groups": ["BYM-Bestiller"]}


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    people = [part for one in (KARI, OLA) for part in ("--user-claims", json.dumps(one))]
    process = subprocess.Popen(
        [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), *people],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield _ready(f"http://127.0.0.1:{port}", process)
    finally:
        process.terminate()
        process.wait(120)


def _ready(address: str, process: subprocess.Popen[bytes]) -> str:
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        try:
            httpx.get(f"{address}/.well-known/openid-configuration", timeout=5)
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return address
    pytest.fail("oidc-provider-mock does not start")


@pytest.fixture
def client(provider: str, tmp_path: Path) -> Iterator[TestClient]:
    ledger = open_ledger(f"sqlite:///{tmp_path / 'ledger.db'}")
    settings = Settings(
        url=URL,
        issuer=provider,
        client_id="portal",
        client_secret="anything",  # noqa: S106 - this provider takes any
        agency_claim="organisation",
        role_claims=("roles", "groups"),
        role_names={"BYM-Bestiller": Role.ORDERER},
        now=lambda: datetime.now(UTC),
    )
    app = create_app(ledger, load(), settings)
    with TestClient(app, base_url=URL, follow_redirects=False) as found:
        yield found
    ledger.close()


def chosen(client: TestClient, subject: str) -> str:
    """Sign in as `subject` at the provider; the address that it sends them back to."""
    question = client.get("/signin").headers["location"]
    answer = httpx.post(question, data={"sub": subject}, timeout=120)
    assert answer.status_code == 302, answer.text
    back = answer.headers["location"]
    assert back.startswith(f"{URL}/signin/callback?")
    return back


def test_a_person_signs_in_with_roles_from_their_groups(client: TestClient) -> None:
    answer = client.get(chosen(client, KARI["sub"]))
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert "Kari Nordmann, BYM" in client.get("/orders").text


def test_a_person_without_agency_is_told_what_is_missing(client: TestClient) -> None:
    answer = client.get(chosen(client, OLA["sub"]))
    assert answer.status_code == 403
    assert "session" not in client.cookies


def test_a_code_is_good_once(client: TestClient) -> None:
    back = chosen(client, KARI["sub"])
    attempt = client.cookies["signin"]
    assert client.get(back).status_code == 303
    client.cookies.set("signin", attempt)
    assert client.get(back).status_code == 400


def test_signing_out_ends_at_us_where_the_provider_has_its_own_page(client: TestClient) -> None:
    client.get(chosen(client, KARI["sub"]))
    assert client.post("/signout").headers["location"] == "/signed-out"
    assert client.get("/orders").status_code == 303
    page = client.get("/signed-out")
    assert urlsplit(str(page.url)).path == "/signed-out"
    assert page.status_code == 200
