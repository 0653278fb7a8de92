"""Something else answers in the portal's place: a proxy's own page, or its 502 for a while."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from cli.main import app
from emulators.loopback import Answer, Request, serve
from fixtures.portal_house import wish

PAGE = b"<h1>Sign in</h1>"


@contextmanager
def proxy(status: int) -> Iterator[str]:
    """Lets programs sign in, and answers all else with a page; its address."""

    def answer(request: Request) -> Answer:
        known = {
            "/.well-known/openid-configuration": {"token_endpoint": f"{running.url}/token"},
            "/token": {"access_token": "a-token"},
        }
        if told := known.get(request.path):
            return Answer(200, {"Content-Type": "application/json"}, json.dumps(told).encode())
        return Answer(status, {"Content-Type": "text/html"}, PAGE)

    with closing(serve(answer)) as running:
        yield running.url


def run(address: str, *words: str) -> Result:
    settings = {
        "GRUNNMUR_PORTAL_URL": address,
        "GRUNNMUR_OIDC_ISSUER": address,
        "GRUNNMUR_CLI_CLIENT_ID": "bym",
        "GRUNNMUR_CLI_CLIENT_SECRET": "its",
    }
    return CliRunner().invoke(app, ["remote", *words], env=settings)


@pytest.mark.parametrize(
    ("status", "said"),
    [(200, "answered 200 with text/html, and not with JSON"), (502, "answered 502, not as our")],
)
@pytest.mark.parametrize(
    "words",
    [
        ["list"],
        ["show", "1001"],
        ["follow", "1001"],
        ["approve", "1001", "--yes"],
        ["order", "linux-server", "small", "name=web"],
        ["move", "a" * 32, "azure/norwayeast"],
    ],
    ids=lambda words: words[0],
)
def test_it_is_named_in_a_sentence(status: int, said: str, words: list[str]) -> None:
    with proxy(status) as address:
        result = run(address, *words)
    told = " ".join(result.output.split())
    assert (result.exit_code, address in told, said in told) == (1, True, True), told
    assert isinstance(result.exception, SystemExit)
    assert ("Check GRUNNMUR_PORTAL_URL" in told) == (status == 200)


@pytest.mark.parametrize("status", [200, 502])
def test_an_order_whose_answer_it_kept_may_be_sent_again(status: int, tmp_path: Path) -> None:
    file = tmp_path / "order.json"
    file.write_text(json.dumps(wish("lost")))
    with proxy(status) as address:
        lost = run(address, "order", "--file", str(file))
    again = "Send it again with the external id lost: it makes one order."
    assert again in " ".join(lost.output.split())
