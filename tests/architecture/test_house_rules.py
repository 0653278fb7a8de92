"""Rules no linter has: names, sizes, what importing us imports, and what the repo must not hold."""

import re
import subprocess
import sys
from importlib.metadata import packages_distributions
from itertools import permutations
from pathlib import Path

import grimp
import pytest
import yaml

import providers

HOUSE = (
    "orders",
    "catalog",
    "leadtime",
    "rightcloud",
    "providers",
    "ledger",
    "flows",
    "portal",
    "cli",
    "emulators",
)
ROOT = Path(__file__).parents[2]
BANNED = {"utils", "helpers", "common", "base", "manager", "misc"}
LONGEST = 250


def tracked() -> list[Path]:
    """What git knows or would add: the repo, without environments and state."""
    names = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    return [path for name in names.split("\0") if name and (path := ROOT / name).is_file()]


SOURCES = [path for path in tracked() if path.suffix == ".py"]
OURS = [path for path in SOURCES if path.relative_to(ROOT).parts[0] in HOUSE]


@pytest.mark.parametrize("name", HOUSE)
def test_no_other_distribution_owns_our_name(name: str) -> None:
    assert set(packages_distributions().get(name, [])) <= {"grunnmur"}


def test_importing_the_ground_and_second_floor_imports_no_sdk() -> None:
    code = (
        "import sys, orders, catalog, leadtime, rightcloud, providers, ledger;"
        "sdks = {'boto3', 'botocore', 'azure', 'google.cloud', 'openstack', 'prefect', 'moto'};"
        "print(sdks & set(sys.modules))"
    )
    out = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert out.stdout.strip() == "set()"


def test_every_provider_keeps_the_laws() -> None:
    suites = {path.parent.name for path in (ROOT / "tests/providers").glob("*/test_contract.py")}
    assert providers.names() <= suites


def test_accounts_of_every_provider_are_compared_with_the_ledger() -> None:
    deployed = yaml.safe_load((ROOT / "prefect.yaml").read_text())["deployments"]
    looks = [one for one in deployed if one["entrypoint"] == "flows.reconcile.reconcile"]
    assert all(one["schedules"] for one in looks)
    assert {one["parameters"]["provider"] for one in looks} == providers.names() - {"fake"}


def test_no_flow_file_shadows_a_package() -> None:
    assert not {path.stem for path in (ROOT / "flows").glob("*.py")} & set(HOUSE)


GRAPH = grimp.build_graph("providers", include_external_packages=True)


@pytest.mark.parametrize(("one", "other"), list(permutations(sorted(providers.names()), 2)))
def test_providers_do_not_know_each_other(one: str, other: str) -> None:
    assert not GRAPH.find_shortest_chains(f"providers.{one}", f"providers.{other}")


def test_the_contract_needs_no_third_party() -> None:
    files = {f"providers.{path.stem}" for path in (ROOT / "providers").glob("[!_]*.py")}
    used: set[str] = set()
    for module in files | {"providers"}:
        used |= GRAPH.find_modules_directly_imported_by(module)
    foreign = {m for m in used if m.split(".")[0] not in {"providers", *sys.stdlib_module_names}}
    assert foreign == set()


def test_the_ledgers_migrations_stand_in_one_row() -> None:
    """Two with the same number, each made beside the other, and no ledger can be opened."""
    files = sorted((ROOT / "ledger/migrations/versions").glob("v*.py"))
    numbers = [file.stem[1:5] for file in files]
    assert numbers == [f"{n:04d}" for n in range(1, len(files) + 1)]
    for number, file in zip(numbers, files, strict=True):
        before = "None" if number == "0001" else f'"{int(number) - 1:04d}"'
        assert f'\nrevision = "{number}"\ndown_revision = {before}\n' in file.read_text(), file.name


def test_no_file_has_a_name_that_says_nothing() -> None:
    assert {path.name for path in SOURCES if path.stem in BANNED} == set()


def test_no_source_file_is_longer_than_a_reader_can_hold() -> None:
    long = {str(p.relative_to(ROOT)): n for p in SOURCES if (n := lines(p)) > LONGEST}
    assert long == {}


def test_each_migration_follows_the_one_before() -> None:
    """Two that were written side by side would both follow the same one."""
    files = sorted((ROOT / "ledger" / "migrations" / "versions").glob("v*.py"))
    told = [
        re.findall(r'^(?:down_)?revision = "?(\w+)"?$', f.read_text(), re.MULTILINE) for f in files
    ]
    numbers = [f"{number:04}" for number in range(1, len(files) + 1)]
    assert [file.name[1:5] for file in files] == numbers
    assert told == [list(pair) for pair in zip(numbers, ["None", *numbers], strict=False)]


def lines(path: Path) -> int:
    return len(path.read_text().splitlines())


@pytest.mark.parametrize("path", OURS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_module_says_what_it_is(path: Path) -> None:
    text = path.read_text().lstrip()
    generated = "migrations/versions" in path.as_posix()
    assert generated or text.startswith(('"""', 'r"""')), "no docstring"


def test_every_ignore_gives_its_reason() -> None:
    bare = re.compile(
        r"# (noqa|type: ignore)(?!: |\[)|# noqa: [A-Z0-9, ]+$|# type: ignore\[[^]]+\]$"
    )
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in OURS
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if bare.search(line)
    ]
    assert found == []


def test_the_repo_names_no_registry_and_no_path_of_a_machine() -> None:
    forbidden = re.compile(
        r"files\.pythonhosted\.org|https?://pypi\.|registry\.npmjs|deb\.debian\.org"
        r"|--(extra-)?index-url|--find-links|/opt/wheels|/work/(main|shared)",
    )
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in tracked()
        if path != Path(__file__) and (text := read_text(path))
        for match in [forbidden.search(text)]
        if match
    ]
    assert found == []


def test_no_font_or_arms_of_the_city_are_here() -> None:
    names = [path.name.lower() for path in tracked()]
    assert [name for name in names if "oslosans" in name or "oslologo" in name] == []


def read_text(path: Path) -> str:
    try:
        return path.read_text()
    except UnicodeDecodeError:
        return ""
