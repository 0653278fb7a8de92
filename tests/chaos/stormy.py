"""The whole embedded product, of which any part may be killed at any moment, and comes back."""

from __future__ import annotations

import shutil
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Any

import httpx

from chaos.plan import CLOUDS, Kill, Plan
from cli.addresses import Addresses
from cli.clouds import ACCOUNT
from cli.home import Home
from cli.parts import PROGRAM, parts
from cli.portal_access import Access
from cli.ports import PREFERRED, any_free
from cli.supervisor import Part
from fixtures.postgres import Server
from fixtures.prefect_server import Process, environment, run, until

# What each says when it serves; a port that is "already in use" is another matter.
READY = {
    "signin": "ready http",
    "prefect": "ready http",
    "clouds": "ready aws",
    "portal": "ready http",
    "worker": "ready grunnmur",
}
LOOK = 1.0  # seconds between two looks at the whole ledger, which cost as much as a delivery
PATIENCE = 120.0  # seconds for one answer; a machine under load is no failure
ENDED = {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}
FIRST = ("signin", "prefect", "clouds", "portal")


@dataclass
class Stormy:
    """The product on `home`; its ledger is at `ledger_url`.

    `struck` is how often each kind of fault did in each cloud, once it is calm.
    `database` is killed as the part of that name, where the ledger is in PostgreSQL.
    """

    home: Home
    ledger_url: str
    plan: Plan
    database: Server | None = None
    struck: dict[str, dict[str, int]] = field(default_factory=dict)
    killed: Counter[str] = field(default_factory=Counter)
    _lives: Counter[str] = field(default_factory=Counter)
    _processes: dict[str, Process] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.addresses = Addresses({part: any_free() for part in PREFERRED})
        self._parts = parts(self.home, self.addresses, environment())

    def start(self) -> None:
        for name in FIRST:
            self._start(name)
        subprocess.run(
            self._parts["deploy"].command,
            env=self._env("deploy"),
            cwd=self.home.logs,
            check=True,
            capture_output=True,
        )
        self._start("worker")

    def end(self) -> None:
        for process in self._processes.values():
            process.kill()

    def calm(self) -> None:
        """From here on no call faults."""
        for cloud in CLOUDS:
            self._control("DELETE", cloud, None)
            self.struck[cloud] = self._control("GET", cloud, None)["struck"]

    def storm(self, calm: Event) -> None:
        """Kill what the plan says, one after the other; earlier when `calm` is set."""
        for kill in self.plan.kills:
            if calm.wait(kill.pause):
                return
            self._kill(kill)

    @property
    def access(self) -> Access:
        """As which program orders come in."""
        return Access(
            portal=self.addresses.of("portal"),
            issuer=self.addresses.of("signin"),
            client=PROGRAM,
            secret=self.home.secret(PROGRAM),
        )

    def live_runs(self) -> list[dict[str, Any]]:
        """What Prefect shows as being run, though everything may be over."""
        state = {"type": {"any_": ["RUNNING", "PENDING", "CANCELLING"]}}
        tags = {"all_": ["grunnmur"]}
        found: list[dict[str, Any]] = self._prefect(
            "POST", "flow_runs/filter", flow_runs={"state": state, "tags": tags}
        )
        return [one for one in found if one["name"].split("-")[0].isdecimal()]

    def reconciled(self, provider: str) -> str:
        """What a comparison of the account there ends as."""
        deployment = self._prefect("GET", "deployments/name/reconcile/reconcile")["id"]
        wanted = {"provider": provider, "account": ACCOUNT}
        made = self._prefect("POST", f"deployments/{deployment}/create_flow_run", parameters=wanted)
        run = made["id"]

        def ended() -> Any:
            state = self._prefect("GET", f"flow_runs/{run}")["state"]
            return state["name"] if state["type"] in ENDED else None

        return str(until(ended, f"{provider} is compared", PATIENCE))

    def _prefect(self, method: str, path: str, **body: Any) -> Any:
        url = f"{self.addresses.of('prefect')}/api/{path}"
        answer = httpx.request(method, url, json=body, timeout=PATIENCE, trust_env=False)
        return answer.raise_for_status().json()

    def settings(self) -> Mapping[str, str]:
        """The accounts at the clouds, as the worker has them."""
        names = ("GRUNNMUR_ACCOUNT_", "AWS_")
        return {k: v for k, v in self._env("worker").items() if k.startswith(names)}

    def _kill(self, kill: Kill) -> None:
        self.killed[kill.part] += 1
        if kill.part == "database":
            assert self.database is not None
            # A SIGKILL would leave its children behind; this is PostgreSQL's own way to crash.
            self.database.stop(signal.SIGQUIT)
            Event().wait(kill.away)
            self.database.start()
            return
        self._processes[kill.part].kill()
        if kill.part == "prefect":
            self._back_up_or_restore()
        self._start(kill.part)

    def _back_up_or_restore(self) -> None:
        """Prefect comes back, every second time, to what it knew when it was killed before."""
        folder, backup = self.home.folder / "prefect", self.home.folder / "prefect-before"
        if backup.exists():
            shutil.rmtree(folder)
            backup.rename(folder)
        else:
            shutil.copytree(folder, backup)

    def _start(self, name: str) -> None:
        self._lives[name] += 1
        arguments = _arguments(self._parts[name])
        self._processes[name] = run(arguments, self._log(name), self._env(name), READY[name])
        if name == "clouds":
            for cloud, rules in self.plan.rules(self._lives[name]).items():
                self._control("POST", cloud, rules)

    def _log(self, name: str) -> Path:
        return self.home.logs / f"{name}-{self._lives[name]}.log"

    def _env(self, name: str) -> dict[str, str]:
        return {**self._parts[name].environment, "GRUNNMUR_LEDGER_URL": self.ledger_url}

    def _control(self, method: str, cloud: str, body: object) -> Any:
        url = f"{self.addresses.of(cloud)}/_emulator/faults"
        answer = httpx.request(method, url, json=body, timeout=PATIENCE, trust_env=False)
        return answer.raise_for_status().json()


def until_still(look: Callable[[], object], over: Callable[[], bool], seconds: float) -> None:
    """Until it is `over`; fails when `look` sees no change for so many seconds."""
    seen, since = look(), time.monotonic()
    while not over():
        time.sleep(LOOK)
        now = look()
        if now != seen:
            seen, since = now, time.monotonic()
        assert time.monotonic() - since < seconds, f"nothing moves any more: {seen}"


def _arguments(part: Part) -> list[str]:
    return list(part.command[1:])
