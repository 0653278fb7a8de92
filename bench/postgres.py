"""A PostgreSQL server that lives as long as a benchmark, if this machine has the programs."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

USUAL = Path("/usr/lib/postgresql")


@contextmanager
def postgres() -> Iterator[str | None]:
    """The address of an empty database with the server's own settings; None without programs."""
    programs = sorted(USUAL.glob("*/bin"), key=lambda path: int(path.parent.name))
    if not programs:
        yield None
        return
    folder = Path(tempfile.mkdtemp(prefix="grunnmur-bench-"))
    account = pwd.getpwnam("postgres") if os.geteuid() == 0 else None
    if account:  # root may not run it
        os.chown(folder, account.pw_uid, account.pw_gid)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    data = str(folder / "data")

    def run(program: str, *options: str) -> None:
        command = [str(programs[-1] / program), "-D", data, *options]
        user, group = (account.pw_uid, account.pw_gid) if account else (None, None)
        quiet = subprocess.DEVNULL
        subprocess.run(command, cwd=folder, user=user, group=group, check=True, stdout=quiet)

    settings = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories="
    run("initdb", "--username=grunnmur", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8")
    run("pg_ctl", "-w", "-l", str(folder / "log"), "-o", settings, "start")
    try:
        yield f"postgresql+psycopg://grunnmur@127.0.0.1:{port}/postgres"
    finally:
        run("pg_ctl", "-w", "-m", "fast", "stop")
        shutil.rmtree(folder, ignore_errors=True)
