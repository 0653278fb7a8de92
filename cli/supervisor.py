"""Starts the parts, tells when each is ready, notices when one ends, stops them all.

A part is a process of its own that writes a line beginning with `ready` when it serves, and
ends on SIGTERM. Its output goes to a log file of its own.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Self

from rich.text import Text

from cli.logs import kept_small
from cli.pulse import EVERY, SILENCE, Ask, Pulse

PATIENCE = 15.0  # seconds a part gets to end after SIGTERM
LOOK = 0.05  # seconds between looks at the parts


class PartFailed(Exception):
    """A part did not start, or ended by itself; the message names it and its log."""


class StopAsked(Exception):
    """Somebody pressed Ctrl-C or sent SIGTERM."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What to start.

    doors  title -> address of what it serves, where that is several
    ask    whether it answers; without it nobody knows whether it hangs
    once   it does one thing and ends with exit code 0; the others serve until they are told
    """

    name: str
    title: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(repr=False)  # holds secrets
    address: str = ""
    doors: Mapping[str, str] = field(default_factory=dict[str, str])
    ask: Ask | None = None
    once: bool = False
    patience: float = 180.0  # seconds until it must be ready


@dataclass(slots=True)
class _Running:
    part: Part
    process: subprocess.Popen[bytes]
    log: Path
    offset: int
    started: float
    wave: int
    ready: bool = False
    pulse: Pulse | None = None
    hung: bool = False


class Supervisor:
    """Use as a context manager: whatever was started is gone when the block ends."""

    def __init__(self, logs: Path, say: Callable[[Text | str], None], stop: Event) -> None:
        self._logs = logs
        self._say = say
        self._stop = stop
        self._running: list[_Running] = []
        self._wave = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop_all()

    def start(self, *parts: Part) -> None:
        """Start `parts` side by side and return when each is ready, or has done its one thing."""
        self._wave += 1
        new = [self._spawn(part) for part in parts]
        while not all(one.ready for one in new):
            self._check()
            for one in new:
                self._notice_ready(one)
            self.pause(LOOK)

    def watch(self) -> None:
        """Return never: raises PartFailed when a part ends, StopAsked when asked to stop.

        A part that hangs is named, and again when it goes on: whoever reads it decides.
        """
        while True:
            self._check()
            for one in self._running:
                self._notice_silence(one)
                if kept_small(one.log):
                    one.offset = 0
            self.pause(LOOK * 4)

    def pause(self, seconds: float) -> None:
        """Wait, but not past a wish to stop or the end of a part."""
        if self._stop.wait(seconds):
            raise StopAsked
        self._check()

    def stop_all(self) -> None:
        """SIGTERM to every part, SIGKILL to what does not end.

        In the opposite order of their start, so that a part can take leave of those it needs.
        """
        while self._running:
            wave = [one for one in self._running if one.wave == self._running[-1].wave]
            for one in wave:
                with suppress(ProcessLookupError):
                    one.process.send_signal(signal.SIGTERM)
            end = time.monotonic() + PATIENCE
            for one in wave:
                self._await_end(one, end)
                self._running.remove(one)

    def _await_end(self, one: _Running, end: float) -> None:
        if one.pulse is not None:
            one.pulse.stop()
        try:
            one.process.wait(max(0.0, end - time.monotonic()))
        except subprocess.TimeoutExpired:
            self._say(f"{one.part.title} did not end within {PATIENCE:.0f} s: killed.")
        _sweep(one.process.pid)
        one.process.wait()

    def _spawn(self, part: Part) -> _Running:
        log = self._logs / f"{part.name}.log"
        with log.open("ab") as out:
            offset = out.tell()
            process = subprocess.Popen(  # noqa: S603 - our own programs
                [sys.executable, "-P", "-m", "cli.child", str(os.getpid()), *part.command],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                env=dict(part.environment),
                cwd=self._logs.parent,  # no stray settings files of whatever folder we stand in
                start_new_session=True,  # Ctrl-C reaches us alone; we stop the parts in order
            )
        one = _Running(part, process, log, offset, time.monotonic(), self._wave)
        self._running.append(one)
        return one

    def _notice_ready(self, one: _Running) -> None:
        waited = time.monotonic() - one.started
        if one.ready:
            return
        if self._is_ready(one):
            one.ready = True
            for title, address in (one.part.doors or {one.part.title: one.part.address}).items():
                self._say(_line(title, address, waited))
            if one.part.ask:
                one.pulse = Pulse(one.part.ask, every=EVERY)
                one.pulse.start()
        elif waited > one.part.patience:
            said = "did not finish" if one.part.once else "was not ready"
            raise PartFailed(_told(one, f"{said} within {one.part.patience:.0f} s"))

    def _is_ready(self, one: _Running) -> bool:
        if not one.part.once:
            return any(line.startswith("ready") for line in _written(one))
        code = one.process.poll()
        if code:
            raise PartFailed(_told(one, f"failed with exit code {code}"))
        if code is None:
            return False
        self._running.remove(one)
        return True

    def _notice_silence(self, one: _Running) -> None:
        if one.pulse is None or one.hung == (one.pulse.silence > SILENCE):
            return
        one.hung = not one.hung
        if one.hung:
            self._say(
                f"{one.part.title} has not answered for {one.pulse.silence:.0f} s: it hangs, or "
                f"this machine is too busy. Its log: {one.log}\n"
                "  If it stays so, press Ctrl-C and start again: orders go on where they are."
            )
        else:
            self._say(f"{one.part.title} answers again.")

    def _check(self) -> None:
        for one in self._running:
            code = one.process.poll()
            if code is not None and not one.part.once:
                raise PartFailed(_told(one, f"ended by itself ({_cause(code)})"))


def _sweep(group: int) -> None:
    """End what a part may have left in its process group."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def _written(one: _Running) -> Iterable[str]:
    with one.log.open("rb") as text:
        text.seek(one.offset)
        return text.read().decode(errors="replace").splitlines()


def _cause(code: int) -> str:
    return f"exit code {code}" if code >= 0 else f"killed by {signal.Signals(-code).name}"


def _told(one: _Running, what: str) -> str:
    tail = "\n".join(f"    {line}" for line in list(_written(one))[-6:])
    shown = f"\n  Its last lines:\n{tail}" if tail else ""
    return f"{one.part.title} {what}. Its log: {one.log}{shown}"


def _line(title: str, address: str, seconds: float) -> Text:
    return Text.assemble(
        ("  ✓ ", "green"),
        f"{title:<22}",
        (f"{address:<34}", "cyan"),
        (f"{seconds:5.1f} s", "dim"),
    )
