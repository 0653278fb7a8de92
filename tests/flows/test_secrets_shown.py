"""What opens a database is shown to who asked, and after that it is nowhere of ours."""

from __future__ import annotations

import html
import logging
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from starlette.testclient import TestClient

from catalog.load import load
from fixtures.aws_emulator import REGION
from fixtures.clouds import GROUP, SITES, Passing
from fixtures.crew import at_work
from fixtures.orders_placed import line, place_lines
from fixtures.prefect_server import until
from orders.model import OrderItem, State, Target
from portal.app import create_app
from portal.person import Person, Role
from portal.settings import Settings
from providers import connect

URL = "http://127.0.0.1:8410"


@pytest.fixture
def kari(world) -> Iterator[TestClient]:
    """Her browser at a portal that has the same ledger as the flows, and nothing else of them."""
    settings = Settings(
        url=URL,
        issuer="http://127.0.0.1:8411",
        client_id="portal",
        client_secret="word",  # noqa: S106 - nobody signs in with it here
        now=lambda: world.moment,
    )
    with httpx.Client(trust_env=False) as nobody:
        app = create_app(world.book, load(), settings, http=nobody)
        with TestClient(app, base_url=URL, follow_redirects=False) as client:
            person = Person(
                subject="kari", name="Kari", agency="byggesak", roles=frozenset({Role.ORDERER})
            )
            ends = world.moment + timedelta(hours=8)
            token = world.book.open_session(person.stored(), world.moment, ends)
            client.cookies.set("session", token)
            yield client


@pytest.fixture
def database(world, fulfil, aws_emulator, aws_sandbox) -> str:
    """Delivered by the real flow on the emulated AWS; its instance."""
    cloud = Passing(connect("aws", aws_sandbox), aws_emulator.settle)
    world.use(connect=lambda _provider, _account: cloud)
    wanted = line(
        kind="database",
        offering="postgres-database",
        parameters={"size": "db.t4g.medium", "version": "17", "disk_gb": 20},
        target=Target(provider="aws", account=aws_sandbox, region=REGION),
    )
    return deliver(world, fulfil, wanted)


def deliver(world, fulfil, wanted: OrderItem) -> str:
    number = place_lines(world.book, [wanted])
    for _ in range(10):
        if world.item(number).state is State.COMPLETED:
            break
        fulfil(number)
    assert world.item(number).state is State.COMPLETED
    return wanted.instance


@pytest.fixture
def written(world, tmp_path, caplog, capfd) -> Callable[[], bytes]:
    """All that was written down so far: databases and their logs, other logs, what was printed."""
    caplog.set_level(logging.DEBUG)

    def everything() -> bytes:
        out, err = capfd.readouterr()
        said = f"{caplog.text}{out}{err}".encode()
        return bytes_of(tmp_path, world.server.home) + said

    return everything


def bytes_of(*folders: Path) -> bytes:
    """Everything in every file: databases with what they have thrown away, logs, all of it."""
    files = [file for folder in folders for file in folder.rglob("*") if file.is_file()]
    return b"\n".join(file.read_bytes() for file in files)


def asked(world, kari: TestClient, instance: str) -> str:
    """Asked for by a person, answered by a worker at work; where it waits."""
    where = kari.post(f"/things/{instance}/access").headers["location"]
    with at_work(world.house):
        until(lambda: "Vi spør" not in kari.get(where).text, "an answer has come")
    return where


def test_shown_once_and_nowhere_else(world, kari, database, aws_emulator, written):
    where = asked(world, kari, database)

    page = kari.post(where).text

    password = shown(page, "password")
    thing = world.book.thing(database)
    found = aws_emulator.client("rds").describe_db_instances(DBInstanceIdentifier=thing.resource.id)
    kept = found["DBInstances"][0]["MasterUserSecret"]["SecretArn"]
    secret = aws_emulator.client("secretsmanager").get_secret_value(SecretId=kept)
    assert f'"password": "{password}"' in secret["SecretString"], "it opens the database"

    check_nowhere(world, kari, where, password, written)


@pytest.mark.parametrize(
    ("site", "kind", "parameters", "part"),
    [
        ("gcp", "database", {"size": "db-custom-2-8192", "disk_gb": 20}, "password"),
        ("azure", "database", {"size": "Standard_D2ds_v5", "disk_gb": 32, **GROUP}, "password"),
        ("aws", "object-storage", {}, "secret_access_key"),
        ("azure", "object-storage", {}, "key"),
    ],
    indirect=["site"],
)
def test_what_is_made_for_who_asked_is_shown_once_and_nowhere_else(
    request, site, kind, parameters, part
):
    """That it opens what it is for is one of the laws of each provider."""
    world, fulfil, kari, written = map(
        request.getfixturevalue, ("world", "fulfil", "kari", "written")
    )
    provider, cloud = site
    world.use(connect=lambda _provider, _account: cloud)
    where = Target(
        provider=provider, account="sandbox", region=SITES[provider][0].partition("/")[2]
    )
    offering = {"database": "postgres-database"}.get(kind, kind)
    asks = {"kind": kind, "offering": offering, "parameters": parameters, "target": where}
    instance = deliver(world, fulfil, line(**asks))
    address = asked(world, kari, instance)
    secret = shown(kari.post(address).text, part)
    assert len(secret) >= 32
    check_nowhere(world, kari, address, secret, written)


def shown(page: str, part: str) -> str:
    (found,) = re.findall(rf'<code id="secret-{part}">(.*?)</code>', page)
    return html.unescape(found)


def check_nowhere(world, kari: TestClient, where: str, secret: str, written) -> None:
    """Nothing of ours holds it: no page that is looked at again, no file, no log."""
    instance = where.split("/")[2]
    order = world.book.thing(instance).order
    pages = [where, f"/things/{instance}", f"/things/{instance}/access", f"/orders/{order}"]
    again = "".join(kari.get(path).text for path in pages) + kari.post(where).text
    everywhere = written() + again.encode()
    assert secret.encode() not in everywhere
    assert instance.encode() in everywhere, "the right files were searched"
    assert b"AccessAsked" in everywhere


def test_what_the_store_of_secrets_answers_wrongly_is_in_no_error(
    world, kari, database, aws_emulator, written
):
    """Neither when what it keeps cannot be read, nor when it fails with the secret in its words."""
    planted = "planted9planted"
    secrets = aws_emulator.client("secretsmanager")
    (kept,) = secrets.list_secrets()["SecretList"]
    secrets.put_secret_value(SecretId=kept["ARN"], SecretString=f"not json: {planted}")
    page = kari.get(asked(world, kari, database)).text
    assert "Unavailable" not in page
    assert "no name and password" in page
    told = f"the password={planted} is refused"
    aws_emulator.fault(match="secretsmanager.GetSecretValue", kind="error", message=told)
    page += kari.get(asked(world, kari, database)).text
    assert planted.encode() not in written() + page.encode()
