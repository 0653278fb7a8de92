"""Starts a control plane, says so in one line of JSON, and ends it when its input is closed.

usage: start.py FOLDER TEMPLATE DOOR KEYSTONE PLACEMENT GLANCE NEUTRON NOVA   (the last five: ports)
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import template
from config_files import SERVICES, Plane
from furniture import furnish
from serve import answers

HERE = Path(__file__).parent
PATIENCE = 600  # seconds for everything, on a machine that does other work too
LAST = 3000  # characters of a log


class Failed(Exception):
    """Something did not start; the message has the end of what it said."""


def start(plane: Plane, kept: Path, running: dict[str, subprocess.Popen[bytes]]) -> dict[str, str]:
    """What stands in the cloud. Raises Failed."""
    plane.keep()
    plane.write()
    fresh = not template.load(plane, kept)
    if fresh:
        template.remember(plane)
        made = {name: _run(plane, "schemas.py", name) for name in SERVICES}
        for name, process in made.items():
            if process.wait(PATIENCE):
                raise Failed(_said(plane, "schemas.py", name))
    template.remember(plane)
    running |= {name: _run(plane, "serve.py", name) for name in SERVICES}
    deadline = time.monotonic() + PATIENCE
    for name, process in running.items():
        while not answers(plane.url(name)):
            if process.poll() is not None or time.monotonic() > deadline:
                raise Failed(_said(plane, "serve.py", name))
            time.sleep(0.1)
    file = plane.folder / "furniture.json"
    if fresh:
        file.write_text(json.dumps(furnish(plane)))
        template.save(plane, kept)
    return json.loads(file.read_text())


def _run(plane: Plane, script: str, service: str) -> subprocess.Popen[bytes]:
    with _log(plane, script, service).open("ab") as log:
        command = [sys.executable, "-W", "ignore", HERE / script, plane.folder, service]
        return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=log, stderr=log)


def _log(plane: Plane, script: str, service: str) -> Path:
    return plane.folder / f"{script.removesuffix('.py')}-{service}.out"


def _said(plane: Plane, script: str, service: str) -> str:
    said = [_log(plane, script, service), plane.folder / f"{service}.log"]
    ends = [file.read_text(errors="replace")[-LAST:] for file in said if file.exists()]
    return "\n".join([f"{service} ({script}) did not start:", *ends])


def main() -> int:
    folder, kept, door, *ports = sys.argv[1:]
    numbers = dict(zip(SERVICES, map(int, ports), strict=True))
    running: dict[str, subprocess.Popen[bytes]] = {}
    try:
        told = start(Plane(Path(folder), numbers, door), Path(kept), running)
        print(json.dumps(told), flush=True)
        sys.stdin.buffer.read()
    except Failed as failed:
        print(failed, file=sys.stderr)
        return 1
    finally:
        for process in running.values():
            process.kill()
        for process in running.values():
            process.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
