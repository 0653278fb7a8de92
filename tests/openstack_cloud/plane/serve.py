"""One service of the control plane, until whoever started it is gone.

usage: serve.py FOLDER SERVICE
"""

from __future__ import annotations

import os
import sys
import threading
import time
import traceback
import urllib.error
import urllib.request
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import waitress
from always_bind import register
from config_files import PREFIXES, Plane
from sqlalchemy import event
from sqlalchemy.engine import Engine

THREADS = 8
MODULES = {
    "keystone": "keystone.wsgi.api",
    "placement": "placement.wsgi.api",
    "glance": "glance.wsgi.api",
    "neutron": "neutron.wsgi.api",
    "nova": "nova.wsgi.osapi_compute",
}


def serve(plane: Plane, service: str) -> None:
    take_the_lock_at_once()
    file = plane.file(service)
    os.environ[f"OS_{service.upper()}_CONFIG_DIR"] = str(file.parent)
    if service in {"keystone", "neutron"}:  # the others know the names of theirs
        os.environ[f"OS_{service.upper()}_CONFIG_FILES"] = file.name
    application = import_module(MODULES[service]).application
    if service == "nova":
        start_the_rest(plane)
    waitress.serve(
        application,
        host="127.0.0.1",
        port=plane.ports[service],
        url_prefix=PREFIXES[service],
        threads=THREADS,
        _quiet=True,
    )


def take_the_lock_at_once() -> None:
    """SQLite refuses at once when a transaction that has read wants to write after another has."""

    @event.listens_for(Engine, "before_cursor_execute", retval=True)
    def _begin(_connection, _cursor, statement, parameters, _context, _many):
        return ("BEGIN IMMEDIATE" if statement == "BEGIN" else statement), parameters


def start_the_rest(plane: Plane) -> None:
    """Conductor, scheduler and compute, in the process of Nova's API: they speak in memory."""
    import os_vif
    import told_driver
    from nova import context, objects, service
    from nova.compute import rpcapi as compute
    from nova.conductor import rpcapi as conductor
    from nova.objects import host_mapping
    from nova.scheduler import rpcapi as scheduler

    sys.modules["nova.virt.told_driver"] = told_driver  # Nova looks for drivers there only
    os_vif.initialize()
    objects.Service.enable_min_version_cache()
    for other in ("keystone", "placement"):
        until(lambda other=other: answers(plane.url(other)), f"{other} does not answer")
    create = service.Service.create
    for one in (
        create(binary="nova-conductor", topic=conductor.RPC_TOPIC),
        create(binary="nova-scheduler", topic=scheduler.RPC_TOPIC),
        create(binary="nova-compute", topic=compute.RPC_TOPIC, topic_alt=compute.RPC_TOPIC_ALT),
    ):
        one.start()
    admin = context.get_admin_context()

    def known() -> bool:
        host_mapping.discover_hosts(admin)
        return any(True for _ in objects.HostMappingList.get_all(admin))

    until(known, "Nova found no host to run servers on")


def answers(url: str) -> bool:
    try:
        urllib.request.urlopen(url, timeout=5).close()  # noqa: S310 - http, on loopback
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def until(done: Callable[[], bool], why: str, seconds: float = 300) -> None:
    deadline = time.monotonic() + seconds
    while not done():
        if time.monotonic() > deadline:
            raise SystemExit(why)
        threading.Event().wait(0.2)


def end_with_the_starter() -> None:
    """Whoever started this holds the other end of its input, however it comes to its end."""

    def watch() -> None:
        os.read(sys.stdin.fileno(), 1)
        os._exit(0)

    threading.Thread(target=watch, daemon=True).start()


if __name__ == "__main__":
    folder, name = Path(sys.argv[1]), sys.argv[2]
    end_with_the_starter()
    sys.path.append(str(register(folder)))
    os.environ["OS_NOVA_DISABLE_EVENTLET_PATCHING"] = "1"
    sys.argv = [name]
    try:
        serve(Plane.kept(folder), name)
    except BaseException:  # noqa: BLE001 - whatever it was, this process is over
        traceback.print_exc()
        os._exit(1)  # threads of the service's own would keep the process
