"""The whole product under one supervisor, with a first order on an empty ledger."""

from __future__ import annotations

import signal
from collections.abc import Mapping
from pathlib import Path
from threading import Event, Thread

from rich.console import Console

from cli import clouds
from cli.addresses import Addresses
from cli.first_order import FirstOrderFailed, place_and_follow
from cli.home import (
    NEEDED_MEGABYTES,
    Home,
    HomeUnusable,
    free_megabytes,
    home_folder,
    opened,
)
from cli.parts import parts
from cli.ports import PortUnusable, choose
from cli.supervisor import PartFailed, StopAsked, Supervisor

APPROVALS = Path(__file__).with_name("demo-approvals.toml")


def up(environment: Mapping[str, str], console: Console) -> int:
    """Run until Ctrl-C or SIGTERM (0), or until a part ends (1)."""
    try:
        with opened(home_folder(environment)) as home:
            addresses = Addresses(choose(environment, home.folder / "ports.json"))
            return _run(home, addresses, environment, console)
    except (HomeUnusable, PortUnusable) as error:
        console.print(str(error), style="red")
        return 1


def _run(home: Home, at: Addresses, environment: Mapping[str, str], console: Console) -> int:
    stop = _stop_event()
    console.print(f"[bold]Grunnmur[/bold] starts. State and logs: {home.folder}")
    code = 1
    with Supervisor(home.logs, console.print, stop) as supervisor:
        try:
            _bring_up(supervisor, home, at, environment)
            place_and_follow(home, at, supervisor.pause, console)
            _invite(home, at, console)
            supervisor.watch()
        except StopAsked:
            console.print("\nStopping ...")
            code = 0
        except (PartFailed, FirstOrderFailed) as error:
            console.print(str(error), style="red", markup=False)
            if (free := free_megabytes(home.folder)) < NEEDED_MEGABYTES:
                console.print(f"Only {free} MB are free where {home.folder} is: make room first.")
            console.print("Stopping the rest ...")
    console.print("Stopped: no process left, no port held. State is kept in " + str(home.folder))
    return code


def _bring_up(
    supervisor: Supervisor, home: Home, at: Addresses, environment: Mapping[str, str]
) -> None:
    known = parts(home, at, environment, approvals=str(APPROVALS))
    supervisor.start(
        *(known[name] for name in ("catalog", "prefect", "clouds", "signin", "portal"))
    )
    supervisor.start(known["deploy"])
    supervisor.start(known["worker"])


def _stop_event() -> Event:
    stop = Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # in a thread: the signal may come while this one holds the Event's own lock
        signal.signal(number, lambda *_: Thread(target=stop.set).start())
    return stop


def _invite(home: Home, at: Addresses, console: Console) -> None:
    console.print(
        f"\nOrder in the portal:       [cyan]{at.of('portal')}[/cyan]"
        f"\nWatch runs in Prefect's UI: [cyan]{at.of('prefect')}[/cyan]"
        f"\nE-mails lie here, unsent:   [cyan]{home.mail}[/cyan]"
        f"\n{clouds.servers()}"
        "\nCtrl-C stops everything; the next start goes on where this one ended.\n",
    )
