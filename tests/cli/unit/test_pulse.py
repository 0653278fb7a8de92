"""A part that is there and does nothing any more."""

import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Event, Thread

import pytest
from typing_extensions import override

from cli import pulse
from cli.supervisor import Part, StopAsked, Supervisor

BEATS = (
    "import os, pathlib, sys, time; print(os.getpid()); print('ready', flush=True)\n"
    "while True: pathlib.Path(sys.argv[1]).touch(); time.sleep(0.02)"
)
PATIENCE = 60.0


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Silence is a second here, and questions come at once."""
    monkeypatch.setattr("cli.supervisor.SILENCE", 1.0)
    monkeypatch.setattr("cli.supervisor.EVERY", 0.05)


def beating(logs: Path) -> Part:
    heart = logs / "heart"
    return Part(
        name="worker",
        title="Worker",
        command=[sys.executable, "-c", BEATS, str(heart)],
        environment=dict(os.environ),
        ask=pulse.by_file(heart),
    )


def watched(supervisor: Supervisor, stop: Event) -> Thread:
    """The supervisor watching in a thread until `stop`."""

    def watch() -> None:
        with pytest.raises(StopAsked):
            supervisor.watch()

    thread = Thread(target=watch)
    thread.start()
    return thread


def until(said: list[str], words: str) -> None:
    end = time.monotonic() + PATIENCE
    while not any(words in line for line in said):
        assert time.monotonic() < end, said
        time.sleep(0.02)


@pytest.mark.usefixtures("impatient")
def test_a_hung_part_is_named_with_its_log_and_so_is_its_return(tmp_path: Path) -> None:
    said: list[str] = []
    stop = Event()
    with Supervisor(tmp_path, lambda text: said.append(str(text)), stop) as supervisor:
        supervisor.start(beating(tmp_path))
        pid = int((tmp_path / "worker.log").read_text().split()[0])
        thread = watched(supervisor, stop)
        os.kill(pid, signal.SIGSTOP)
        until(said, "Worker has not answered for")
        assert str(tmp_path / "worker.log") in said[-1]
        assert "press Ctrl-C and start again" in said[-1]
        os.kill(pid, signal.SIGCONT)
        until(said, "Worker answers again.")
        stop.set()
        thread.join()
    assert sum("has not answered" in line for line in said) == 1


@pytest.mark.usefixtures("impatient")
def test_a_hung_part_is_ended_with_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cli.supervisor.PATIENCE", 0.3)
    with Supervisor(tmp_path, lambda _: None, Event()) as supervisor:
        supervisor.start(replace(beating(tmp_path), ask=None))
        pid = int((tmp_path / "worker.log").read_text().split()[0])
        os.kill(pid, signal.SIGSTOP)
    assert not Path(f"/proc/{pid}").exists()


def test_silence_is_counted_from_the_last_answer() -> None:
    now, asked = [0.0], Event()

    def ask() -> bool:
        now[0] += 5
        asked.set()
        return now[0] < 6

    one = pulse.Pulse(ask, clock=lambda: now[0], every=0.001)
    one.start()
    asked.wait(PATIENCE)
    until_true(lambda: one.silence > 20)
    one.stop()


def until_true(what: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_a_file_must_change_between_two_questions(tmp_path: Path) -> None:
    heart = tmp_path / "heart"
    ask = pulse.by_file(heart)
    assert not ask()
    heart.touch()
    assert ask()
    assert not ask()
    os.utime(heart, ns=(1, 1))
    assert ask()


def test_any_answer_will_do_and_none_will_not() -> None:
    class Refusing(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_error(500)

        @override
        def log_message(self, format: str, *args: object) -> None:
            """Nothing."""

    with HTTPServer(("127.0.0.1", 0), Refusing) as server:
        url = f"http://127.0.0.1:{server.server_port}/"
        thread = Thread(target=server.handle_request)
        thread.start()
        assert pulse.over_http(url)()
        thread.join()
        # it listens, and nobody answers
        assert not pulse.over_http(url, patience=0.2)()
    assert not pulse.over_http(url)()
