"""What the terminal says, and its exit codes."""

import gzip
import json
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.rightcloud import app
from rightcloud import bundled
from rightcloud.bundled import DATA, Facts
from rightcloud.decision_json import answer
from rightcloud.workload import read_workload

OFFERS = """\
provider,region,sku,family,vcpu,ram_gib,arch,gpu,burstable,usd_h,as_of,source
aws,eu-north-1,dear,a,4,16,x86_64,0,0,0.3,2026-01-01,x
gcp,europe-west2,cheap,a,4,16,arm64,0,1,0.1,2026-01-01,x
"""
NEED = {"tags": ["person", "arkiv"], "vcpus": 4, "memory_gib": 16, "block_gb": 200}


@pytest.fixture
def run(facts: Facts, monkeypatch: pytest.MonkeyPatch):
    """Runs the command with the facts already read: reading them is tested elsewhere."""
    monkeypatch.setattr(bundled, "load", lambda: facts)

    def run(*arguments: object):
        return CliRunner().invoke(app, [str(each) for each in arguments])

    return run


@pytest.fixture
def workload(tmp_path: Path):
    def workload(**changes: object) -> Path:
        path = tmp_path / "workload.json"
        path.write_text(json.dumps({**NEED, **changes}, indent=1))
        return path

    return workload


def test_advise_ranks_and_says_why_the_others_are_left_out(run, workload) -> None:
    result = run("advise", workload(), "--on", "2026-11-24")
    assert result.exit_code == 0
    assert "Recommended: oslo-" in result.stdout
    assert "not reviewed by a jurist" in result.stdout
    assert "Archives Act 1992 § 9 b" in result.stdout
    assert "placeholder" in result.stdout
    assert "azure/norwayeast" in result.stdout


def test_advise_speaks_norwegian(run, workload) -> None:
    result = run("advise", workload(), "--on", "2026-11-24", "--language", "nb")
    assert "kan ikke føres ut av Norge" in result.stdout


def test_advise_as_json_is_the_whole_answer(run, workload, advisor) -> None:
    found = json.loads(run("advise", workload(), "--json", "--on", "2026-11-24").stdout)
    assert found["recommended"] == found["candidates"][0]["place"]["id"]
    assert {each["confidence"] for each in found["candidates"]} <= {"green", "yellow", "red"}
    assert all(group["reasons"] for group in found["exclusions"])
    assert found["policyStatus"]["en"].startswith("Proposal")
    used = {measure for each in found["candidates"] for measure in each["measures"]}
    assert set(found["measures"]) == used
    text = json.dumps(found["workload"]).encode()
    need = read_workload(text, "x", advisor.facts.policy, advisor.facts.groups)
    decision = advisor.decide(need, date.fromisoformat(found["today"]))
    assert answer(decision)["candidates"] == found["candidates"]


def test_advise_with_delivery_times_shows_them_and_leaves_out_the_late(
    run, workload, tmp_path: Path
) -> None:
    times = tmp_path / "times.json"
    soon = {"p50": "2026-11-25T12:00:00+01:00", "p90": "2026-11-26T12:00:00+01:00"}
    late = {"p50": "2026-12-25T12:00:00+01:00", "p90": "2026-12-26T12:00:00+01:00"}
    times.write_text(json.dumps({"azure": soon, "openstack": late}))
    need = workload(needed_by="2026-12-01", tags=["arkiv"])
    result = run("advise", need, "--on", "2026-11-24", "--deliveries", times)
    assert "2026-11-25  2026-11-26" in result.stdout
    assert "nine in ten are delivered only by 2026-12-26" in result.stdout


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"azure": {"p50": "2026-11-25T12:00:00", "p90": "2026-11-26T12:00:00Z"}}', "azure.p50"),
        (
            '{"azure": {"p50": "2026-11-27T12:00:00Z", "p90": "2026-11-26T12:00:00Z"}}',
            "azure: p90 is before p50",
        ),
        ('{"azure": {"p50": "2026-11-27T12:00:00Z"}}', "azure.p90"),
        ("{", "times.json"),
    ],
)
def test_wrong_delivery_times_are_refused(run, workload, tmp_path: Path, text, said) -> None:
    times = tmp_path / "times.json"
    times.write_text(text)
    result = run("advise", workload(), "--deliveries", times)
    assert result.exit_code == 1
    assert said in result.stderr


def test_a_wrong_workload_is_told_by_line_with_exit_code_one(run, workload) -> None:
    result = run("advise", workload(tags=["secret"], vcpus=4))
    assert result.exit_code == 1
    assert "workload.json:2: tags: unknown tag `secret`" in result.stderr
    assert run("advise", "/nowhere.json").stderr.startswith("/nowhere.json: cannot be read")


def test_no_possible_place_is_exit_code_three_with_all_reasons(run, workload) -> None:
    result = run("advise", workload(vcpus=5000), "--on", "2026-11-24")
    assert result.exit_code == 3
    assert "No place may be chosen." in result.stdout
    assert "No machine here has at least 5000 vCPUs" in result.stdout


@pytest.mark.parametrize("packed", [False, True])
def test_cheapest_answers_from_the_given_file(run, tmp_path: Path, *, packed: bool) -> None:
    path = tmp_path / "offers.csv"
    path.write_bytes(gzip.compress(OFFERS.encode()) if packed else OFFERS.encode())
    asked = ("cheapest", "--vcpus", 4, "--memory", 16, "--offers", path, "--country-group")
    found = json.loads(run(*asked, "europe", "--json").stdout)
    assert [each["sku"] for each in found["cheapest"]] == ["cheap", "dear"]
    assert found["cheapest"][0]["pricePerHour"] == 0.1
    assert "aws       eu-north-1  dear" in run(*asked, "eea").stdout
    nothing = run(*asked, "norway")
    assert (nothing.exit_code, nothing.stdout.strip()) == (3, "No offer fits.")


def test_cheapest_of_the_bundled_offers_is_known(run) -> None:
    asked = ("cheapest", "--vcpus", 4, "--memory", 16, "--country-group", "europe", "--json")
    found = json.loads(run(*asked, "--offers", DATA / "offers.csv.gz").stdout)
    first = found["cheapest"][0]
    assert (first["provider"], first["region"], first["sku"], first["pricePerHour"]) == (
        "aws",
        "eu-north-1",
        "t4g.xlarge",
        0.1376,
    )
    assert found["regionsWithoutCountry"] == []


def test_cheapest_refuses_bad_sizes_groups_and_files(run, tmp_path: Path) -> None:
    path = tmp_path / "offers.csv"
    path.write_text(OFFERS.replace("0.1,", "-0.1,"))
    base = ("cheapest", "--offers", path)
    result = run(*base, "--vcpus", -4, "--memory", "nan", "--country-group", "eurpe")
    assert result.exit_code == 1
    assert [line.split(":")[0] for line in result.stderr.splitlines()] == [
        "--vcpus",
        "--memory",
        "--country-group",
    ]
    result = run(*base, "--vcpus", 4, "--memory", 16, "--country-group", "eea")
    assert result.exit_code == 1
    assert "offers.csv:3: usd_h: -0.1 must be finite and more than 0" in result.stderr
