"""What the parts of the embedded product are told."""

import tomllib
from pathlib import Path

from cli.addresses import Addresses
from cli.embedded import APPROVALS
from cli.home import opened
from cli.parts import parts
from cli.ports import PREFERRED
from orders.approval import parsed


def test_the_portal_asks_for_approval_by_the_rules_of_the_demo_alone(tmp_path: Path) -> None:
    shell = {"GRUNNMUR_APPROVAL_RULES": "/of/another/installation.toml"}
    with opened(tmp_path / "home") as home:
        known = parts(home, Addresses(dict(PREFERRED)), shell, approvals=str(APPROVALS))
    told = {
        name: part.environment["GRUNNMUR_APPROVAL_RULES"]
        for name, part in known.items()
        if part.environment.get("GRUNNMUR_APPROVAL_RULES")
    }
    assert told == {"portal": str(APPROVALS)}
    rules = parsed(tomllib.loads(APPROVALS.read_text())["rule"])
    assert [rule.steps for rule in rules] == [("approver",), ("approver", "owner")]
