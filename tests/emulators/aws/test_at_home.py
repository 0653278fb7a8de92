"""The emulated AWS serves this machine alone, from a folder it may write to."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import emulators.aws
from emulators.loopback import NotLoopback

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("host", ["0.0.0.0", "example.org", "192.0.2.1", ""])  # noqa: S104 - refused
def test_only_loopback_is_served(host):
    with pytest.raises(NotLoopback, match="no loopback address"):
        emulators.aws.serve(host=host)


def test_a_folder_that_cannot_be_written_is_said(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(OSError, match=str(blocked)):
        emulators.aws.serve(state=blocked / "aws")


def test_the_process_keeps_to_its_own_machine():
    code = (
        "import socket; from emulators.aws.guard import stay_home; stay_home()\n"
        "for ask in (lambda: socket.getaddrinfo('example.org', 80),\n"
        "            lambda: socket.create_connection(('192.0.2.1', 80), 1),\n"
        "            lambda: socket.gethostbyname('example.org')):\n"
        "    try: ask()\n"
        "    except PermissionError: print('refused')\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert told.stdout.split() == ["refused"] * 3
