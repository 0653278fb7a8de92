"""The supervisor, on small parts of its own: each a Python process that does one thing."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest

from cli.supervisor import Part, PartFailed, StopAsked, Supervisor

SERVES = "import time; print('ready', flush=True); time.sleep(600)"
STUBBORN = f"import signal; signal.signal(15, signal.SIG_IGN); {SERVES}"
PARENT = (
    "import subprocess, sys, time;"
    "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']);"
    "print('ready', child.pid, flush=True); time.sleep(600)"
)


def part(name: str, code: str, patience: float = 20) -> Part:
    return Part(
        name=name,
        title=name.title(),
        command=[sys.executable, "-c", code],
        environment=dict(os.environ),
        patience=patience,
    )


def once(code: str) -> Part:
    return replace(part("once", code), once=True)


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def stop() -> Event:
    return Event()


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    (tmp_path / "logs").mkdir()
    return tmp_path / "logs"


@pytest.fixture
def supervisor(logs: Path, said: list[str], stop: Event) -> Supervisor:
    return Supervisor(logs, lambda text: said.append(str(text)), stop)


def start_and_watch(supervisor: Supervisor, one: Part) -> None:
    supervisor.start(one)
    supervisor.watch()


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def gone(pid: int) -> bool:
    end = time.monotonic() + 60
    while alive(pid) and time.monotonic() < end:
        os.sched_yield()
    return not alive(pid)


def pid_in(log: Path) -> int:
    return int(log.read_text().split()[-1])


def test_a_part_is_started_when_it_says_ready(supervisor: Supervisor, said: list[str]) -> None:
    with supervisor:
        supervisor.start(part("one", SERVES))
    assert any("One" in line for line in said)


def test_nothing_is_left_when_the_block_ends(supervisor: Supervisor, logs: Path) -> None:
    tells = f"import os; print(os.getpid()); {SERVES}"
    with supervisor:
        supervisor.start(part("one", tells))
        pid = int((logs / "one.log").read_text().split()[0])
        assert alive(pid)
    assert not alive(pid)


def test_what_a_part_started_itself_goes_with_it(supervisor: Supervisor, logs: Path) -> None:
    with supervisor:
        supervisor.start(part("one", PARENT))
        grandchild = pid_in(logs / "one.log")
        assert alive(grandchild)
    assert gone(grandchild)


def test_a_part_that_will_not_end_is_killed(
    supervisor: Supervisor, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cli.supervisor.PATIENCE", 0.3)
    with supervisor:
        supervisor.start(part("mule", STUBBORN))
    assert any("did not end within" in line for line in said)


def test_a_part_that_dies_is_named_with_its_log(supervisor: Supervisor, logs: Path) -> None:
    dies = "print('ready', flush=True); import sys; sys.exit('no more paper')"
    with supervisor, pytest.raises(PartFailed) as failure:
        start_and_watch(supervisor, part("printer", dies))
    assert "Printer ended by itself (exit code 1)" in str(failure.value)
    assert str(logs / "printer.log") in str(failure.value)
    assert "no more paper" in str(failure.value)


def test_a_killed_part_is_told_by_its_signal(supervisor: Supervisor, logs: Path) -> None:
    tells = f"import os; print(os.getpid()); {SERVES}"
    with supervisor:
        supervisor.start(part("one", tells))
        os.kill(int((logs / "one.log").read_text().split()[0]), signal.SIGKILL)
        with pytest.raises(PartFailed, match="killed by SIGKILL"):
            supervisor.watch()


def test_a_part_that_is_never_ready_fails_in_time(supervisor: Supervisor) -> None:
    silent = "import time; time.sleep(600)"
    with supervisor, pytest.raises(PartFailed, match="was not ready within"):
        supervisor.start(part("one", silent, patience=0.5))


def test_ready_in_the_log_of_an_earlier_start_does_not_count(
    supervisor: Supervisor, logs: Path
) -> None:
    (logs / "one.log").write_text("ready from yesterday\n")
    silent = "import time; time.sleep(600)"
    with supervisor, pytest.raises(PartFailed, match="was not ready within"):
        supervisor.start(part("one", silent, patience=0.5))


def test_a_part_that_does_one_thing_may_end(supervisor: Supervisor) -> None:
    with supervisor:
        supervisor.start(part("serves", SERVES))
        supervisor.start(once("print('done')"), part("also", SERVES))
        supervisor.pause(0.01)


def test_a_part_that_fails_its_one_thing_is_told(supervisor: Supervisor) -> None:
    with supervisor, pytest.raises(PartFailed, match=r"(?s)failed with exit code 3.*no ink"):
        supervisor.start(once("print('no ink'); raise SystemExit(3)"))


def test_a_part_that_never_ends_its_one_thing_fails_in_time(supervisor: Supervisor) -> None:
    endless = replace(once("import time; time.sleep(600)"), patience=0.5)
    with supervisor, pytest.raises(PartFailed, match="did not finish within"):
        supervisor.start(endless)


def test_a_wish_to_stop_is_heard_while_waiting(supervisor: Supervisor, stop: Event) -> None:
    stop.set()
    with supervisor, pytest.raises(StopAsked):
        supervisor.start(part("one", "import time; time.sleep(600)"))


def test_parts_end_when_the_supervisor_is_killed(logs: Path, tmp_path: Path) -> None:
    script = tmp_path / "supervise.py"
    script.write_text(
        "import os, sys\n"
        "from pathlib import Path\n"
        "from threading import Event\n"
        "from cli.supervisor import Part, Supervisor\n"
        f"code = {f'import os; print(os.getpid()); {SERVES}'!r}\n"
        "part = Part(name='one', title='One', command=[sys.executable, '-c', code],"
        " environment=dict(os.environ))\n"
        f"Supervisor(Path({str(logs)!r}), print, Event()).start(part)\n"
        "os.kill(os.getpid(), 9)\n",
    )
    outcome = subprocess.run([sys.executable, str(script)], check=False)
    assert outcome.returncode == -signal.SIGKILL
    assert gone(int((logs / "one.log").read_text().split()[0]))


def test_parts_end_in_the_opposite_order_of_their_start(supervisor: Supervisor, logs: Path) -> None:
    tells = (
        "import pathlib, signal, sys, time;"
        f"log = pathlib.Path({str(logs / 'order.txt')!r});"
        "tell = lambda *_: (log.open('a').write(sys.argv[1]), sys.exit(0));"
        f"signal.signal(15, tell); {SERVES}"
    )
    with supervisor:
        for name in ("a", "b", "c"):
            one = part(name, tells)
            supervisor.start(replace(one, command=[*one.command, name]))
    assert (logs / "order.txt").read_text() == "cba"
