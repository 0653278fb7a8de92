"""All guests of this machine: who may boot, and how many."""

from __future__ import annotations

import base64
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from threading import Event, Lock
from typing import Any

from emulators.openstack.qemu.guest import HOST, PROGRAM, Guest
from emulators.openstack.qemu.image import Image, NoImage, image
from emulators.openstack.qemu.program import LOOK, Ended

MOST = 4
NEEDED = 260  # MiB that must be free for one more
MEMINFO = Path("/proc/meminfo")
AVAILABLE = re.compile(r"^MemAvailable:\s+(\d+) kB", re.MULTILINE)
KEY = re.compile(r'^\s*- "?((?:ssh|ecdsa)-[^"\n]+)', re.MULTILINE)
INSTALLS = re.compile(r'^\s*"?packages"?\s*:', re.MULTILINE)
NO_ROOM = "No valid host was found. "
HOSTNAME = re.compile(r"[^a-z0-9]+")


def found() -> bool:
    """Whether this machine has QEMU."""
    return shutil.which(PROGRAM) is not None


class Guests:
    """`folder` holds the image and each guest's files; `most` may run at a time."""

    def __init__(self, folder: Path, images: Path | None = None, most: int = MOST) -> None:
        self._folder = folder
        self._images = images or folder / "image"
        self._most = most
        self._guests: dict[str, Guest] = {}
        self._lock = Lock()
        self._unusable = ""

    def takes(self, server: Mapping[str, Any]) -> bool:
        """A guest is small: what is to install packages at its first start is simulated."""
        return not self._unusable and not INSTALLS.search(_user_data(server))

    def boot(self, server: Mapping[str, Any]) -> str:
        """Start it; the answer says why it cannot, or is empty."""
        if server["id"] in self._guests:
            return ""
        running = sum(guest.state != "ended" for guest in self._guests.values())
        if running >= self._most:
            return f"{NO_ROOM}This machine runs {running} servers, and no more than {self._most}."
        free = _free()
        if free < NEEDED:
            return f"{NO_ROOM}This machine has {free} MiB free, and a server needs {NEEDED}."
        name = HOSTNAME.sub("-", str(server["name"]).lower()).strip("-") or "server"
        keys = "\n".join(KEY.findall(_user_data(server)))
        guest = Guest(name, keys, self._folder / str(server["id"]), self._image)
        self._guests[str(server["id"])] = guest
        guest.start()
        return ""

    def look(self, id_: str) -> Mapping[str, str]:
        """`state`, with `url` and `ssh` of one that answers and `why` of one that ended."""
        guest = self._guests.get(id_)
        if guest is None:
            return {"state": "ended", "why": "the server is not running on this machine"}
        told = {"state": guest.state, "why": guest.why}
        if guest.state != "answering":
            return told
        where = {"url": f"http://{HOST}:{guest.ports[80]}/"}
        ssh = {"ssh": f"ssh -p {guest.ports[22]} root@{HOST}"} if guest.keys else {}
        return told | where | ssh

    def stop(self, id_: str) -> None:
        guest = self._guests.pop(id_, None)
        if guest:
            guest.stop()

    def console(self, id_: str) -> str:
        guest = self._guests.get(id_)
        return guest.console if guest else ""

    def close(self) -> None:
        """End all; none is left when this returns."""
        for guest in self._guests.values():  # all at once: each takes a moment
            guest.leave()
        for id_ in list(self._guests):
            self.stop(id_)

    def _image(self, end: Event) -> Image:
        """One guest makes it, the others wait, each for as long as it is wanted itself."""
        while not self._lock.acquire(timeout=LOOK):
            if end.is_set():
                raise Ended
        try:
            return image(self._images, end)
        except NoImage as error:
            self._unusable = str(error)
            raise
        finally:
            self._lock.release()


def _user_data(server: Mapping[str, Any]) -> str:
    return base64.b64decode(str(server.get("_user_data", ""))).decode(errors="replace")


def _free() -> int:
    """MiB that can be had without taking any from others; where nobody tells, enough."""
    try:
        told = AVAILABLE.search(MEMINFO.read_text())
    except OSError:
        told = None
    return int(told[1]) // 1024 if told else NEEDED
