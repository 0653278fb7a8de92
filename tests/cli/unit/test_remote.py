"""A program's commands, against a portal and a sign-in provider that are served over HTTP."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from cli.main import app
from emulators.signin.people import PROGRAM
from emulators.signin.settings import Client
from fixtures.portal_house import wish
from fixtures.portal_served import ServedPortal, listening, on_item, portal_in
from orders import events as e
from orders.approval import Rule
from orders.lifecycle import replay
from orders.model import DELIVERY, Action, Cleanup, ResourceRef, Stage

SECRET = "program-secret"  # noqa: S105 - of a provider that lives as long as the test
ROLES = {
    "bym": ("BYM", "orderer"),
    "pbe": ("PBE", "orderer"),
    "pbe-approver": ("PBE", "approver"),
    "pbe-both": ("PBE", "orderer", "approver"),
}
MACHINE = ResourceRef(kind="virtual-machine", region="eu-north-1", id="i-0abc")
GOOD = ["name=map-web", "environment=test", "classification=internal", "cost_centre=410123"]
SERVER = ["remote", "order", "linux-server", "small", *GOOD]
Run = Callable[..., Result]


def program(name: str) -> Client:
    agency, *roles = ROLES[name]
    who = replace(PROGRAM, subject=name, agency=agency, roles=tuple(roles))
    return Client(id=name, secret=SECRET, grant="client_credentials", program=who)


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedPortal]:
    rule = Rule(id="pbe", steps=("approver",), agencies=frozenset({"PBE"}))
    folder = tmp_path_factory.mktemp("remote")
    with portal_in(folder, [program(name) for name in ROLES], (rule,)) as found:
        yield found


def settings(portal: ServedPortal, client: str = "bym") -> dict[str, str]:
    return {
        "GRUNNMUR_PORTAL_URL": portal.url,
        "GRUNNMUR_OIDC_ISSUER": portal.issuer,
        "GRUNNMUR_CLI_CLIENT_ID": client,
        "GRUNNMUR_CLI_CLIENT_SECRET": SECRET,
    }


@pytest.fixture
def run(portal: ServedPortal) -> Run:
    def ran(*words: str, by: str = "bym", text: str | None = None, **more: str) -> Result:
        return CliRunner().invoke(app, [*words], input=text, env=settings(portal, by) | more)

    return ran


def placed(run: Run, external_id: str, by: str = "bym") -> str:
    result = run(*SERVER, "--external-id", external_id, by=by)
    assert result.exit_code == 0, result.output
    return result.output.split()[1]


def test_an_order_sent_twice_is_one_and_another_under_its_id_is_refused(run: Run, portal):
    first = run(*SERVER, "--external-id", "twice")
    again = run(*SERVER, "--external-id", "twice")
    number = first.output.split()[1]
    assert f"Order {number} is placed (external id twice)" in first.output
    assert f"Order {number} stands already" in again.output
    other = run(*SERVER[:3], "large", *GOOD, "--external-id", "twice")
    assert other.exit_code == 1
    assert "Use a new externalId for a new order." in other.output
    assert "Traceback" not in other.output
    row = portal.ledger.order_row(number)
    assert (row.agency, row.placed_by) == ("BYM", "bym")


def test_all_that_is_wrong_is_told_at_once_by_field(run: Run, portal):
    before = portal.ledger.count()
    result = run("remote", "order", "linux-server", "enormous", "cost_centre=x", "colour=red")
    assert result.exit_code == 1
    assert re.match(r"There are [0-9]+ things to correct\.", result.output)
    fields = {line.partition(":")[0] for line in result.output.splitlines()}
    assert {"plan", "cost_centre", "colour", "answers"} <= fields, result.output
    typed = run("remote", "order", "linux-server", "small", "name", "=x", "a=1", "a=2", "plan=s")
    assert [line.partition(":")[0] for line in typed.output.splitlines()] == [
        "name", "=x", "a", "plan",
    ]  # fmt: skip
    assert run("remote", "order").exit_code == 1
    assert portal.ledger.count() == before


def test_an_order_of_a_file_takes_the_external_id_of_the_command(run: Run, portal, tmp_path: Path):
    file = tmp_path / "order.json"
    file.write_text(json.dumps(wish("of-the-file")))
    assert "(external id of-the-file)" in run("remote", "order", "--file", str(file)).output
    piped = run("remote", "order", "--file", "-", "--external-id", "mine", text=file.read_text())
    assert "is placed (external id mine)" in piped.output
    file.write_text("[1,")
    assert "no JSON" in run("remote", "order", "--file", str(file)).output
    assert "cannot be read" in run("remote", "order", "--file", str(tmp_path / "none")).output


def test_an_order_is_followed_stage_by_stage_past_a_hold_to_its_end(run: Run, portal):
    number = placed(run, "followed")
    portal.record(
        number,
        on_item(e.ItemStarted),
        on_item(e.StageReached, stage=Stage.CHECK),
        on_item(e.StageReached, stage=Stage.BUILD),
        on_item(e.ItemHeld, reason="QuotaExceeded: no vCPU left"),
    )
    command = [sys.executable, "-m", "cli", "remote", "follow", number, "--every", "0.05"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=settings(portal))
    lines = []
    try:
        for line in process.stdout:
            lines.append(line)
            if "QuotaExceeded" in line:
                portal.record(
                    number,
                    on_item(e.ItemReleased),
                    on_item(e.ResourceRecorded, resource=MACHINE),
                    on_item(e.StageReached, stage=Stage.HAND_OVER),
                    on_item(e.ItemCompleted, outputs={"private_ip": "10.0.0.4"}),
                )
        assert process.wait(60) == 0, lines
    finally:
        process.kill()
        process.communicate()
    said = "".join(lines)
    assert said.index("✓ check") < said.index("… held") < said.index("✓ build")
    assert said.endswith(f"Order {number} is completed.\n")
    assert "output.private_ip: 10.0.0.4" in run("remote", "show", number).output


def test_one_that_fails_ends_with_the_reason_and_code_1(run: Run, portal):
    number = placed(run, "failing")
    failed = on_item(e.ItemFailed, reason="InvalidSpec: no such image", cleanup=Cleanup.DONE)
    portal.record(number, on_item(e.ItemStarted), failed)
    result = run("remote", "follow", number, "--every", "0.05")
    assert result.exit_code == 1
    assert "is failed" in result.output
    assert "no such image" in result.output


def test_a_thing_is_moved_and_what_cannot_be_is_told(run: Run, portal):
    placed = run(*SERVER, "--external-id", "to-move")
    number = re.search(r"Order (\d+) is placed", placed.output)[1]
    delivered = [on_item(e.ItemStarted), on_item(e.StageReached, stage=Stage.CREATE)]
    delivered += [on_item(e.ResourceRecorded, resource=MACHINE)]
    delivered += [on_item(e.StageReached, stage=stage) for stage in DELIVERY[2:]]
    portal.record(number, *delivered, on_item(e.ItemCompleted, outputs={}))
    instance = replay(portal.ledger.history(number)).items["1"].instance
    away = run("remote", "move", instance, "azure/nowhere")
    assert away.exit_code == 1
    assert "answers: azure/nowhere is none of its places" in away.output
    asked = ["remote", "move", instance, "azure/norwayeast", "--description", "nærmere"]
    moved = run(*asked, "--external-id", "move-1")
    assert moved.exit_code == 0, moved.output
    again = run(*asked, "--external-id", "move-1")
    assert "stands already" in again.output
    order = portal.ledger.thing(instance).changing
    assert f"Order {order} is placed" in moved.output
    actions = [one.action for one in replay(portal.ledger.history(order)).items.values()]
    assert actions == [Action.MOVE, Action.TERMINATE]


def test_the_list_has_ones_own_agencys_orders_by_state(run: Run, portal):
    mine, theirs = placed(run, "listed"), placed(run, "listed", by="pbe")
    output = run("remote", "list", "--limit", "100").output
    assert mine in output
    assert theirs not in output
    waiting = run("remote", "list", "--state", "pending", by="pbe").output
    assert theirs in waiting
    assert mine not in waiting
    assert "0 of 0" in run("remote", "list", "--state", "partial").output
    hidden = run("remote", "show", theirs)
    assert (hidden.exit_code, "no such" in hidden.output.lower()) == (1, True)


def test_an_approver_reads_the_question_and_says_yes(run: Run, portal):
    number = placed(run, "approved", by="pbe")
    no = run("remote", "approve", number, by="pbe-approver", text="n\n")
    assert no.exit_code == 1
    assert "NOK a month" in no.output
    assert "is pending" in run("remote", "show", number, by="pbe").output
    yes = run("remote", "approve", number, "--why", "as agreed", by="pbe-approver", text="y\n")
    assert f"Approved. Order {number} is acknowledged." in yes.output
    late = run("remote", "refuse", number, "--why", "no", "--yes", by="pbe-approver")
    assert late.exit_code == 1
    assert "awaits no approval" in late.output


def test_a_refusal_is_told_to_the_orderer_and_nobody_approves_their_own(run: Run, portal):
    number = placed(run, "own", by="pbe-both")
    own = run("remote", "approve", number, "--yes", by="pbe-both")
    assert (own.exit_code, "their own order" in own.output) == (1, True)
    roleless = run("remote", "approve", number, "--yes", by="pbe")
    assert (roleless.exit_code, "approver or owner. Ask" in roleless.output) == (1, True)
    refused = run("remote", "refuse", number, "--why", "Use ours.", "--yes", by="pbe-approver")
    assert f"Refused. Order {number} is rejected." in refused.output
    assert "Use ours." in run("remote", "show", number, by="pbe-both").output


def test_what_cannot_be_reached_or_entered_is_one_sentence(run: Run, portal, tmp_path: Path):
    bound, nobody = listening()
    bound.close()
    nothing = dict.fromkeys(settings(portal), "")
    cases = [
        ({"GRUNNMUR_PORTAL_URL": nobody}, f"The portal at {nobody} does not answer"),
        ({"GRUNNMUR_OIDC_ISSUER": nobody}, f"The sign-in provider at {nobody} does not answer"),
        ({"GRUNNMUR_OIDC_ISSUER": portal.url}, "is no sign-in provider"),
        ({"GRUNNMUR_PORTAL_URL": portal.issuer}, "not as our portal does"),
        ({"GRUNNMUR_CLI_CLIENT_SECRET": "wrong"}, "does not let bym in"),
        ({"GRUNNMUR_CLI_CLIENT_SECRET": ""}, "Set GRUNNMUR_CLI_CLIENT_SECRET:"),
        ({"GRUNNMUR_PORTAL_URL": "http://portal.example"}, "must begin with https://"),
        (nothing | {"GRUNNMUR_HOME": str(tmp_path)}, "Set GRUNNMUR_PORTAL_URL, "),
    ]
    for changed, said in cases:
        result = run("remote", "list", **changed)
        assert (result.exit_code, said in result.output) == (1, True), (changed, result.output)
        assert SECRET not in result.output
    file = tmp_path / "order.json"
    file.write_text(json.dumps(wish("again")))
    away = run("remote", "order", "--file", str(file), GRUNNMUR_PORTAL_URL=nobody)
    assert "Send it again with the external id again: it makes one order." in away.output


def test_without_settings_the_product_of_make_run_is_asked(run: Run, portal, tmp_path: Path):
    ports = {"portal": portal.url.rpartition(":")[2], "signin": portal.issuer.rpartition(":")[2]}
    (tmp_path / "ports.json").write_text(json.dumps({k: int(v) for k, v in ports.items()}))
    (tmp_path / "secrets.json").write_text(json.dumps({PROGRAM.subject: "another"}))
    nothing = dict.fromkeys(settings(portal), "")
    result = run("remote", "list", **nothing, GRUNNMUR_HOME=str(tmp_path))
    assert "does not let grunnmur-cli in" in result.output
