import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli import ports


@pytest.fixture
def memory(tmp_path: Path) -> Path:
    return tmp_path / "ports.json"


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.create_server((ports.HOST, 0)) as server:
        yield server.getsockname()[1]


def test_every_part_gets_a_port_of_its_own(memory: Path) -> None:
    chosen = ports.choose({}, memory)
    assert set(chosen) == set(ports.PREFERRED)
    assert len(set(chosen.values())) == len(chosen)


def test_a_second_start_gets_the_same_ports(memory: Path) -> None:
    assert ports.choose({}, memory) == ports.choose({}, memory)


def test_a_remembered_port_that_is_taken_gives_way(memory: Path, taken: int) -> None:
    memory.write_text(f'{{"portal": {taken}}}')
    assert ports.choose({}, memory)["portal"] != taken


def test_a_port_asked_for_is_given(memory: Path) -> None:
    wish = ports.any_free()
    assert ports.choose({"GRUNNMUR_AWS_PORT": str(wish)}, memory)["aws"] == wish


def test_a_port_asked_for_that_is_in_use_is_refused_by_name(memory: Path, taken: int) -> None:
    with pytest.raises(
        ports.PortUnusable, match=rf"Port {taken} \(GRUNNMUR_PORTAL_PORT\) is in use"
    ):
        ports.choose({"GRUNNMUR_PORTAL_PORT": str(taken)}, memory)


@pytest.mark.parametrize("wish", ["0", "-1", "65536", "http", "8e3"])
def test_a_wish_that_is_no_port_is_refused(memory: Path, wish: str) -> None:
    with pytest.raises(ports.PortUnusable, match="is no port"):
        ports.choose({"GRUNNMUR_PORTAL_PORT": wish}, memory)


def test_one_port_cannot_be_asked_for_twice(memory: Path) -> None:
    wish = str(ports.any_free())
    with pytest.raises(ports.PortUnusable):
        ports.choose({"GRUNNMUR_PORTAL_PORT": wish, "GRUNNMUR_AWS_PORT": wish}, memory)


@pytest.mark.parametrize("kept", ["", "no json", "[]", '{"portal": "x"}'])
def test_a_spoilt_memory_is_no_obstacle(memory: Path, kept: str) -> None:
    memory.write_text(kept)
    assert set(ports.choose({}, memory)) == set(ports.PREFERRED)
