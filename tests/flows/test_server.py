"""Our Prefect server: private, on this machine only, and standing up under a burst."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import sync_playwright

from cli.ports import any_free
from fixtures.prefect_server import environment, run

CHROMIUM = "/usr/bin/chromium"


def test_it_tells_nobody_anything(prefect_server):
    settings = httpx.get(f"{prefect_server.url}/api/admin/settings", timeout=120).json()
    assert settings["server"]["analytics_enabled"] is False
    assert settings["server"]["ui"]["show_promotional_content"] is False
    assert settings["cloud"]["enable_orchestration_telemetry"] is False


def test_its_pages_may_fetch_from_here_only(prefect_server):
    answer = httpx.get(prefect_server.url, headers={"accept": "text/html"}, follow_redirects=True)
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'self'")
    sources = {part for rule in policy.split(";") for part in rule.split()[1:]}
    outside = {s for s in sources if "." in s and not s.startswith("http://127.0.0.1")}
    assert outside == set()


def test_an_operators_browser_asks_nobody_else_and_sees_the_runs(prefect_server):
    asked, errors = [], []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: errors.append(str(error)))
        for path, words in [
            ("dashboard", "Flow Runs"),
            ("runs", "Runs"),
            ("deployments", "fulfil"),
            ("work-pools", "grunnmur"),
        ]:
            page.goto(f"{prefect_server.url}/{path}")
            page.get_by_text(words).first.wait_for(timeout=60_000)
        browser.close()
    hosts = {urlsplit(url).netloc for url in asked if url.startswith(("http", "ws"))}
    assert hosts == {f"127.0.0.1:{prefect_server.port}"}
    assert errors == []


def test_a_burst_of_writes_gets_no_error(prefect_server):
    """Flow runs made and moved by 24 clients at once; the stock server answers some with 503."""
    with httpx.Client(base_url=f"{prefect_server.url}/api", timeout=120) as client:
        flow = client.post("/flows/", json={"name": "burst"}).json()["id"]

        def one(_nth: int) -> list[int]:
            made = client.post("/flow_runs/", json={"flow_id": flow, "state": {"type": "PENDING"}})
            path = f"/flow_runs/{made.json()['id']}/set_state"
            moved = [
                client.post(path, json={"state": {"type": s}}) for s in ("RUNNING", "COMPLETED")
            ]
            return [made.status_code, *(answer.status_code for answer in moved)]

        with ThreadPoolExecutor(24) as crowd:
            answers = [status for each in crowd.map(one, range(72)) for status in each]
    assert set(answers) <= {200, 201}, sorted(set(answers))


def test_it_ends_with_0_when_asked_to_and_keeps_its_port_free(tmp_path):
    port = any_free()
    arguments = ["-m", "flows.server", "--port", str(port)]
    env = environment(PREFECT_HOME=str(tmp_path))
    server = run(arguments, tmp_path / "server.log", env)
    try:
        assert f"ready http://127.0.0.1:{port}" in server.text
        second = subprocess.run(
            [sys.executable, *arguments], env=env, capture_output=True, text=True, check=False
        )
        assert second.returncode == 1
        assert second.stderr.startswith(f"port {port} of 127.0.0.1 is not free")
        assert len(second.stderr.splitlines()) == 1
        assert server.stop() == 0, server.text
    finally:
        server.end()


@pytest.mark.parametrize("module", ["flows.worker", "flows.deploy"])
def test_without_a_server_to_talk_to_one_sentence_says_so(module, tmp_path):
    ended = subprocess.run(
        [sys.executable, "-m", module],
        env=environment(PREFECT_HOME=str(tmp_path)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    assert ended.stderr.startswith("PREFECT_API_URL is not set")
    assert len(ended.stderr.splitlines()) == 1


def test_without_a_ledger_one_sentence_says_so(prefect_server, tmp_path):
    ended = subprocess.run(
        [sys.executable, "-m", "flows.worker"],
        env=prefect_server.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    assert "GRUNNMUR_LEDGER_URL is not set" in ended.stderr
    assert "Traceback" not in ended.stderr
