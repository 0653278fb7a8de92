"""What is delivered is asked at its own address; what does not answer is down, and says why."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from emulators.loopback import Answer, serve
from fixtures.postgres import Server
from flows import measuring, runtime
from flows.measure import measure
from flows.probes import PATIENCE, ask_database, ask_server
from orders.health import Look
from orders.model import Target

AWAY = "db.bym.internal"


@pytest.fixture
def server():
    running = serve(lambda request: Answer(500 if request.path == "/broken" else 404, {}))
    yield running
    running.close()


def test_any_answer_of_the_server_itself_will_do_and_its_own_fault_will_not(server):
    assert 0 < ask_server(server.url).seconds < PATIENCE
    assert ask_server(f"{server.url}/broken") == Look(None, "HTTP 500")


def test_what_is_not_there_says_nothing_or_has_no_address_is_down(server):
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        port = silent.getsockname()[1]
        assert ask_server(f"http://127.0.0.1:{port}/", 0.2).why == "TimeoutError"
        assert ask_database("127.0.0.1", port, 0.2).why == "TimeoutError"
    assert ask_server(f"http://127.0.0.1:{port}/").why == "ConnectionRefusedError"
    assert ask_database("127.0.0.1", port) == Look(None, "ConnectionRefusedError")
    assert ask_database("127.0.0.1", 99_999).seconds is None
    for wrong in ("http://127.0.0.1:many/", "http://[/", "http:///"):
        assert ask_server(wrong).seconds is None


def test_a_server_that_tells_its_answer_byte_by_byte_is_down_and_keeps_nobody(server):
    """Else whoever has a server could keep every place of the worker for days."""
    ended = threading.Event()

    def drip(listening):
        with suppress(OSError), listening.accept()[0] as asker:
            asker.sendall(b"HTTP/1.1 200 OK\r\n"[:9])
            while not ended.wait(0.05):
                asker.sendall(b"0")

    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        thread = threading.Thread(target=drip, args=(listening,), daemon=True)
        thread.start()
        asked = Future()
        port = listening.getsockname()[1]
        look = threading.Thread(
            target=lambda: asked.set_result(ask_server(f"http://127.0.0.1:{port}/", 0.5)),
            daemon=True,
        )
        look.start()
        try:
            assert asked.result(20) == Look(None, "TimeoutError")
        finally:
            ended.set()


def test_a_database_answers_over_tls_once_it_offers_it(postgres_server):
    plain = ask_database("127.0.0.1", postgres_server.port)
    assert 0 < plain.seconds < PATIENCE
    assert plain.why == ""
    with encrypted(postgres_server):
        seen = ask_database("127.0.0.1", postgres_server.port)
    assert 0 < seen.seconds < PATIENCE
    assert seen.why.startswith("TLSv1.")


def test_what_takes_a_connection_and_is_no_database_is_down(server):
    port = int(server.url.rpartition(":")[2])
    assert ask_database("127.0.0.1", port).seconds is None


@contextmanager
def encrypted(server: Server) -> Iterator[None]:
    """Until the block ends it speaks TLS, with a certificate that nobody trusts."""
    for name, data in zip(("server.key", "server.crt"), certificate(), strict=True):
        file = server.data / name
        file.write_bytes(data)
        file.chmod(0o600)
        if server.account:
            os.chown(file, server.account.pw_uid, server.account.pw_gid)
    for value in ("on", "off"):
        with closing(server.connect()) as connection:
            connection.execute(f"ALTER SYSTEM SET ssl = {value}")
            connection.execute("SELECT pg_reload_conf()")
        until_said(server, value)
        if value == "on":
            yield


def until_said(server: Server, value: str) -> None:
    end = datetime.now(UTC) + timedelta(seconds=60)
    while True:
        with closing(server.connect()) as connection:
            if connection.execute("SHOW ssl").fetchone() == (value,):
                return
        assert datetime.now(UTC) < end


def certificate() -> tuple[bytes, bytes]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "db")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    sort = serialization.PrivateFormat.PKCS8
    private = key.private_bytes(pem, sort, serialization.NoEncryption())
    return private, made.public_bytes(pem)


def thing(instance, kind="virtual-machine", account="sandbox", **outputs):
    target = Target(provider="aws", account=account, region="eu-north-1")
    return SimpleNamespace(instance=instance, kind=kind, target=target, outputs=outputs)


def test_what_has_an_address_is_measured_and_what_is_killed_is_down(book, server, monkeypatch):
    things = [thing("a", url=server.url), thing("b"), thing("c", "object-storage", url=server.url)]
    ledger = SimpleNamespace(each_thing=lambda: things, healths=book.healths)
    house = SimpleNamespace(ledger=ledger, now=runtime.utc_now, reached=())
    monkeypatch.setattr(runtime, "house", lambda: house)
    assert measuring.summary(measuring.look()) == "1 answer, 0 down"
    assert set(book.healths.of(["a", "b", "c"])) == {"a"}
    server.close()
    assert measuring.summary(measuring.look()) == "0 answer, 1 down"
    assert book.healths.of(["a"])["a"].availability == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("outputs", "reached", "asked"),
    [
        ({"host": "127.0.0.1", "port": "5433"}, (), ("127.0.0.1", 5433)),
        ({"host": AWAY, "port": "5432"}, (), None),
        ({"host": AWAY, "port": "5432"}, ("aws/other", "azure/prod"), None),
        ({"host": AWAY, "port": "5432"}, ("aws/prod",), (AWAY, 5432)),
        ({"address": "10.0.0.5"}, ("aws/prod",), ("10.0.0.5", 5432)),
        ({"host": "127.0.0.1", "port": "?"}, (), None),
        ({}, ("aws/prod",), None),
    ],
)
def test_a_database_is_asked_where_its_address_leads_somewhere_from_here(outputs, reached, asked):
    found = measuring.probe(thing("a", "database", "prod", **outputs), reached)
    assert (found.args if found else None) == asked


def test_the_accounts_in_reach_are_settings(tmp_path):
    url = {"GRUNNMUR_LEDGER_URL": f"sqlite:///{tmp_path}/ledger.db"}
    for told, reached in (("", set()), ("aws/prod, openstack/own", {"aws/prod", "openstack/own"})):
        house = runtime.furnish({**url, runtime.REACHED: told})
        assert house.reached == reached
        house.ledger.close()


def test_the_flow_tells_how_many_answer(world):
    state = measure(return_state=True)
    assert (state.name, state.message) == ("Completed", "0 answer, 0 down")
