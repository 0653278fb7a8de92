"""The files for containers say what docs/scale-out.md says. No container engine runs them here."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
COMPOSE = yaml.safe_load((ROOT / "deploy/compose.yaml").read_text())
KUBERNETES = list(yaml.safe_load_all((ROOT / "deploy/kubernetes.yaml").read_text()))
DOCUMENT = (ROOT / "docs/scale-out.md").read_text()
KNOWN = set(re.findall(r"\b([A-Z]+_[A-Z_]+)=", (ROOT / ".env.example").read_text() + DOCUMENT))


def containers() -> Iterator[tuple[str, dict[str, Any]]]:
    for one in KUBERNETES:
        if "template" in one.get("spec", {}):
            yield one["metadata"]["name"], one["spec"]["template"]["spec"]["containers"][0]


def commands() -> dict[str, set[str]]:
    """Every command, and which files give it."""
    found: dict[str, set[str]] = {}
    for service in COMPOSE["services"].values():
        if "build" in service:
            found.setdefault(service["command"], set()).add("compose")
    for _, container in containers():
        found.setdefault(" ".join(container["command"]), set()).add("kubernetes")
    return found


@pytest.mark.parametrize("command", list(commands()))
def test_every_command_is_one_of_the_document_in_both_files(command: str):
    assert commands()[command] == {"compose", "kubernetes"}
    assert command in DOCUMENT or command == "python -m flows.worker"
    module = command.removeprefix("python -m ").split()[0]
    assert module == "prefect" or importlib.util.find_spec(module)


def test_every_setting_is_a_documented_one():
    services = COMPOSE["services"].values()
    asked = {name for service in services if "build" in service for name in service["environment"]}
    asked |= {name for one in KUBERNETES if one["kind"] == "ConfigMap" for name in one["data"]}
    assert asked <= KNOWN, sorted(asked - KNOWN)


def test_each_part_has_its_copies():
    deployed = [one for one in KUBERNETES if one["kind"] == "Deployment"]
    copies = {one["metadata"]["name"]: one["spec"]["replicas"] for one in deployed}
    assert (copies["portal"], copies["worker"]) == (2, 3)
    services = COMPOSE["services"]
    assert [services[n]["deploy"]["replicas"] for n in ("portal", "worker")] == [2, 3]


def test_no_container_may_become_root():
    for name, container in containers():
        assert container["securityContext"]["allowPrivilegeEscalation"] is False, name
    assert "USER 10001" in (ROOT / "Dockerfile").read_text()


def test_no_secret_stands_in_the_files():
    for service in COMPOSE["services"].values():
        for name, value in service.get("environment", {}).items():
            if re.search("SECRET|PASSWORD|AUTH|DATABASE|LEDGER", name):
                assert "${" in str(value), f"{name} holds a value"
    plain = [set(one["data"]) for one in KUBERNETES if one["kind"] == "ConfigMap"]
    assert not any(re.search("SECRET|PASSWORD|AUTH|DATABASE", name) for s in plain for name in s)
