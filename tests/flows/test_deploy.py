"""The deployments: applied as often as one likes, the same from any folder."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]


def deployments(server):
    found = server.ask("deployments/filter")
    return {one["name"]: one for one in found}


def test_every_deployment_of_prefect_yaml_is_there_by_module_path(prefect_server):
    written = yaml.safe_load((ROOT / "prefect.yaml").read_text())
    there = deployments(prefect_server)
    assert {d["name"]: d["entrypoint"] for d in written["deployments"]} == {
        name: one["entrypoint"] for name, one in there.items()
    }
    assert {one["work_pool_name"] for one in there.values()} == {"grunnmur"}
    assert all(one["pull_steps"] == [] for one in there.values()), "no folder is written into them"
    assert str(ROOT) not in (ROOT / "prefect.yaml").read_text()


def test_reconciliation_is_scheduled_each_hour(prefect_server):
    (schedule,) = deployments(prefect_server)["reconcile"]["schedules"]
    assert schedule["active"]
    assert schedule["schedule"]["cron"] == "0 * * * *"


def test_deploying_again_from_elsewhere_changes_nothing(prefect_server, tmp_path):
    before = deployments(prefect_server)
    subprocess.run(
        [sys.executable, "-m", "flows.deploy"],
        env=prefect_server.environment,
        cwd=tmp_path,
        check=True,
        capture_output=True,
    )
    after = deployments(prefect_server)
    same = ("id", "entrypoint", "parameters", "tags", "work_pool_name", "pull_steps")
    assert [[one[key] for key in same] for one in before.values()] == [
        [one[key] for key in same] for one in after.values()
    ]
    assert len(after["reconcile"]["schedules"]) == 1


def test_a_file_that_is_not_there_is_named(prefect_server):
    ended = subprocess.run(
        [sys.executable, "-m", "flows.deploy", "--file", "nowhere.yaml"],
        env=prefect_server.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    assert ended.stderr.startswith("nowhere.yaml: no such file")
