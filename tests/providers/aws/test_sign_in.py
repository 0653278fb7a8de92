"""With whose credential AWS is asked."""

from __future__ import annotations

import pytest

from fixtures.provider_worlds import a_spec
from providers import connect
from providers.errors import NotAuthorised
from providers.types import Status

OURS = "grunnmur:instance"


def test_no_real_credential_goes_to_an_emulator(aws, aws_emulator, monkeypatch):
    seen = []
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAREALREALREALREAL")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "real")
    monkeypatch.setenv("GRUNNMUR_ACCOUNT_SANDBOX_AWS_REGIONS", "eu-west-1")  # a new connection
    answer = aws_emulator.overlay._answer  # noqa: SLF001 - to see what comes over the wire

    def look(environ):
        seen.append(environ["HTTP_AUTHORIZATION"])
        return answer(environ)

    monkeypatch.setattr(aws_emulator.overlay, "_answer", look)
    connect("aws", "sandbox").apply(a_spec())
    assert seen
    assert not any("REAL" in header for header in seen)


def test_an_account_without_credentials_is_held_and_signs_in_anew_when_mended(
    aws_emulator, monkeypatch, tmp_path
):
    config = tmp_path / "config"
    config.write_text("[profile agency]\nregion = eu-west-1\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GRUNNMUR_ACCOUNT_BARE_AWS_ENDPOINT", aws_emulator.url)
    monkeypatch.setenv("GRUNNMUR_ACCOUNT_BARE_AWS_PROFILE", "agency")
    provider = connect("aws", "bare")
    with pytest.raises(NotAuthorised, match="credentials"):
        provider.apply(a_spec())
    config.write_text(config.read_text() + "aws_access_key_id = a\naws_secret_access_key = b\n")
    assert provider.apply(a_spec()).status is Status.PENDING
