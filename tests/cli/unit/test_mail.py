"""`grunnmur mail`: what could not be sent."""

from typer.testing import CliRunner

from cli.main import app
from fixtures.examples import NOON
from ledger import open_ledger
from ledger.mails import Mail


def test_what_was_given_up_is_listed_with_its_reason_and_tried_again(tmp_path):
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    ledger = open_ledger(url)
    mail = Mail(key="ball:ola:1", recipient="ola", address="o@x.no", subject="[Hei]", text="Du")
    ledger.mails.write(mail, NOON)
    ledger.mails.failed(ledger.mails.take(NOON), "550 nobody here", None)
    ledger.close()

    def run(*words):
        return CliRunner().invoke(app, ["mail", *words, "--url", url])

    told = run("list").output
    assert "0 waiting to be sent, 1 given up." in told
    assert "ball:ola:1\n  [Hei]\n  550 nobody here" in told
    assert run("again", "ball:ola:2").exit_code == 1
    assert run("again", "ball:ola:1").exit_code == 0
    assert "1 waiting to be sent, 0 given up." in run("list").output
