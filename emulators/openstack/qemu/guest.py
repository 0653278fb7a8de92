"""One guest: a QEMU process of its own, and a thread that starts it, watches it and ends with it.

The kernel ends the process when the thread that started it ends, however that comes about: no
guest survives the emulator, killed or not.
"""

from __future__ import annotations

import http.client
import json
import random
import shutil
import socket
import subprocess
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread

from emulators.openstack.qemu.archive import Entry, packed
from emulators.openstack.qemu.image import Image, NoImage
from emulators.openstack.qemu.program import Ended, Failed, run

PROGRAM = "qemu-system-x86_64"
DISK = "disk.ext4"
LOOK = 0.25
HOST = "127.0.0.1"
DOORS = (80, 22, 5432)
# Below what Linux (from 32768) and others (from 49152) give to clients that ask for no port: one of
# those would be taken while the guest is down.
OWN = range(10_000, 32_000)
TRIES = 100
KERNEL = "console=ttyS0 quiet panic=-1 no_timer_check random.trust_cpu=on"


@dataclass(frozen=True, slots=True)
class Size:
    """MiB of memory, and of code that QEMU may keep translated; seconds to the first answer."""

    memory: int
    code: int
    patience: float


@dataclass(slots=True)
class Guest:
    """`state`: starting, answering, ended, or simulated when there is no system to boot."""

    name: str
    size: Size
    files: Mapping[str, Entry]  # its own, beside those of its system
    folder: Path
    image: Callable[[Event], Image]  # until the event; raises NoImage and Ended
    login: str = ""  # who signs in with the ordered key; nobody when there is none
    database: bool = False
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
        """End it, wherever in its start it is; when this returns, only its files are left."""
        self.leave()
        if self._thread:
            self._thread.join()

    def remove(self) -> None:
        """End it, and let nothing of it be left."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def console(self) -> str:
        try:
            return (self.folder / "console.log").read_text(errors="replace")
        except OSError:
            return ""

    def _live(self) -> None:
        try:
            process = self._started(self.image(self._end))
        except NoImage as error:
            self.state, self.why = "simulated", str(error)
        except Ended:
            self.state, self.why = "ended", "the server was ended before it started"
        except (OSError, Failed) as error:
            self.state, self.why = "ended", f"QEMU could not be started: {error}"
        else:
            try:
                self._watch(process)
            finally:
                process.kill()
                process.wait()

    def _started(self, image: Image) -> subprocess.Popen[bytes]:
        self.folder.mkdir(parents=True, exist_ok=True)
        disk = self._disk(image)
        if image.root:
            self._copy(image.root)
        self.ports = self._doors()
        with (self.folder / "qemu.log").open("wb") as log:
            return subprocess.Popen(  # noqa: S603 - QEMU, with arguments of ours
                self._command(image, disk), stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    def _doors(self) -> dict[int, int]:
        """Where it is reached: as before a restart, so that what was told of it stays true."""
        kept = self.folder / "ports.json"
        try:
            before = {int(inside): int(out) for inside, out in json.loads(kept.read_text()).items()}
        except (OSError, ValueError, AttributeError, TypeError):
            before = {}
        ports = {inside: _free_port(before.get(inside, 0)) for inside in DOORS}
        kept.write_text(json.dumps(ports))
        return ports

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
                elif waited > self.size.patience:
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
        own = packed(self.files)
        disk = self.folder / "initrd.gz"
        system = image.disk.read_bytes()
        disk.write_bytes(system + b"\0" * (-len(system) % 4) + own)
        return disk

    def _copy(self, root: Path) -> None:
        """Its own disk, which outlives restarts; made whole or not at all."""
        disk = self.folder / DISK
        if not disk.exists():
            part = disk.with_suffix(".part")
            copy = ("cp", "--sparse=always", "--reflink=auto", str(root), str(part))
            run(copy, self.folder, self.size.patience, self._end)
            part.replace(disk)

    def _command(self, image: Image, disk: Path) -> list[str]:
        doors = ",".join(
            f"hostfwd=tcp:{HOST}:{out}-:{inside}" for inside, out in self.ports.items()
        )
        disks = ["-drive", f"file={self.folder / DISK},if=virtio,format=raw"] if image.root else []
        guarded = [shutil.which("setpriv") or "", "--pdeathsig", "KILL", "--"]
        return [
            *(guarded if guarded[0] else []),
            PROGRAM,
            *(
                "-M",
                "q35",
                "-accel",
                f"tcg,tb-size={self.size.code}",
                "-m",
                f"{self.size.memory}M",
                "-smp",
                "1",
            ),
            *("-nodefaults", "-no-user-config", "-display", "none", "-no-reboot"),
            *("-serial", f"file:{self.folder / 'console.log'}"),
            *("-kernel", str(image.kernel), "-initrd", str(disk), "-append", KERNEL),
            *("-netdev", f"user,id=n0,restrict=on,{doors}"),
            *("-device", "virtio-net-pci,netdev=n0,romfile=", "-device", "virtio-rng-pci"),
            *disks,
        ]

    def _last_words(self) -> str:
        try:
            told = (self.folder / "qemu.log").read_text(errors="replace").strip().splitlines()
        except OSError:
            told = []
        return told[-1] if told else "no reason given"


def _free_port(wished: int) -> int:
    """The one it had, so that what was told of it stays true; else one that no client is given."""
    for port in filter(None, (wished, *random.sample(OWN, TRIES))):
        with socket.socket() as one, suppress(OSError, OverflowError):
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            one.bind((HOST, port))
            return port
    raise OSError(f"no port is free at {HOST}")
