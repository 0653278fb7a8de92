"""The portal as a process: how it starts, what it refuses on the wire, how it ends."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from cli.ports import any_free
from fixtures.portal_house import API


def environment(ledger: Path, **more: str) -> dict[str, str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith("GRUNNMUR_")}
    return (
        clean
        | {
            "GRUNNMUR_LEDGER_URL": f"sqlite:///{ledger}",
            "GRUNNMUR_OIDC_ISSUER": "http://127.0.0.1:9",
            "GRUNNMUR_OIDC_CLIENT_ID": "portal",
            "GRUNNMUR_OIDC_CLIENT_SECRET": "s3cret",
        }
        | more
    )


def start(port: int, variables: dict[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "portal", "--port", str(port)],
        env=variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A portal with nobody to sign in through; it ends cleanly, and logged no secret."""
    port = any_free()
    process = start(port, environment(tmp_path_factory.mktemp("portal") / "ledger.db"))
    assert process.stdout
    assert process.stdout.readline() == f"ready http://127.0.0.1:{port}\n"
    yield f"http://127.0.0.1:{port}"
    httpx.get(f"http://127.0.0.1:{port}/help?code=hunter2", trust_env=False)
    process.send_signal(signal.SIGTERM)
    out, log = process.communicate(timeout=120)
    assert process.returncode == 0
    assert out == ""
    assert "GET /help 200" in log
    assert "hunter2" not in log


def test_it_serves_and_names_no_server(address: str) -> None:
    answer = httpx.get(f"{address}/help", trust_env=False)
    assert answer.status_code == 200
    assert "server" not in answer.headers


def test_every_failure_carries_the_security_headers(address: str) -> None:
    for path in ("/nowhere", f"{API}/1", "/static/nothing.css", "/openapi.json"):
        answer = httpx.get(address + path, trust_env=False)
        assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_the_description_is_served_and_no_page_that_fetches_scripts(address: str) -> None:
    described = httpx.get(f"{address}/openapi.json", trust_env=False).json()
    assert {API, f"{API}/{{id}}"} <= set(described["paths"])
    assert all(path.startswith("/tmf-api/") for path in described["paths"]), "pages are no API"
    assert described["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
    for path in ("/docs", "/redoc"):
        assert httpx.get(address + path, trust_env=False).status_code == 404


@pytest.mark.parametrize("stated", [True, False], ids=["length stated", "in chunks"])
def test_ten_megabytes_are_refused_before_they_are_read(address: str, *, stated: bool) -> None:
    body = b'{"description": "' + b"x" * 10_000_000 + b'"}'
    sent = body if stated else iter([body[at : at + 65_536] for at in range(0, len(body), 65_536)])
    answer = httpx.post(
        address + API,
        content=sent,
        headers={"Content-Type": "application/json", "Authorization": "Bearer x"},
        trust_env=False,
    )
    assert answer.status_code == 413
    assert answer.json()["code"] == "tooLarge"


def test_a_sender_that_never_sends_what_it_promised_gets_its_answer(address: str) -> None:
    host, port = address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=120) as connection:
        connection.sendall(
            f"POST {API} HTTP/1.1\r\nHost: x\r\nContent-Length: 10000000\r\n\r\n".encode()
        )
        assert connection.recv(20).startswith(b"HTTP/1.1 413")


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"GRUNNMUR_LEDGER_URL": ""}, "set GRUNNMUR_LEDGER_URL"),
        ({"GRUNNMUR_OIDC_ISSUER": ""}, "set GRUNNMUR_OIDC_ISSUER"),
        ({"GRUNNMUR_LEDGER_URL": "nonsense"}, "portal: "),
    ],
)
def test_what_is_missing_is_one_sentence(
    tmp_path: Path, variables: dict[str, str], words: str
) -> None:
    process = start(any_free(), environment(tmp_path / "ledger.db", **variables))
    out, log = process.communicate(timeout=60)
    assert process.returncode == 1
    assert words in log
    assert "Traceback" not in log
    assert out == ""


def test_a_taken_port_is_told(address: str, tmp_path: Path) -> None:
    port = int(address.rpartition(":")[2])
    process = start(port, environment(tmp_path / "ledger.db"))
    _, log = process.communicate(timeout=60)
    assert process.returncode == 1
    assert f"port {port}" in log
    assert "Traceback" not in log
