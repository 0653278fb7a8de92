"""A key is a key only when its inside says so; what is none is refused and not repeated."""

from __future__ import annotations

import base64

import pytest

from providers.errors import InvalidSpec
from providers.parameters import Reader
from providers.ssh_keys import LONGEST, authorized, is_key

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f kari@bym"
SORT = b"\0\0\0\x0bssh-ed25519"


def packed(inside: bytes) -> str:
    return base64.b64encode(inside).decode()


def test_a_key_may_have_a_comment_or_none():
    assert is_key(KEY)
    assert is_key(KEY.rpartition(" ")[0])
    assert is_key(f"{KEY} on my desk")


@pytest.mark.parametrize(
    "key",
    [
        "hunter2",
        "ssh-ed25519",
        "ssh-ed25519 !!!!",
        "ssh-ed25519 AAAAA",
        f"ssh-ed25519 {packed(SORT)}",  # cut off
        f"ssh-rsa {packed(SORT + bytes(36))}",  # another sort than it says
        f"ssh-ed25519 {packed(SORT + bytes(LONGEST))}",
        f"{KEY}\nssh-ed25519 and another line",
        "-----BEGIN OPENSSH PRIVATE KEY-----",
    ],
)
def test_what_is_no_key_is_refused_and_not_repeated(key):
    read = Reader("virtual-machine", {"ssh_key": key})
    assert read.ssh_key() == ""
    told = "ssh_key: not a public SSH key such as 'ssh-ed25519 AAAA... name'"
    with pytest.raises(InvalidSpec, match=f"^virtual-machine: {told}$"):
        read.finish()


@pytest.mark.parametrize("given", [{}, {"ssh_key": ""}, {"ssh_key": None}])
def test_without_a_key_nobody_is_let_in(given):
    read = Reader("virtual-machine", given)
    assert authorized(read.ssh_key()) == ""
    read.finish()


def test_what_was_pasted_with_its_line_end_is_taken_without():
    read = Reader("virtual-machine", {"ssh_key": f"{KEY}\n"})
    assert authorized(read.ssh_key()) == f'ssh_authorized_keys:\n  - "{KEY}"\n'
    read.finish()
