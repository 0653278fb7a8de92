"""What a furnished control plane leaves for the next start: its databases, keys and images."""

from __future__ import annotations

import os
import shutil
import sqlite3
from pathlib import Path

from config_files import DATABASES, Plane

KEPT = ("fernet", "credential", "images")
FILES = ("furniture.json", "plane.json")
# database -> columns in which the folder or the door of the time stands
MOVED = {
    "keystone": (("endpoint", "url"),),
    "nova_api": (("cell_mappings", "database_connection"),),
    "glance": (("image_locations", "value"),),
}
SEEN = "UPDATE services SET last_seen_up = datetime('now'), updated_at = datetime('now')"


def save(plane: Plane, template: Path) -> None:
    """Whole or not at all: whoever is killed meanwhile leaves nothing that looks like one."""
    making = template.with_name(f"{template.name}.{os.getpid()}")
    making.mkdir(parents=True)
    for name in DATABASES:
        source = sqlite3.connect(plane.folder / f"{name}.db")
        copy = sqlite3.connect(making / f"{name}.db")
        source.backup(copy)
        copy.close()
        source.close()
    for name in KEPT:
        shutil.copytree(plane.folder / name, making / name)
    for name in FILES:
        shutil.copy(plane.folder / name, making / name)
    try:
        making.rename(template)
    except OSError:  # another process has just made it
        shutil.rmtree(making)


def load(plane: Plane, template: Path) -> bool:
    """Whether there was one to start from."""
    if not template.is_dir():
        return False
    before = Plane.kept(template)
    shutil.copytree(template, plane.folder, dirs_exist_ok=True)
    plane.keep()
    for name, columns in MOVED.items():
        with sqlite3.connect(plane.folder / f"{name}.db") as database:
            for table, column in columns:
                for old, new in zip(_places(before), _places(plane), strict=True):
                    change = f"UPDATE {table} SET {column} = replace({column}, ?, ?)"  # noqa: S608
                    database.execute(change, (old, new))
        database.close()
    with sqlite3.connect(plane.folder / "nova.db") as database:
        database.execute(SEEN)  # a host that was away is taken for dead until it reports
    database.close()
    return True


def _places(plane: Plane) -> tuple[str, ...]:
    return str(plane.folder), plane.door, plane.url("keystone")


def remember(plane: Plane) -> None:
    """SQLite's log ahead of the file: readers do not wait for writers."""
    for name in DATABASES:
        database = sqlite3.connect(plane.folder / f"{name}.db")
        database.execute("PRAGMA journal_mode = WAL")
        database.close()
