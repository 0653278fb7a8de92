"""Secrets planted all around a delivery are found nowhere after it, however it ended."""

from __future__ import annotations

import logging
import sqlite3
from pathlib import Path

import pytest

from fixtures.clouds import Passing
from fixtures.orders_placed import line, place_lines
from fixtures.prefect_server import until
from flows.reconcile import reconcile
from orders.model import State, Target
from providers import connect
from providers.errors import QuotaExceeded, Unavailable

ACCESS_KEY = "AKIAPLANTED7PLANTED7"
# No shape that a pattern could know it by: only its place in the environment gives it away.
PLANTED = {
    "AWS_ACCESS_KEY_ID": ACCESS_KEY,
    "AWS_SECRET_ACCESS_KEY": "planted9secret9access",
    "AWS_SESSION_TOKEN": "planted9session9token",
    "AZURE_CLIENT_SECRET": "planted-azure-word",
    "GRUNNMUR_LEDGER_PASSWORD": "planted ledger phrase",
    "GRUNNMUR_OIDC_CLIENT_SECRET": "planted-client-word",
    "ARM_CLIENT_PASSWORD": "planted horse battery",
}


@pytest.fixture
def planted(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    for name, value in PLANTED.items():
        monkeypatch.setenv(name, value)
    return PLANTED


@pytest.fixture
def told(world, tmp_path, caplog, capfd):
    """Everything that was written down anywhere: by the ledger, by Prefect, in logs."""
    caplog.set_level(logging.DEBUG)

    def everything(marker: str) -> str:
        files = [tmp_path / "ledger.db", world.server.home / "prefect.db"]
        until(lambda: marker in content(world.server.home), f"{marker} has come to Prefect")
        out, err = capfd.readouterr()
        return "\n".join([*map(dumped, files), caplog.text, out, err])

    return everything


def content(home: Path) -> str:
    return dumped(home / "prefect.db")


def dumped(file: Path) -> str:
    """Every row of every table."""
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        rows = [
            row
            for (name,) in names
            for row in connection.execute(f'SELECT * FROM "{name}"')  # noqa: S608
        ]
    connection.close()
    return "\n".join(map(repr, rows))


def test_nothing_of_a_credential_is_written_down(world, fulfil, planted, told):
    """A success, a hold, a failure and two errors of ours, each told with everything in it."""
    everything = " ".join(planted.values())
    world.cloud.fail("apply", Unavailable(f"refused {everything}"))
    fulfil(world.place())
    world.cloud.fail("apply", QuotaExceeded(f"5 of 5 used by {everything}"))
    fulfil(world.place())
    for verb in ("apply", "preview"):
        world.cloud.fail(verb, ZeroDivisionError(f"found marker-{verb} in {everything}"))
        fulfil(world.place())
    world.cloud.fail("inventory", KeyError(f"marker-inventory {everything}"))
    reconcile("fake", "sandbox", return_state=True)

    found = told("marker-inventory")

    assert [name for name, value in planted.items() if value in found] == []
    assert "found marker-apply in" in found, "what an operator needs is still there"


def test_a_pairing_key_stays_at_the_provider(world, fulfil, told, google_emulator, google_sandbox):
    cloud = Passing(connect("gcp", google_sandbox), google_emulator.settle)
    world.use(connect=lambda _provider, _account: cloud)
    wanted = line(
        kind="private-connection",
        parameters={"network": "default"},
        target=Target(provider="gcp", account=google_sandbox, region="europe-north1"),
    )
    number = place_lines(world.book, [wanted])
    fulfil(number)
    assert world.item(number).state is State.PENDING
    attachments = google_emulator.compute("InterconnectAttachmentsClient")
    (attachment,) = [
        one
        for _, scope in attachments.aggregated_list(project="sandbox-project")
        for one in scope.interconnect_attachments
    ]
    assert attachment.pairing_key

    found = told(world.item(number).run)

    assert attachment.pairing_key not in found
    assert attachment.pairing_key.split("/")[0] not in found
    assert "fetch the pairing key" in found
