"""The folder with all state of one installation, locked to one process at a time."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import shutil
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

DEFAULT = ".grunnmur"
NEEDED_MEGABYTES = 100  # Prefect's database, the logs and some orders


class HomeUnusable(Exception):
    """The state folder cannot be used; the message is one sentence for the terminal."""


@dataclass(frozen=True, slots=True)
class Home:
    folder: Path

    @property
    def logs(self) -> Path:
        return self.folder / "logs"

    @property
    def mail(self) -> Path:
        """Where the mails lie that a real installation would send."""
        return self.folder / "mail"

    @property
    def ledger_url(self) -> str:
        return f"sqlite:///{self.folder / 'ledger.db'}"

    def secret(self, name: str) -> str:
        """A random secret of this installation, made at first use, for its owner's eyes only."""
        path = self.folder / "secrets.json"
        known: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
        if name not in known:
            known[name] = secrets.token_urlsafe(32)
            new = path.with_suffix(".new")
            new.touch(mode=0o600)
            new.write_text(json.dumps(known, indent=1))
            new.replace(path)
        return known[name]


def home_folder(environment: Mapping[str, str]) -> Path:
    """GRUNNMUR_HOME, else .grunnmur in the current folder."""
    return Path(environment.get("GRUNNMUR_HOME") or DEFAULT).absolute()


def free_megabytes(folder: Path) -> int:
    """What is free where `folder` is, for this user."""
    return shutil.disk_usage(folder).free // 1_000_000


@contextmanager
def opened(folder: Path) -> Generator[Home]:
    """The home in `folder`, made if need be and locked; raises HomeUnusable."""
    advice = "set GRUNNMUR_HOME to a folder you may write to"
    try:
        (folder / "logs").mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        handle = (folder / "lock").open("a+")
    except OSError as error:
        raise HomeUnusable(
            f"Cannot keep state in {folder} ({error.strerror}): {advice}.",
        ) from error
    with handle:
        if (free := free_megabytes(folder)) < NEEDED_MEGABYTES:
            raise HomeUnusable(
                f"Only {free} MB are free where {folder} is, and {NEEDED_MEGABYTES} MB are needed: "
                f"make room, or {advice}.",
            )
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            handle.seek(0)
            owner = handle.read().strip() or "unknown"
            raise HomeUnusable(
                f"Grunnmur already runs on {folder} (process {owner}): "
                "stop that one first, or set GRUNNMUR_HOME to another folder.",
            ) from None
        handle.truncate(0)
        handle.write(str(os.getpid()))
        handle.flush()
        yield Home(folder)
