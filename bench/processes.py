"""What a process of the product holds: memory, open files, connections to the ledger's database."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

PROC = Path("/proc")
PAGE = os.sysconf("SC_PAGE_SIZE")
ESTABLISHED = "01"  # see proc_net_tcp


@dataclass(frozen=True, slots=True)
class Held:
    """`memory` is what is resident, in MB."""

    memory: float
    files: int
    connections: int


def number_of(program: str, home: Path) -> int:
    """The process that runs `-m program` with its state in `home`."""
    mark = f"GRUNNMUR_HOME={home}".encode()
    for folder in PROC.glob("[0-9]*"):
        try:
            of_ours = mark in (folder / "environ").read_bytes().split(b"\0")
            runs_it = program.encode() in (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:  # it has ended, or is another's
            continue
        if of_ours and runs_it:
            return int(folder.name)
    raise RuntimeError(f"no process of {home} runs {program}")


def held(process: int, ledger_url: str) -> Held:
    pages = int((PROC / str(process) / "statm").read_text().split()[1])
    files = list(_open(process))
    return Held(pages * PAGE / 1e6, len(files), _to_the_ledger(process, files, ledger_url))


def _open(process: int) -> Iterator[str]:
    for one in (PROC / str(process) / "fd").iterdir():
        try:
            yield str(one.readlink())
        except OSError:  # closed meanwhile
            continue


def _to_the_ledger(process: int, files: list[str], ledger_url: str) -> int:
    """Sockets to its server; of a file, how often that is open (its log beside it aside)."""
    if ledger_url.startswith("sqlite:///"):
        return files.count(ledger_url.removeprefix("sqlite:///"))
    port = urlsplit(ledger_url).port or 0
    rows = (PROC / str(process) / "net/tcp").read_text().splitlines()[1:]
    ours = {f"socket:[{row.split()[9]}]" for row in rows if _leads_to(row.split(), port)}
    return len(ours.intersection(files))


def _leads_to(row: list[str], port: int) -> bool:
    return row[3] == ESTABLISHED and int(row[2].partition(":")[2], 16) == port
