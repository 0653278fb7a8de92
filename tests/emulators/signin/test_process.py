"""How the demo sign-in starts, refuses to start, and starts again."""

import stat
import subprocess
from pathlib import Path

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from fixtures.signin_process import SECRETS, command, environment, running


def known(provider: httpx.Client, token: str) -> bool:
    """Whether the provider's keys are those that signed the token."""
    keys = KeySet.import_key_set(provider.get("/jwks").json())
    return jwt.decode(token, keys, algorithms=["RS256"]).claims["sub"] == "grunnmur-cli"


def test_tokens_outlive_a_restart_and_the_key_is_for_its_owner_only(tmp_path: Path) -> None:
    state = tmp_path / "new" / "folder"
    grant = {"grant_type": "client_credentials"}
    with running(state) as before:
        token = before.post("/token", data=grant, auth=("grunnmur-cli", "cli's")).json()
    file = state / "signing-key.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with running(state) as after:
        assert known(after, token["access_token"])


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"GRUNNMUR_PROFILE": "production", **SECRETS}, "GRUNNMUR_PROFILE=demo or test"),
        ({"GRUNNMUR_PROFILE": "", **SECRETS}, "it is not set"),
        ({}, "GRUNNMUR_OIDC_CLIENT_SECRET"),
    ],
)
def test_it_refuses_to_start_where_it_must_not(variables: dict[str, str], words: str) -> None:
    ended = subprocess.run(
        command(), env=environment(**variables), capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1
    assert words in ended.stderr
    assert ended.stdout == ""


def test_a_taken_port_is_told(provider: httpx.Client) -> None:
    taken = ["--port", str(provider.base_url.port)]
    ended = subprocess.run(
        [*command(), *taken],
        env=environment(**SECRETS),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    assert f"port {taken[1]}" in ended.stderr
