"""One guest: a QEMU process of its own, and a thread that starts it, watches it and ends with it.

The kernel ends the process when the thread that started it ends, however that comes about: no
guest survives the emulator, killed or not.
"""

from __future__ import annotations

import http.client
import shutil
import socket
import subprocess
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread

from emulators.openstack.qemu.archive import Entry, packed
from emulators.openstack.qemu.image import Image, NoImage
from emulators.openstack.qemu.program import Ended

PROGRAM = "qemu-system-x86_64"
MEMORY = 96  # MiB
CODE = 24  # MiB that QEMU may keep translated
PATIENCE = 240.0  # seconds from the start to the first answer
LOOK = 0.25
HOST = "127.0.0.1"
KERNEL = "console=ttyS0 quiet panic=-1 no_timer_check random.trust_cpu=on"


@dataclass(slots=True)
class Guest:
    """`state`: starting, answering, ended, or simulated when there is no system to boot."""

    name: str
    keys: str
    folder: Path
    image: Callable[[Event], Image]  # until the event; raises NoImage and Ended
    state: str = "starting"
    why: str = ""
    ports: dict[int, int] = field(default_factory=dict[int, int])
    _end: Event = field(default_factory=Event)
    _thread: Thread | None = None

    def start(self) -> None:
        self._thread = Thread(target=self._live, daemon=True)
        self._thread.start()

    def leave(self) -> None:
        """Ask it to end."""
        self._end.set()

    def stop(self) -> None:
        """End it, wherever in its start it is; it is gone when this returns."""
        self.leave()
        if self._thread:
            self._thread.join()
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def console(self) -> str:
        try:
            return (self.folder / "console.log").read_text(errors="replace")
        except OSError:
            return ""

    def _live(self) -> None:
        try:
            image = self.image(self._end)
        except NoImage as error:
            self.state, self.why = "simulated", str(error)
            return
        except Ended:
            self.state, self.why = "ended", "the server was ended before it started"
            return
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            disk = self._disk(image)
            self.ports = {80: _free_port(), 22: _free_port()}
            with (self.folder / "qemu.log").open("wb") as log:
                process = subprocess.Popen(  # noqa: S603 - QEMU, with arguments of ours
                    self._command(image, disk), stdin=subprocess.DEVNULL, stdout=log, stderr=log
                )
        except OSError as error:
            self.state, self.why = "ended", f"QEMU could not be started: {error}"
            return
        try:
            self._watch(process)
        finally:
            process.kill()
            process.wait()

    def _watch(self, process: subprocess.Popen[bytes]) -> None:
        waited = 0.0
        while not self._end.wait(LOOK):
            if process.poll() is not None:
                self.state, self.why = "ended", f"QEMU ended by itself: {self._last_words()}"
                return
            if self.state == "starting":
                waited += LOOK
                if self._answers():
                    self.state = "answering"
                elif waited > PATIENCE:
                    self.state, self.why = "ended", "the server did not answer after its start"
                    return

    def _answers(self) -> bool:
        """Whether it answers itself; QEMU takes connections long before."""
        asked = http.client.HTTPConnection(HOST, self.ports[80], timeout=2)
        with suppress(OSError, http.client.HTTPException):
            asked.request("GET", "/")
            return asked.getresponse().status == http.client.OK
        asked.close()
        return False

    def _disk(self, image: Image) -> Path:
        """The common system with this guest's own files after it: the kernel reads both."""
        own = packed(
            {
                "etc/guest/name": Entry(self.name.encode()),
                "etc/guest/authorized_keys": Entry(f"{self.keys}\n".encode(), 0o600),
            }
        )
        disk = self.folder / "initrd.gz"
        system = image.disk.read_bytes()
        disk.write_bytes(system + b"\0" * (-len(system) % 4) + own)
        return disk

    def _command(self, image: Image, disk: Path) -> list[str]:
        doors = ",".join(
            f"hostfwd=tcp:{HOST}:{out}-:{inside}" for inside, out in self.ports.items()
        )
        guarded = [shutil.which("setpriv") or "", "--pdeathsig", "KILL", "--"]
        return [
            *(guarded if guarded[0] else []),
            PROGRAM,
            *("-M", "q35", "-accel", f"tcg,tb-size={CODE}", "-m", f"{MEMORY}M", "-smp", "1"),
            *("-nodefaults", "-no-user-config", "-display", "none", "-no-reboot"),
            *("-serial", f"file:{self.folder / 'console.log'}"),
            *("-kernel", str(image.kernel), "-initrd", str(disk), "-append", KERNEL),
            *("-netdev", f"user,id=n0,restrict=on,{doors}"),
            *("-device", "virtio-net-pci,netdev=n0,romfile=", "-device", "virtio-rng-pci"),
        ]

    def _last_words(self) -> str:
        try:
            told = (self.folder / "qemu.log").read_text(errors="replace").strip().splitlines()
        except OSError:
            told = []
        return told[-1] if told else "no reason given"


def _free_port() -> int:
    with socket.socket() as one:
        one.bind((HOST, 0))
        return int(one.getsockname()[1])
