"""Servers are asked at their own address; what does not answer is down, and says why."""

from __future__ import annotations

import socket
from contextlib import closing
from types import SimpleNamespace

import pytest

from emulators.loopback import Answer, serve
from flows import measuring, runtime
from flows.measure import measure


@pytest.fixture
def server():
    running = serve(lambda request: Answer(500 if request.path == "/broken" else 404, {}))
    yield running
    running.close()


def test_any_answer_of_the_server_itself_will_do_and_its_own_fault_will_not(server):
    assert 0 < measuring.ask(server.url).seconds < measuring.PATIENCE
    assert measuring.ask(f"{server.url}/broken") == measuring.Look(None, "HTTP 500")


def test_what_is_not_there_says_nothing_or_has_no_address_is_down(server):
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        port = silent.getsockname()[1]
        assert measuring.ask(f"http://127.0.0.1:{port}/", 0.2).why == "TimeoutError"
    assert measuring.ask(f"http://127.0.0.1:{port}/").why == "ConnectionRefusedError"
    for wrong in ("http://127.0.0.1:many/", "http://[/", "http:///"):
        assert measuring.ask(wrong).seconds is None


def thing(instance, kind="virtual-machine", **outputs):
    return SimpleNamespace(instance=instance, kind=kind, outputs=outputs)


def test_servers_with_an_address_are_measured_and_one_that_is_killed_is_down(
    book, server, monkeypatch
):
    things = [thing("a", url=server.url), thing("b"), thing("c", "object-storage", url=server.url)]
    ledger = SimpleNamespace(things=lambda: things, healths=book.healths)
    house = SimpleNamespace(ledger=ledger, now=runtime.utc_now)
    monkeypatch.setattr(runtime, "house", lambda: house)
    assert measuring.summary(measuring.look()) == "1 answer, 0 down"
    assert set(book.healths.of(["a", "b", "c"])) == {"a"}
    server.close()
    assert measuring.summary(measuring.look()) == "0 answer, 1 down"
    assert book.healths.of(["a"])["a"].availability == pytest.approx(0.5)


def test_the_flow_tells_how_many_answer(world):
    state = measure(return_state=True)
    assert (state.name, state.message) == ("Completed", "0 answer, 0 down")
