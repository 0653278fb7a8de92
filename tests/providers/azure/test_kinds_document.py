"""docs/kinds.md says of Azure what is so."""

from fixtures.kinds_document import asked, documented
from providers.parameters import Reader


def test_the_tables_have_every_parameter_and_no_other(azure, cases, monkeypatch):
    found = {
        kind: asked(monkeypatch, Reader, lambda spec=case.spec: azure.preview(spec))
        for kind, case in cases.items()
    }
    assert found == documented("Azure")
    assert set(found) == azure.kinds
