"""All guests of this machine: who may boot, and how many."""

from __future__ import annotations

import base64
import json
import re
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from threading import Event, Lock
from typing import Any

from emulators.openstack import offers
from emulators.openstack.identity import REGIONS
from emulators.openstack.qemu.archive import Entry
from emulators.openstack.qemu.guest import HOST, PROGRAM, Guest, Size
from emulators.openstack.qemu.image import Image, NoImage, image
from emulators.openstack.qemu.program import LOOK, Ended

MOST = 4
SMALL = Size(memory=96, code=24, patience=240.0)
WHOLE = Size(memory=384, code=64, patience=600.0)  # Debian itself, with cloud-init
SPARE = 140  # MiB that must be free for one more, beside its memory and code
MEMINFO = Path("/proc/meminfo")
AVAILABLE = re.compile(r"^MemAvailable:\s+(\d+) kB", re.MULTILINE)
KEY = re.compile(r'^\s*- "?((?:ssh|ecdsa)-[^"\n]+)', re.MULTILINE)
DEBIAN = "debian.ext4"  # what tools/debian-image builds
DEBIANS = frozenset(offers.fixed_id(region, "image debian-12") for region in REGIONS)
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
        """The small system installs nothing: what is to have packages needs Debian itself."""
        enough = self._whole(server) or not INSTALLS.search(_user_data(server))
        return not self._unusable and enough

    def boot(self, server: Mapping[str, Any]) -> str:
        """Start it; the answer says why it cannot, or is empty."""
        known = self._guests.get(str(server["id"]))
        if known and known.state != "ended":
            return ""
        running = sum(guest.state != "ended" for guest in self._guests.values())
        if running >= self._most:
            return f"{NO_ROOM}This machine runs {running} servers, and no more than {self._most}."
        size = WHOLE if self._whole(server) else SMALL
        free, needed = _free(), size.memory + size.code + SPARE
        if free is not None and free < needed:
            return f"{NO_ROOM}This machine has {free} MiB free, and a server needs {needed}."
        self._guests[str(server["id"])] = guest = self._guest(server, size)
        guest.start()
        return ""

    def _guest(self, server: Mapping[str, Any], size: Size) -> Guest:
        name = HOSTNAME.sub("-", str(server["name"]).lower()).strip("-") or "server"
        keys = KEY.findall(_user_data(server))
        system, who, files = self._image, "root", _small(name, keys)
        if size is WHOLE:
            system, who, files = self._debian_image, "debian", _whole(name, server)
        folder = self._folder / str(server["id"])
        database = INSTALLS.search(_user_data(server)) is not None
        login = who if keys else ""
        return Guest(name, size, files, folder, system, login=login, database=database)

    def _whole(self, server: Mapping[str, Any]) -> bool:
        """Whether it boots Debian itself: where that is built, and Debian 12 is ordered."""
        return server.get("_image") in DEBIANS and (self._folder / DEBIAN).exists()

    def _debian_image(self, end: Event) -> Image:
        return replace(self._image(end), root=self._folder / DEBIAN)

    def look(self, id_: str) -> Mapping[str, str]:
        """`state`, and `why` of one that ended; `url`, `ssh`, `database` of one that answers."""
        guest = self._guests.get(id_)
        if guest is None:
            return {"state": "ended", "why": "the server is not running on this machine"}
        told = {"state": guest.state, "why": guest.why}
        if guest.state != "answering":
            return told
        where = {"url": f"http://{HOST}:{guest.ports[80]}/"}
        way = f"ssh -p {guest.ports[22]} {guest.login}@{HOST}"
        ssh = {"ssh": way} if guest.login else {}
        database = {"database": f"{HOST}:{guest.ports[5432]}"} if guest.database else {}
        return told | where | ssh | database

    def stop(self, id_: str) -> None:
        guest = self._guests.pop(id_, None)
        if guest:
            guest.remove()

    def console(self, id_: str) -> str:
        guest = self._guests.get(id_)
        return guest.console if guest else ""

    def close(self) -> None:
        """End all; none is left when this returns, and what is theirs stays for the next start."""
        for guest in self._guests.values():  # all at once: each takes a moment
            guest.leave()
        for guest in self._guests.values():
            guest.stop()

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


def _small(name: str, keys: list[str]) -> dict[str, Entry]:
    lines = "".join(f"{key}\n" for key in keys)
    return {
        "etc/guest/name": Entry(name.encode()),
        "etc/guest/authorized_keys": Entry(lines.encode(), 0o600),
    }


def _whole(name: str, server: Mapping[str, Any]) -> dict[str, Entry]:
    """What cloud-init is told, word for word as the cloud was."""
    who = json.dumps({"instance-id": str(server["id"]), "local-hostname": name})
    told = _user_data(server) or "#cloud-config\n"
    return {
        "etc/guest/meta-data": Entry(who.encode()),
        "etc/guest/user-data": Entry(told.encode(), 0o600),
    }


def _free() -> int | None:
    """MiB that can be had without taking any from others; None where nobody tells."""
    try:
        told = AVAILABLE.search(MEMINFO.read_text())
    except OSError:
        told = None
    return int(told[1]) // 1024 if told else None
