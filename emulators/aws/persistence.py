"""What exists in the emulated cloud outlives the process, also a kill -9.

A call that changes something is answered only after the change is in the state file. Measured on
a busy machine of two cores, that costs 2 to 5 ms with tens of machines in the region, some 15 ms
with 350 and 60 ms with a thousand; calls that arrive together share one write. Only what belongs
to the touched region is pickled again. The file is replaced as a whole, never written in place;
it is not flushed to the disk, so a power cut may cost the last seconds, a killed process nothing.

A state file that is damaged, of another kind or not ours alone is set aside under another name,
with a message, and the emulator starts empty.
"""

from __future__ import annotations

import fcntl
import gc
import json
import logging
import os
import pickle
import stat
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from threading import Lock, RLock
from typing import Any

from emulators.aws import backends
from emulators.state_file import StateInUse, set_aside

FILE = "aws-state.bin"
KIND = "grunnmur-emulated-aws"
FORMAT = 1
MOTO = version("moto")  # for whoever looks into an old file
GLOBAL = frozenset({"aws", "global"})  # the region of services that have none

log = logging.getLogger(__name__)


class StateRefused(Exception):
    """The state file cannot be taken; the message says why."""


@dataclass(slots=True)
class Store:
    """Keeps moto's backends, and what `keep` gives, in one file of `folder`.

    `work` is the lock under which the service changes anything.
    """

    folder: Path
    work: RLock
    keep: Callable[[], dict[str, Any]]
    _contents: dict[backends.Key, bytes] = field(default_factory=dict[backends.Key, bytes])
    _dirty: set[str] = field(default_factory=set[str])  # regions
    _refused: set[str] = field(default_factory=set[str])  # services that cannot be kept
    _changes: int = 0
    _saved: int = 0
    _writing: Lock = field(default_factory=Lock)
    _held: int | None = None

    def hold(self) -> None:
        """Take the folder, so that nobody else does. Raises StateInUse, OSError."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        held = os.open(self.folder / "aws-state.lock", os.O_CREAT | os.O_RDWR, 0o600)
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(held)
            raise StateInUse(f"another emulator keeps its state in {self.folder}") from None
        self._held = held

    def load(self) -> dict[str, Any] | None:
        """Put into moto what the file holds.

        Gives what `keep` gave when it was saved, None when there is nothing.
        """
        path = self.folder / FILE
        if not path.exists():
            return None
        try:
            return self._take(_read(path))
        except StateRefused as refusal:
            set_aside(path, str(refusal))
        return None

    def touch(self, region: str) -> int:
        """Note a change, under the work lock; give the number to `save` up to."""
        self._dirty.add(region)
        self._changes += 1
        return self._changes

    def known(self, region: str) -> bool:
        """Whether everything that exists in this region has been saved before."""
        return all(key in self._contents for key, _ in backends.everything() if key[2] == region)

    def save(self, change: int) -> None:
        """Return once everything up to `change` is in the file."""
        with self._writing:
            if self._saved >= change:
                return  # whoever wrote last had this change in it
            with self.work:
                upto = self._changes
                with _uncollected():
                    payload = self._payload()
            _write(self.folder / FILE, payload)
            self._saved = upto

    def clear(self) -> None:
        """Keep nothing of what was, from the next save on. Under the work lock."""
        self._contents.clear()
        self.touch("")

    def close(self) -> None:
        if self._held is not None:
            os.close(self._held)
            self._held = None

    def _payload(self) -> bytes:
        dirty, self._dirty = self._dirty | GLOBAL, set()
        for key, backend in backends.everything():
            if (key[2] in dirty or key not in self._contents) and key[0] not in self._refused:
                self._dump(key, backend)
        return pickle.dumps(
            {
                "contents": self._contents,
                "shared": backends.dump_shared(),
                "overlay": self.keep(),
            },
            pickle.HIGHEST_PROTOCOL,
        )

    def _dump(self, key: backends.Key, backend: Any) -> None:  # noqa: ANN401 - moto's
        try:
            self._contents[key] = backends.dump(backend)
        except (pickle.PicklingError, TypeError, AttributeError) as error:
            self._refused.add(key[0])
            self._contents.pop(key, None)
            log.warning("%s cannot be kept over a restart: %s", key[0], error)

    def _take(self, payload: bytes) -> dict[str, Any]:
        try:
            state = pickle.loads(payload)  # noqa: S301 - _read made sure that the file is ours
            backends.restore(state["contents"], state["shared"])
            self._contents = state["contents"]
            overlay: dict[str, Any] = state["overlay"]
        except Exception as error:  # noqa: BLE001 - whatever an old pickle raises, start empty
            backends.empty()
            self._contents = {}
            raise StateRefused(f"it cannot be read by this version: {error!r}") from None
        return overlay


@contextmanager
def _uncollected() -> Generator[None]:
    """Pickling makes many small objects; the collector would take twice as long again."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _read(path: Path) -> bytes:
    """The payload of a state file. Raises StateRefused."""
    status = path.stat()
    if status.st_uid != os.getuid() or status.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise StateRefused("others may have written it")
    head, _, payload = path.read_bytes().partition(b"\n")
    try:
        header = json.loads(head)
        kind, form, digest = header["kind"], header["format"], header["sha256"]
    except (ValueError, TypeError, LookupError):
        raise StateRefused("it is no state file of this emulator") from None
    if (kind, form) != (KIND, FORMAT):
        raise StateRefused(f"it is of kind {kind!r}, format {form!r}")
    if digest != sha256(payload).hexdigest():
        raise StateRefused("it is damaged")
    return payload


def _write(path: Path, payload: bytes) -> None:
    header = {
        "kind": KIND,
        "format": FORMAT,
        "moto": MOTO,
        "sha256": sha256(payload).hexdigest(),
    }
    new = path.with_suffix(".new")
    with open(os.open(new, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as file:  # noqa: PTH123 - the mode matters
        file.write(json.dumps(header).encode() + b"\n")
        file.write(payload)
    new.replace(path)
